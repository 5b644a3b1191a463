"""Visits and what was answered: one document of answers per visit and per person, typed by the codebook."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from wattana.accounts.models import Organization
from wattana.kit.fields import KeyField
from wattana.registry.models import Household, ImportBatch, Person


class Visit(models.Model):
    """A survey of one household in one round (ปีที่สำรวจ + ครั้งที่สำรวจ).

    `answers` holds {variable: value} for the household's variables; a variable that is absent was
    not answered. `skips` holds {variable: reason}. Only names of the codebook are ever written
    (`surveys.actions`), so the document has a schema: the codebook's.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned for correction")
        NOT_SURVEYED = "not_surveyed", _("could not be surveyed")

    id = KeyField()
    instance_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # OpenRosa
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="visits")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()  # CE
    round = models.PositiveSmallIntegerField()
    surveyed_on = models.DateField()
    codebook_version = models.CharField(max_length=20)
    status = models.CharField(max_length=15, choices=Status.choices, default=Status.DRAFT)
    reason = models.CharField(max_length=300, blank=True)
    answers = models.JSONField(default=dict)
    skips = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.BigIntegerField(null=True, blank=True)
    batch = models.ForeignKey(
        ImportBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source_digest = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["household", "year", "round"], name="visit_round_once")
        ]

    class Privacy:
        public = ["id", "instance_id", "household", "organization", "year", "round", "surveyed_on",
                  "codebook_version", "status", "revision", "created_at", "created_by",
                  "submitted_at", "submitted_by", "batch", "source_digest", "skips"]  # fmt: skip
        personal = ["reason"]
        sensitive = ["answers"]
        retention = "household"


class VisitPerson(models.Model):
    """The answers of one visit about one member of the household."""

    id = KeyField()
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="persons")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    skips = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "person"], name="visit_person_once")
        ]

    class Privacy:
        public = ["id", "visit", "person", "skips"]
        sensitive = ["answers"]
        retention = "household"
