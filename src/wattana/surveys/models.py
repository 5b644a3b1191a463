"""Visits and what was answered: a document of answers per visit and per person.

Why documents and not a row per answer: docs/adr/answers-as-documents.md.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wattana.accounts.models import Organization
from wattana.kit.fields import KeyField
from wattana.registry.models import Household, ImportBatch, Person


class Skip(models.TextChoices):
    """Why a question has no answer; the value that stands in `skips`."""

    REFUSED = "refused", _("did not want to say")
    UNKNOWN = "unknown", _("does not know")
    NOT_APPLICABLE = "not_applicable", _("does not apply")
    ABSENT = "absent", _("nobody was there who could answer")


class Visit(models.Model):
    """A survey of one household in one round (ปีที่สำรวจ + ครั้งที่สำรวจ).

    `answers` holds {variable: value} for the household's variables; a variable that is absent was
    not answered. `skips` holds {variable: reason}. `set_aside` keeps answers to questions that a
    later answer ruled out (the rent of a house that turned out to be owned): they come back when
    the question does, and no measure sees them. Only names of the codebook are ever written
    (`surveys.actions`), so the documents have a schema: the codebook's. `asked` and `answered`
    count the questions of the whole visit, people included, so that lists need not read the
    documents.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("handed in")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned for correction")
        NOT_SURVEYED = "not_surveyed", _("could not be surveyed")

    class NotSurveyed(models.TextChoices):
        """Why a household could not be surveyed (domain reference 3.3: 7 in 100 at Kalasin)."""

        AWAY = "away", _("nobody at home after several visits")
        MOVED = "moved", _("moved away")
        REFUSED = "refused", _("refused the survey")
        NOT_FOUND = "not_found", _("the house was not found")
        DECEASED = "deceased", _("everybody has died")
        UNREACHABLE = "unreachable", _("the place could not be reached")
        OTHER = "other", _("another reason")

    id = KeyField()
    instance_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # OpenRosa
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="visits")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()  # CE
    round = models.PositiveSmallIntegerField()
    surveyed_on = models.DateField()
    codebook_version = models.CharField(max_length=20)
    status = models.CharField(max_length=15, choices=Status.choices, default=Status.DRAFT)
    not_surveyed = models.CharField(max_length=15, choices=NotSurveyed.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # of the return, or a note on the above
    answers = models.JSONField(default=dict)
    skips = models.JSONField(default=dict)
    set_aside = models.JSONField(default=dict)
    asked = models.PositiveSmallIntegerField(default=0)
    answered = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.BigIntegerField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.BigIntegerField(null=True, blank=True)
    batch = models.ForeignKey(
        ImportBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source_digest = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["household", "year", "round"], name="visit_round_once"),
            models.CheckConstraint(
                condition=Q(status="not_surveyed") & ~Q(not_surveyed="")
                | ~Q(status="not_surveyed") & Q(not_surveyed=""),
                name="visit_not_surveyed_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "year", "round"], name="visit_of_round"),
            models.Index(
                fields=["status", "id"],
                condition=Q(status__in=["draft", "submitted", "returned"]),
                name="visit_at_work",
            ),
        ]

    class Privacy:
        public = ["id", "instance_id", "household", "organization", "year", "round", "surveyed_on",
                  "codebook_version", "status", "not_surveyed", "asked", "answered", "revision",
                  "created_at", "created_by", "changed_at", "submitted_at", "submitted_by",
                  "approved_at", "approved_by", "batch", "source_digest", "skips"]  # fmt: skip
        personal = ["reason"]
        sensitive = ["answers", "set_aside"]
        retention = "household"


class VisitPerson(models.Model):
    """The answers of one visit about one member of the household."""

    id = KeyField()
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="persons")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    skips = models.JSONField(default=dict)
    set_aside = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "person"], name="visit_person_once")
        ]

    class Privacy:
        public = ["id", "visit", "person", "skips"]
        sensitive = ["answers", "set_aside"]
        retention = "household"


class AnswerChange(models.Model):
    """One question of one visit saved: who, when, from, to. Never edited.

    `old` and `new` are an answer, {"skip": reason}, or null where there was nothing. It is a table
    of its own and not `registry.FieldChange` because the values may be sensitive: they are read
    with the permission that the question's variable asks for (`queries.changes`). Answers that an
    import creates leave no row here: the visit names its batch.
    """

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="changes")
    person_id = models.BigIntegerField(null=True, blank=True)
    variable = models.CharField(max_length=60)
    old = models.JSONField(null=True, blank=True)
    new = models.JSONField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True, blank=True)
    batch_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["batch_id"], condition=Q(batch_id__isnull=False), name="answer_change_batch"
            )
        ]

    class Privacy:
        public = ["id", "visit", "person_id", "variable", "at", "by", "batch_id"]
        sensitive = ["old", "new"]
        retention = "household"
