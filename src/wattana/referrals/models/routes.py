from __future__ import annotations

from django.db import models


class Route(models.Model):
    """The agencies of a kind of need as the province has decided; without a row the rulebook's."""

    service = models.CharField(max_length=40, primary_key=True)  # id of rulebook/referrals.yaml
    agencies = models.JSONField()  # ids of rulebook/agencies.yaml, the first is proposed
    changed_at = models.DateTimeField()
    changed_by = models.BigIntegerField(null=True, blank=True)

    class Privacy:
        public = ["service", "agencies", "changed_at", "changed_by"]
        retention = "reference"
