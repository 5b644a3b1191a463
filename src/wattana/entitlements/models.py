"""What pages need quickly of a run of the rights; everything else is in the run's files."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wattana.assessment.models import Run
from wattana.kit.fields import KeyField
from wattana.registry.models import Household, Person


class TakeUp(models.Model):
    """Who of an area is due a programme and who gets it: persons, or households where it is theirs.

    Counts add up over areas. Satang a year are of those whose amount is known and paid regularly.
    `programme` is an id of the rulebook; no foreign key, so that figures outlive a file.
    """

    pk = models.CompositePrimaryKey("run", "code", "programme")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+", db_index=False)
    code = models.CharField(max_length=8)
    parent = models.CharField(max_length=6, blank=True)
    programme = models.CharField(max_length=40)
    due = models.PositiveIntegerField()
    received = models.PositiveIntegerField()  # of those due
    missing = models.PositiveIntegerField()  # due and not received
    receipt_unknown = models.PositiveIntegerField()  # due, and nobody said whether it is received
    may_apply = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()  # facts are missing
    not_due = models.PositiveIntegerField()
    received_not_due = models.PositiveIntegerField()  # inclusion error, as far as the facts go
    due_year = models.BigIntegerField()  # satang a year
    received_year = models.BigIntegerField()
    missing_year = models.BigIntegerField()
    withheld = models.BooleanField(default=False)  # too few to publish more than that

    class Meta:
        indexes = [
            models.Index(fields=["run", "parent", "programme"], name="take_up_children"),
            models.Index(fields=["run", "programme", "code"], name="take_up_programme"),
        ]

    class Privacy:
        public = [
            "pk", "run", "code", "parent", "programme", "due", "received", "missing",
            "receipt_unknown", "may_apply", "unknown", "not_due", "received_not_due", "due_year",
            "received_year", "missing_year", "withheld",
        ]  # fmt: skip
        retention = "reference"


class Missing(models.Model):
    """A right that somebody is due and does not get, for the lists of officers.

    `person` is None for a right of the household. `satang_year` is 0 where the amount is not known
    or not paid regularly. `sensitive`: who is due the programme tells of health, HIV,
    disability or violence, so the row is shown only to those who may see such things.
    """

    id = KeyField()
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+", db_index=False)
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="+", null=True, blank=True, db_index=False
    )
    programme = models.CharField(max_length=40)
    satang_year = models.BigIntegerField()
    sensitive = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("right not received")
        indexes = [
            models.Index(fields=["run", "programme", "-satang_year", "id"], name="missing_list"),
            models.Index(fields=["run", "-satang_year", "id"], name="missing_largest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(satang_year__gte=0), name="missing_satang_not_negative"
            ),
        ]

    class Privacy:
        public = ["id", "run"]
        personal = ["household", "person", "satang_year"]
        sensitive = ["programme", "sensitive"]
        retention = "household"
