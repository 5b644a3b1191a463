from __future__ import annotations

from django.db import models
from django.db.models import Q

from wattana.accounts.models import Organization


class ClockSetting(models.Model):
    """Working days that an organisation has for a state; without a row the rulebook's default."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=15)  # machine.State
    days = models.PositiveSmallIntegerField()
    urgent_days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "state"], name="clock_setting_once")
        ]

    class Privacy:
        public = ["id", "organization", "state", "days", "urgent_days"]
        retention = "reference"


class ClosedDay(models.Model):
    """A day on which an organisation does not work, or all (None), beside Thai public holidays."""

    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    day = models.DateField()
    name = models.CharField(max_length=120)
    works = models.BooleanField(default=False)  # True: a public holiday on which it works

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "day"],
                condition=Q(organization__isnull=False), name="closed_day_once",
            ),
            models.UniqueConstraint(
                fields=["day"], condition=Q(organization__isnull=True),
                name="closed_day_of_all_once",
            ),
        ]  # fmt: skip

    class Privacy:
        public = ["id", "organization", "day", "name", "works"]
        retention = "reference"
