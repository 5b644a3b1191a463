from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wattana.accounts.models import Organization
from wattana.kit.fields import KeyField


class ImportMapping(models.Model):
    """How the columns of one source's files meet the codebook; saved, so that it is drawn once."""

    id = KeyField()
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    mapping = models.JSONField()  # see registry.imports.mapping.Mapping
    saved_at = models.DateTimeField(auto_now=True)
    saved_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "name"], name="import_mapping_name_once"
            )
        ]

    class Privacy:
        public = ["id", "organization", "kind", "name", "mapping", "saved_at", "saved_by"]
        retention = "reference"


class ImportBatch(models.Model):
    """One file on its way in: uploaded, checked, committed or thrown away, and perhaps undone."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        CHECKED = "checked", _("checked")
        COMMITTED = "committed", _("committed")
        DISCARDED = "discarded", _("discarded")
        UNDONE = "undone", _("undone")

    id = KeyField()
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)  # households, persons, five_capitals
    year = models.PositiveSmallIntegerField()  # CE
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.UPLOADED)
    rows = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=list)  # what was mended, see registry.imports.checking.Note
    uploaded_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.BigIntegerField(null=True, blank=True)
    first_key = models.BigIntegerField(null=True, blank=True)
    """Smaller than the keys of all that was made; so undoing finds it without an index by batch,
    which would have to be made of every row of every import."""
    committed_at = models.DateTimeField(null=True, blank=True)
    committed_by = models.BigIntegerField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(committed_at__isnull=False),
                name="import_undone_after_commit",
            )
        ]

    class Privacy:
        public = ["id", "organization", "kind", "year", "file_sha256", "mapping", "status", "rows",
                  "accepted", "rejected", "created", "updated", "unchanged", "uploaded_at",
                  "uploaded_by", "first_key", "committed_at", "committed_by", "undone_at",
                  "undone_by"]  # fmt: skip
        personal = ["file_name", "notes"]
        retention = "working"
