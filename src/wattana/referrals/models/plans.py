from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wattana.accounts.models import Organization
from wattana.kit.fields import KeyField
from wattana.registry.models import Household


class Plan(models.Model):
    """What a household and its officer set out to reach together (แผนพัฒนาครัวเรือน)."""

    id = KeyField()
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="plans")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    owner = models.BigIntegerField()  # the member who looks after it
    opened_on = models.DateField()
    review_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(closed_on__isnull=True), name="plan_open_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["owner", "review_on"],
                condition=Q(closed_on__isnull=True),
                name="plan_of_owner",
            )
        ]

    class Privacy:
        public = ["id", "household", "organization", "owner", "opened_on", "review_on",
                  "closed_on", "created_at"]  # fmt: skip
        retention = "household"


class Goal(models.Model):
    """One aim of a plan, in the household's words, with who does what until when."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("goal", "under way")
        REACHED = "reached", pgettext_lazy("goal", "reached")
        DROPPED = "dropped", pgettext_lazy("goal", "given up")

    id = KeyField()
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="goals")
    capital = models.CharField(max_length=10)  # human, physical, financial, natural, social
    text = models.CharField(max_length=300)
    doer = models.CharField(max_length=120)  # who does it: the household, an office
    next_on = models.DateField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    reason = models.CharField(max_length=300, blank=True)
    decided_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_on__isnull=True)
                | ~Q(state="open") & Q(decided_on__isnull=False),
                name="goal_decided_when",
            )
        ]

    class Privacy:
        public = ["id", "plan", "capital", "next_on", "state", "decided_on"]
        personal = ["doer"]
        sensitive = ["text", "reason"]
        retention = "household"


class FollowUp(models.Model):
    """A visit or call after the survey: what was found, and when somebody comes again."""

    class Channel(models.TextChoices):
        VISIT = "visit", _("visit at home")
        CALL = "call", _("telephone call")
        OFFICE = "office", _("at the office")

    id = KeyField()
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="follow_ups")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    channel = models.CharField(max_length=6, choices=Channel.choices, default=Channel.VISIT)
    findings = models.TextField()
    next_on = models.DateField(null=True, blank=True)
    by = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["household", "-on"], name="follow_up_of_household")]

    class Privacy:
        public = ["id", "household", "organization", "on", "channel", "next_on", "by",
                  "recorded_at"]  # fmt: skip
        sensitive = ["findings"]
        retention = "household"


class Photo(models.Model):
    """A photo of a follow-up visit; the file lies sealed in the data folder, by this key."""

    id = KeyField()
    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="photos")
    content_type = models.CharField(max_length=50)  # found from the bytes, never believed
    size = models.PositiveIntegerField()  # bytes
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.BigIntegerField(null=True, blank=True)

    class Privacy:
        public = ["id", "follow_up", "content_type", "size", "removed_at", "removed_by"]
        retention = "household"


class Exit(models.Model):
    """A household leaves the programme: proposed by one member, approved by another.

    It may come back at any time (`reentered_on`); what was recorded stays.
    """

    class Reason(models.TextChoices):
        GRADUATED = "graduated", _("out of poverty")
        MOVED = "moved", _("moved away")
        DECEASED = "deceased", _("nobody of it is alive")
        NOT_POOR = "not_poor", _("was not poor")
        OWN_WISH = "own_wish", _("its own wish")

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("exit", "proposed")
        APPROVED = "approved", pgettext_lazy("exit", "approved")
        REJECTED = "rejected", pgettext_lazy("exit", "rejected")

    id = KeyField()
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="exits")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=9, choices=Reason.choices)
    evidence = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    answer = models.CharField(max_length=300, blank=True)  # why rejected
    proposed_at = models.DateTimeField()
    proposed_by = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.BigIntegerField(null=True, blank=True)
    reentered_on = models.DateField(null=True, blank=True)
    reentry_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(state="proposed") | Q(state="approved", reentered_on__isnull=True),
                name="exit_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at__isnull=True)
                | ~Q(state="proposed") & Q(decided_at__isnull=False),
                name="exit_decided_when",
            ),
        ]

    class Privacy:
        public = ["id", "household", "organization", "state", "proposed_at", "proposed_by",
                  "decided_at", "decided_by", "reentered_on"]  # fmt: skip
        personal = ["reason", "answer", "reentry_reason"]
        sensitive = ["evidence"]
        retention = "household"
