from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wattana.accounts.models import Organization
from wattana.kit.fields import KeyField
from wattana.methods.grievance import FINAL, State
from wattana.referrals.models import Referral

STATES = [
    (State.RECEIVED, pgettext_lazy("grievance", "received")),
    (State.ACKNOWLEDGED, pgettext_lazy("grievance", "acknowledged")),
    (State.LOOKED_INTO, pgettext_lazy("grievance", "being looked into")),
    (State.ANSWERED, pgettext_lazy("grievance", "answered")),
    (State.SETTLED, pgettext_lazy("grievance", "settled")),
    (State.CLOSED, pgettext_lazy("grievance", "closed")),
    (State.WITHDRAWN, pgettext_lazy("grievance", "withdrawn")),
]


class Grievance(models.Model):
    """A complaint (เรื่องร้องเรียน). What was said, by whom and how to reach her lies sealed.

    `organization` handles it now, never the one complained about; None while nobody may. The
    complainant holds a code of which only the digest is kept. `version` counts the steps.
    """

    class Channel(models.TextChoices):
        PAGE = "page", _("own words on the page")
        CALL = "call", _("told on the telephone")
        OFFICE = "office", _("told at the office")
        VISIT = "visit", _("told at home")

    class Tier(models.IntegerChoices):
        DISTRICT = 1, _("district")
        PROVINCE = 2, _("province")
        OPERATOR = 3, _("organisation that runs the system")

    id = KeyField()
    number = models.CharField(max_length=20, unique=True)
    code_digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=20)  # of rulebook/grievances.yaml
    channel = models.CharField(max_length=6, choices=Channel.choices, default=Channel.PAGE)
    about = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    area_code = models.CharField(max_length=8, blank=True)  # of the office; leads to the next tier
    referral = models.ForeignKey(
        Referral, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    tier = models.PositiveSmallIntegerField(choices=Tier.choices, default=Tier.DISTRICT)
    state = models.CharField(max_length=12, choices=STATES, default=State.RECEIVED)
    version = models.PositiveIntegerField(default=0)
    text = models.BinaryField()
    name = models.BinaryField(null=True, blank=True)
    contact = models.BinaryField(null=True, blank=True)
    created_at = models.DateTimeField()
    recorded_by = models.BigIntegerField(null=True, blank=True)  # an officer for the complainant
    counted_on = models.DateField()  # the day from which the clock counts
    due_on = models.DateField(null=True, blank=True)
    risk_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("grievance")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) & ~Q(state__in=sorted(FINAL))
                | Q(closed_at__isnull=False, state__in=sorted(FINAL)),
                name="grievance_closed_when_final",
            ),
            models.CheckConstraint(
                condition=Q(about__isnull=True)
                | Q(organization__isnull=True)
                | ~Q(about=models.F("organization")),
                name="grievance_never_by_its_own",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "due_on", "id"],
                condition=Q(closed_at__isnull=True), name="grievance_desk",
            ),
            models.Index(fields=["organization", "-closed_at", "id"], name="grievance_done"),
            models.Index(
                fields=["due_on", "id"], condition=Q(closed_at__isnull=True),
                name="grievance_clock",
            ),
        ]  # fmt: skip

    class Privacy:
        public = ["id", "number", "code_digest", "kind", "channel", "about", "area_code",
                  "organization", "tier", "state",
                  "version", "created_at", "recorded_by", "counted_on", "due_on",
                  "risk_on", "closed_at"]  # fmt: skip
        personal = ["referral", "name", "contact"]
        sensitive = ["text"]
        retention = "household"


class GrievanceStep(models.Model):
    """What happened: a step of the table, or words of one side to the other. Words lie sealed."""

    id = KeyField()
    grievance = models.ForeignKey(
        Grievance, on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    at = models.DateTimeField()
    side = models.CharField(max_length=12)
    by = models.BigIntegerField(null=True, blank=True)  # None: the complainant, or the clock
    organization_id = models.BigIntegerField(null=True, blank=True)
    action = models.CharField(max_length=12)
    old_state = models.CharField(max_length=12, blank=True)
    new_state = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    words = models.BinaryField(null=True, blank=True)
    shown = models.BooleanField(default=False)  # the complainant reads the words

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["grievance", "version"], name="grievance_step_once")
        ]

    class Privacy:
        public = ["id", "grievance", "at", "side", "by", "organization_id", "action", "old_state",
                  "new_state", "version", "shown"]  # fmt: skip
        sensitive = ["words"]
        retention = "household"


class Handler(models.Model):
    """A member whom the administrators named to handle the complaints that reach her office."""

    id = KeyField()
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    user_id = models.BigIntegerField()
    named_at = models.DateTimeField()
    named_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user_id"], name="grievance_handler_once"
            )
        ]

    class Privacy:
        public = ["id", "organization", "user_id", "named_at", "named_by"]
        retention = "account"


class Knock(models.Model):
    """Somebody used the public door; `who` is a keyed pseudonym of the address, kept for a day."""

    id = KeyField()
    who = models.CharField(max_length=24)
    what = models.CharField(max_length=5)  # open, code
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["who", "what", "at"], name="grievance_knock")]

    class Privacy:
        public = ["id", "what", "at"]
        personal = ["who"]
        retention = "day"
