from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wattana.accounts.models import Organization
from wattana.kit.fields import KeyField
from wattana.registry.models import Household, Person


class Need(models.Model):
    """What a household or one of its people lacks; one need is met by one open referral at a time.

    `service` is an id of `rulebook/referrals.yaml`; it gives dimension, capital, the first agency,
    the fields which that agency sees and whether the need is sensitive. A proposed need becomes
    real when a person confirms it.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("need", "proposed")
        CONFIRMED = "confirmed", pgettext_lazy("need", "confirmed")
        DISMISSED = "dismissed", pgettext_lazy("need", "dismissed")
        MET = "met", pgettext_lazy("need", "met")

    class Source(models.TextChoices):
        SURVEY = "survey", _("survey")
        RULE = "rule", _("right that is due and not received")
        VISIT = "visit", _("visit")
        FORUM = "forum", _("village forum")
        WALK_IN = "walk_in", _("came to the office")
        TIP = "tip", _("told by somebody")

    class Severity(models.IntegerChoices):
        MILD = 1, _("can wait")
        SERIOUS = 2, _("serious")
        URGENT = 3, _("urgent: danger to life, health or home")

    id = KeyField()
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="needs")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="needs"
    )
    owner = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=40)
    dimension = models.CharField(max_length=20)  # health, education, living, income, …
    indicator = models.CharField(max_length=3, blank=True)  # H1 … S10
    programme = models.CharField(max_length=40, blank=True)  # of the rights engine
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, default=Severity.SERIOUS)
    source = models.CharField(max_length=8, choices=Source.choices)
    text = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    sensitive = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    reason = models.CharField(max_length=300, blank=True)  # why dismissed
    found_on = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.BigIntegerField(null=True, blank=True)
    met_on = models.DateField(null=True, blank=True)

    # Rules alone name the indicator: what they proposed and nobody has decided.
    UNTOUCHED = Q(state=State.PROPOSED) & ~Q(indicator="")

    class Meta:
        indexes = [
            models.Index(fields=["household", "state"], name="need_of_household"),
            models.Index(fields=["owner", "state", "-severity", "id"], name="need_of_owner"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "service", "programme"],
                condition=Q(state__in=["proposed", "confirmed"], person__isnull=True),
                name="need_open_household_once",
            ),
            models.UniqueConstraint(
                fields=["person", "service", "programme"],
                condition=Q(state__in=["proposed", "confirmed"], person__isnull=False),
                name="need_open_person_once",
            ),
            models.CheckConstraint(
                condition=Q(state="met", met_on__isnull=False)
                | ~Q(state="met") & Q(met_on__isnull=True),
                name="need_met_when",
            ),
        ]

    class Privacy:
        public = ["id", "household", "person", "owner", "severity", "source", "state", "found_on",
                  "created_at", "created_by", "decided_at", "decided_by", "met_on"]  # fmt: skip
        personal = ["reason", "dimension", "indicator"]
        sensitive = ["service", "programme", "text", "evidence", "sensitive"]
        retention = "household"
