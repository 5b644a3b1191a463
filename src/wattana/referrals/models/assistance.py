from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wattana.accounts.models import Organization
from wattana.kit.fields import KeyField
from wattana.registry.models import Household, Person

from .needs import Need
from .referrals import Referral


class Assistance(models.Model):
    """One episode of help (การช่วยเหลือ, ครั้ง): what was given, when, by whom.

    Several providers may help for one need; each gives its own row, so households and needs are
    counted once and baht are added up. A wrong row is voided, never removed.
    """

    id = KeyField()
    referral = models.ForeignKey(
        Referral, null=True, blank=True, on_delete=models.PROTECT, related_name="assistance"
    )
    need = models.ForeignKey(
        Need, null=True, blank=True, on_delete=models.PROTECT, related_name="assistance"
    )
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="assistance")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    provider = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    area_code = models.CharField(max_length=8)
    dimension = models.CharField(max_length=20)
    programme = models.CharField(max_length=40, blank=True)
    on = models.DateField()
    satang = models.BigIntegerField(null=True, blank=True)  # money, or what the thing is worth
    in_kind = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    evidence = models.CharField(max_length=300, blank=True)  # receipt, payment list, photo
    recorded_at = models.DateTimeField()
    recorded_by = models.BigIntegerField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.BigIntegerField(null=True, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("assistance")
        constraints = [
            models.CheckConstraint(
                condition=Q(satang__isnull=False) | ~Q(in_kind=""),
                name="assistance_money_or_kind",
            ),
            models.CheckConstraint(
                condition=Q(satang__isnull=True) | Q(satang__gt=0), name="assistance_positive"
            ),
        ]
        indexes = [
            models.Index(fields=["household", "-on"], name="assistance_of_household"),
            models.Index(
                fields=["area_code", "on"], condition=Q(voided_at__isnull=True),
                name="assistance_of_area",
            ),
        ]  # fmt: skip

    class Privacy:
        public = ["id", "referral", "need", "household", "person", "provider", "area_code", "on",
                  "recorded_at", "recorded_by", "voided_at", "voided_by"]  # fmt: skip
        personal = ["satang", "dimension", "evidence", "void_reason"]
        sensitive = ["programme", "in_kind", "note"]
        retention = "household"


class Confirmation(models.Model):
    """The household is asked “did it come?”: by a link with a code, a call or a visit.

    The link carries a random code and no personal data; only its SHA-256 is kept. `expires_at` is
    until when the code takes an answer, and once it was given, until when it may be changed. A
    changed answer is a new row that takes the code over; the other stays, with `corrected_at`.
    """

    class Channel(models.TextChoices):
        LINE = "line", "LINE"
        SMS = "sms", "SMS"
        CALL = "call", _("telephone call")
        VISIT = "visit", _("visit")
        OFFICE = "office", _("at the office")

    id = KeyField()
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="confirmations")
    channel = models.CharField(max_length=6, choices=Channel.choices)
    code_digest = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.BigIntegerField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    came = models.BooleanField(null=True)
    corrected_at = models.DateTimeField(null=True, blank=True)  # since then another answer holds
    satisfaction = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 … 5
    answered_by = models.BigIntegerField(null=True, blank=True)  # the officer on its behalf

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code_digest"], condition=~Q(code_digest=""), name="confirmation_code_once"
            ),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__range=(1, 5)),
                name="confirmation_satisfaction_range",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, came__isnull=True)
                | Q(answered_at__isnull=False, came__isnull=False),
                name="confirmation_answered_pair",
            ),
        ]

    class Privacy:
        public = ["id", "referral", "channel", "code_digest", "asked_at", "asked_by",
                  "expires_at", "answered_at", "answered_by", "corrected_at"]  # fmt: skip
        personal = ["came", "satisfaction"]
        retention = "household"
