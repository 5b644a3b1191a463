from __future__ import annotations

from django.db import models
from django.db.models import Q

from wattana.kit.fields import KeyField

from .households import Household


class FieldChange(models.Model):
    """One field of one record changed: who, when, from, to. Never edited; without foreign keys.

    A national ID is never written here in clear: `old` and `new` hold its last four digits.
    """

    at = models.DateTimeField()
    by = models.BigIntegerField(null=True, blank=True)
    organization_id = models.BigIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=15)  # household, person, list_entry, consent
    object_id = models.BigIntegerField()
    field = models.CharField(max_length=40)
    old = models.TextField(null=True, blank=True)  # noqa: DJ001  null: there was no value
    new = models.TextField(null=True, blank=True)  # noqa: DJ001
    batch_id = models.BigIntegerField(null=True, blank=True)
    merge_id = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "object_id", "id"], name="change_of_object"),
            models.Index(
                fields=["batch_id"], condition=Q(batch_id__isnull=False), name="change_of_batch"
            ),
        ]

    class Privacy:
        public = ["id", "at", "by", "organization_id", "kind", "object_id", "field", "batch_id",
                  "merge_id"]  # fmt: skip
        personal = ["old", "new", "reason"]
        retention = "household"


class Merge(models.Model):
    """Two records of one household became one; what went over (`moved`) can go back."""

    id = KeyField()
    kept = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    absorbed = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    moved = models.JSONField()  # {"persons": [key, …], "list_entries": […], "consents": […]}
    at = models.DateTimeField()
    by = models.BigIntegerField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merge_undone_pair",
            )
        ]

    class Privacy:
        public = ["id", "kept", "absorbed", "moved", "at", "by", "undone_at", "undone_by"]
        personal = ["reason"]
        retention = "household"
