from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wattana.kit.fields import KeyField

from .households import Household
from .persons import Person


class PrivacyNotice(models.Model):
    """The text that a household is told (PDPA s. 23), by version."""

    version = models.CharField(max_length=20, unique=True)
    text_th = models.TextField()
    text_en = models.TextField()
    published_at = models.DateTimeField()

    @property
    def name(self) -> str:
        """The version in words: one that nobody has reviewed yet says so."""
        number, mark, more = self.version.partition("-proposed")
        if not mark or more:
            return self.version
        return gettext("%(number)s (proposed)") % {"number": number}

    class Privacy:
        public = ["id", "version", "text_th", "text_en", "published_at"]
        retention = "reference"


class Consent(models.Model):
    """That a household was told and what it agreed to (PDPA s. 19); withdrawal keeps the row."""

    class Purpose(models.TextChoices):
        SURVEY = "survey", _("survey and analysis")
        REFERRAL = "referral", _("referral to agencies")
        RESEARCH = "research", _("research without names")

    class Method(models.TextChoices):
        SIGNATURE = "signature", _("signature")
        SPOKEN = "spoken", _("spoken")
        GUARDIAN = "guardian", _("guardian")

    id = KeyField()
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="consents")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="consents",
        db_index=False,
    )  # fmt: skip
    notice = models.ForeignKey(PrivacyNotice, on_delete=models.PROTECT)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    method = models.CharField(max_length=10, choices=Method.choices)
    given_at = models.DateTimeField()
    recorded_by = models.BigIntegerField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="consent_withdrawn_pair",
            )
        ]
        indexes = [
            # Of the few of one person alone: counted with those of households, which have no
            # person, the index would be taken for one of a single value, and never used.
            models.Index(
                fields=["person"], condition=Q(person__isnull=False), name="consent_of_person"
            )
        ]

    class Privacy:
        public = ["id", "household", "person", "notice", "purpose", "method", "given_at",
                  "recorded_by", "withdrawn_at", "withdrawn_by"]  # fmt: skip
        retention = "household"
