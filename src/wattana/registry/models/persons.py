from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wattana.kit.fields import KeyField
from wattana.thai.dates import PartialDate

from .households import Household


class Person(models.Model):
    """A person and the household where she lives now; earlier ones are rows of `Membership`.

    The national ID is sealed (AES-256-GCM-SIV, bound to this row) and found by a keyed hash.
    """

    class Sex(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")

    class Relation(models.TextChoices):
        HEAD = "head", _("head of household")
        SPOUSE = "spouse", _("spouse")
        CHILD = "child", _("child")
        PARENT = "parent", _("parent")
        GRANDCHILD = "grandchild", _("grandchild")
        SIBLING = "sibling", _("sibling")
        OTHER_RELATIVE = "other_relative", _("other relative")
        NOT_RELATED = "not_related", _("not related")
        UNKNOWN = "unknown", _("not recorded")

    class NoIdReason(models.TextChoices):
        """Why somebody has no national ID on record; such people are served like everybody."""

        NEVER_REGISTERED = "never_registered", _("birth never registered")
        STATELESS = "stateless", _("without nationality")
        FOREIGN = "foreign", _("foreign national")
        LOST = "lost", _("card lost, number not known")
        DECLINED = "declined", _("did not want to say")
        NOT_ASKED = "not_asked", _("not asked yet")

    class Registered(models.TextChoices):
        """Civil registration of the house against where the person lives (สถานะตามทะเบียนบ้าน)."""

        HERE_LIVES = "here_lives", _("registered and living here")
        HERE_AWAY = "here_away", _("registered here, living elsewhere")
        ELSEWHERE_LIVES = "elsewhere_lives", _("living here, registered elsewhere")
        UNKNOWN = "unknown", _("not recorded")

    id = KeyField()
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="persons", db_index=False
    )
    relation = models.CharField(max_length=15, choices=Relation.choices, default=Relation.UNKNOWN)
    member_since = models.DateField(null=True, blank=True)
    registered = models.CharField(
        max_length=15, choices=Registered.choices, default=Registered.UNKNOWN
    )
    title = models.CharField(max_length=30, blank=True)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    first_key = models.CharField(max_length=24, blank=True)  # sound keys (thai.names.sound_key)
    last_key = models.CharField(max_length=24, blank=True)
    sex = models.CharField(max_length=6, choices=Sex.choices, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)  # CE
    birth_month = models.PositiveSmallIntegerField(null=True, blank=True)
    birth_day = models.PositiveSmallIntegerField(null=True, blank=True)
    died_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)  # for a place outside the register
    phone = models.CharField(max_length=20, blank=True)
    national_id_sealed = models.BinaryField(null=True, blank=True)
    national_id_hash = models.BinaryField(null=True, blank=True, max_length=32)
    no_id_reason = models.CharField(max_length=20, choices=NoIdReason.choices, blank=True)
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True, blank=True)
    batch = models.ForeignKey(
        "registry.ImportBatch",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # see ImportBatch.first_key
    )
    source_key = models.CharField(max_length=64, blank=True)
    source_digest = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["national_id_hash"],
                condition=Q(national_id_hash__isnull=False),  # an index, which a load makes last
                name="person_national_id_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    national_id_hash__isnull=False, national_id_sealed__isnull=False,
                    no_id_reason="",
                )
                | Q(national_id_hash__isnull=True, national_id_sealed__isnull=True)
                & ~Q(no_id_reason=""),
                name="person_id_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(birth_day__isnull=True) | Q(birth_month__isnull=False),
                name="person_birth_day_needs_month",
            ),
            models.CheckConstraint(
                condition=Q(birth_month__isnull=True) | Q(birth_year__isnull=False),
                name="person_birth_month_needs_year",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["household", "no_id_reason"], name="person_of_household"),
            models.Index(fields=["first_key", "last_key"], name="person_sound"),
            models.Index(fields=["last_key"], name="person_last_sound"),
        ]

    class Privacy:
        public = ["id", "household", "created_at", "created_by", "batch", "source_digest"]
        personal = ["relation", "member_since", "registered", "title", "first_name", "last_name",
                    "first_key", "last_key", "sex", "birth_year", "birth_month", "birth_day",
                    "died_on", "left_on", "phone", "national_id_sealed", "national_id_hash",
                    "no_id_reason", "source_key"]  # fmt: skip
        retention = "household"

    @property
    def born(self) -> PartialDate | None:
        """The birth date as far as it is known."""
        if self.birth_year is None:
            return None
        return PartialDate(self.birth_year, self.birth_month, self.birth_day)

    @property
    def lives_here(self) -> bool:
        return self.died_on is None and self.left_on is None

    @property
    def has_national_id(self) -> bool:
        return self.national_id_hash is not None


class Membership(models.Model):
    """A time that a person lived in another household, closed when she left it."""

    class EndReason(models.TextChoices):
        MOVED = "moved", _("moved to another household")
        MERGED = "merged", _("the household was merged")
        SPLIT = "split", _("the household split")
        CORRECTED = "corrected", _("recorded in the wrong household")

    id = KeyField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="past_members")
    relation = models.CharField(max_length=15, choices=Person.Relation.choices)
    since = models.DateField(null=True, blank=True)
    until = models.DateField()
    reason = models.CharField(max_length=10, choices=EndReason.choices)

    class Privacy:
        public = ["id", "person", "household"]
        personal = ["relation", "since", "until", "reason"]
        retention = "household"
