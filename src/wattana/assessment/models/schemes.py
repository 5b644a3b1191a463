"""Schemes of the five capitals that people of the installation made: drafts and versions."""

from __future__ import annotations

from django.db import models

from wattana.kit.fields import KeyField


class SchemeVersion(models.Model):
    """A published scheme: never changed, never removed. Runs name it.

    `definitions` is what a measure's YAML holds (`rules.measures.measure_of` reads it). A measure
    and a version label name exactly one scheme, the shipped one included.
    """

    id = KeyField()
    measure = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    name_th = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    note = models.CharField(max_length=1000, blank=True)
    based_on = models.CharField(max_length=20)  # version label, perhaps of the shipped scheme
    definitions = models.JSONField()
    definitions_hash = models.CharField(max_length=64)
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "version"], name="scheme_version_once"),
            models.CheckConstraint(
                condition=~models.Q(version="") & ~models.Q(name_th=""), name="scheme_is_named"
            ),
        ]

    class Privacy:
        public = ["id", "measure", "version", "name_th", "name_en", "note", "based_on",
                  "definitions", "definitions_hash", "published_at", "published_by"]  # fmt: skip
        retention = "reference"


class SchemeDraft(models.Model):
    """A scheme in the making, of one person. `typed` holds what differs from the base, as typed.

    What is typed need not be right: faults are told beside the fields, and nothing is lost.
    """

    id = KeyField()
    measure = models.CharField(max_length=40)
    base = models.ForeignKey(  # none: the shipped scheme
        SchemeVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    typed = models.JSONField(default=dict)  # {field: text}
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    created_by = models.BigIntegerField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["created_by"], name="scheme_draft_author")]

    class Privacy:
        public = ["id", "measure", "base", "typed", "created_at", "changed_at",
                  "created_by"]  # fmt: skip
        retention = "reference"


class SchemeChoice(models.Model):
    """Which scheme the next run of a measure uses; no row: the shipped one."""

    measure = models.CharField(max_length=40, primary_key=True)
    version = models.ForeignKey(SchemeVersion, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(auto_now=True)
    chosen_by = models.BigIntegerField(null=True, blank=True)

    class Privacy:
        public = ["measure", "version", "chosen_at", "chosen_by"]
        retention = "reference"
