"""Frozen snapshots and runs of a measure on them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wattana.kit.fields import KeyField


class Status(models.TextChoices):
    """How far a snapshot or a run has come."""

    WORKING = "working", _("in progress")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")


class Snapshot(models.Model):
    """The survey frozen as Parquet files without names (`assessment.snapshots`).

    `path` is a folder below `settings.DATA`; `manifest_hash` is the SHA-256 of its contents, equal
    for two snapshots of the same data.
    """

    id = KeyField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WORKING)
    problem = models.JSONField(default=dict)  # {"message": …, "params": …} of what went wrong
    path = models.CharField(max_length=200, blank=True)
    manifest_hash = models.CharField(max_length=64, blank=True)
    codebook_version = models.CharField(max_length=20)
    households = models.PositiveIntegerField(default=0)
    visits = models.PositiveIntegerField(default=0)
    persons = models.PositiveIntegerField(default=0)  # rows: one per person and visit
    left_out = models.JSONField(default=dict)  # {reason: number of visits}
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="ready") | ~Q(path="") & ~Q(manifest_hash=""),
                name="snapshot_ready_has_files",
            )
        ]

    class Privacy:
        public = ["id", "status", "problem", "path", "manifest_hash", "codebook_version",
                  "households", "visits", "persons", "left_out", "created_at",
                  "created_by"]  # fmt: skip
        retention = "reference"


class Run(models.Model):
    """A measure applied to a snapshot by an engine. The current run is the one that pages show."""

    id = KeyField()
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="runs")
    measure = models.CharField(max_length=40)
    measure_version = models.CharField(max_length=20)
    scheme = models.ForeignKey(  # none: the shipped scheme of that version
        "assessment.SchemeVersion", null=True, blank=True, on_delete=models.PROTECT,
        related_name="runs",
    )  # fmt: skip
    definitions_hash = models.CharField(max_length=64)
    definitions = models.JSONField(default=dict)  # the measure as it was
    engine = models.CharField(max_length=20)
    engine_version = models.CharField(max_length=40)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WORKING)
    problem = models.JSONField(default=dict)  # {"message": …, "params": …} of what went wrong
    current = models.BooleanField(default=False)
    summary = models.JSONField(default=dict)
    started_at = models.DateTimeField(auto_now_add=True)
    started_by = models.BigIntegerField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure"], condition=Q(current=True), name="run_current_once"
            ),
            models.CheckConstraint(
                condition=Q(current=False) | Q(status="ready"), name="run_current_is_ready"
            ),
            models.CheckConstraint(
                condition=Q(status="working", finished_at__isnull=True)
                | ~Q(status="working") & Q(finished_at__isnull=False),
                name="run_finished_pair",
            ),
        ]

    class Privacy:
        public = ["id", "snapshot", "measure", "measure_version", "scheme", "definitions_hash",
                  "definitions", "engine", "engine_version", "status", "problem", "current",
                  "summary", "started_at", "started_by", "finished_at"]  # fmt: skip
        retention = "reference"
