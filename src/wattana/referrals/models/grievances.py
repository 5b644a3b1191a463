from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wattana.accounts.models import Organization
from wattana.kit.fields import KeyField
from wattana.registry.models import Household

from .referrals import Referral


class Grievance(models.Model):
    """A complaint (เรื่องร้องเรียน), apart from cases: who it is about never reads it.

    It goes to the `handler`, an organisation one tier above the one complained about. Who complains
    may stay unnamed and reads the answer by a code, of which only the SHA-256 is kept.
    """

    class About(models.TextChoices):
        DECISION = "decision", _("a decision on my case")
        CONDUCT = "conduct", _("how somebody behaved")
        LEFT_OUT = "left_out", _("my household was left out or wrongly assessed")
        HELP = "help", _("help did not come or was not what was promised")
        DATA = "data", _("my data: see, correct, delete, object")
        OTHER = "other", _("something else")

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("grievance", "received")
        EXAMINED = "examined", pgettext_lazy("grievance", "being looked into")
        ANSWERED = "answered", pgettext_lazy("grievance", "answered")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", pgettext_lazy("grievance", "right: it is put right")
        PARTLY = "partly", pgettext_lazy("grievance", "right in part")
        NOT_UPHELD = "not_upheld", pgettext_lazy("grievance", "not found to be so")
        WITHDRAWN = "withdrawn", pgettext_lazy("grievance", "withdrawn")

    id = KeyField()
    number = models.CharField(max_length=20, unique=True)
    about = models.CharField(max_length=8, choices=About.choices)
    subject = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    handler = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    referral = models.ForeignKey(
        Referral, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    household = models.ForeignKey(
        Household, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField()
    contact = models.CharField(max_length=200, blank=True)
    code_digest = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RECEIVED)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    answer = models.TextField(blank=True)
    received_at = models.DateTimeField()
    received_by = models.BigIntegerField(null=True, blank=True)  # None: from the public page
    due_on = models.DateField()
    examined_at = models.DateTimeField(null=True, blank=True)
    examined_by = models.BigIntegerField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False) & ~Q(outcome="")
                | ~Q(state="answered") & Q(answered_at__isnull=True, outcome=""),
                name="grievance_answered_when",
            )
        ]
        indexes = [models.Index(fields=["handler", "state", "due_on"], name="grievance_inbox")]

    class Privacy:
        public = ["id", "number", "subject", "handler", "referral", "household", "code_digest",
                  "state", "received_at", "received_by", "due_on", "examined_at", "examined_by",
                  "answered_at", "answered_by"]  # fmt: skip
        personal = ["about", "outcome"]
        sensitive = ["text", "contact", "answer"]
        retention = "household"
