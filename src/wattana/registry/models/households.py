from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Left
from django.utils.translation import gettext_lazy as _

from wattana.accounts.models import Organization
from wattana.areas.models import Area
from wattana.kit.fields import KeyField

# A level is a range of ranks whatever the boundary rule, so one index per area level serves the
# worst-first order and the filter by level.
LEVEL_STEP = 10_000
UNRANKED = 99_999


class Household(models.Model):
    """A household (ครัวเรือน): people who live and eat together at one place.

    `standing_*` is the latest published classification, written by the assessment room so that a
    list can be sorted and filtered by it; its history lies in the assessment room.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        MOVED = "moved", _("moved away")
        DISSOLVED = "dissolved", _("dissolved")
        MERGED = "merged", _("merged into another")

    class ListStatus(models.TextChoices):
        """Where the household stands between the lists and the field (domain reference 3.3)."""

        FROM_LIST = "from_list", _("to be verified")
        ADDED = "added", _("added: missed by every list")
        CONFIRMED_POOR = "confirmed_poor", _("confirmed poor")
        NOT_POOR = "not_poor", _("found not poor")

    id = KeyField()
    owner = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(  # village, or tambon; the index `household_place` begins with it
        Area, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    province = models.GeneratedField(
        expression=Left("area_id", 2), output_field=models.CharField(max_length=2), db_persist=True
    )
    district = models.GeneratedField(
        expression=Left("area_id", 4), output_field=models.CharField(max_length=4), db_persist=True
    )
    tambon = models.GeneratedField(
        expression=Left("area_id", 6), output_field=models.CharField(max_length=6), db_persist=True
    )
    household_code = models.CharField(
        max_length=20, blank=True
    )  # HC, the key of PPPConnext screens
    house_code = models.CharField(max_length=11, blank=True)  # รหัสประจำบ้าน, 11 digits
    house_no = models.CharField(max_length=30, blank=True)
    road = models.CharField(max_length=120, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    location_accuracy = models.FloatField(null=True, blank=True)  # metres
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    list_status = models.CharField(
        max_length=15, choices=ListStatus.choices, default=ListStatus.FROM_LIST
    )
    standing_score = models.PositiveIntegerField(null=True, blank=True)  # X × 1,000: 1,000 … 4,000
    standing_level = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 … 4
    standing_rank = models.GeneratedField(  # level, then score; unscored households come last
        expression=Coalesce(F("standing_level") * LEVEL_STEP + F("standing_score"), UNRANKED),
        output_field=models.PositiveIntegerField(),
        db_persist=True,
    )
    standing_completeness = models.PositiveSmallIntegerField(null=True, blank=True)  # per cent
    surveyed_on = models.DateField(null=True, blank=True)  # day of the latest accepted visit
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed",
        db_index=False,
    )  # fmt: skip
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
    source_key = models.CharField(
        max_length=64, blank=True
    )  # the row's own key in the owner's files
    source_digest = models.BigIntegerField(null=True, blank=True)  # of the last imported row

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False)
                | ~Q(status="merged") & Q(merged_into__isnull=True),
                name="household_merged_into_pair",
            ),
            models.CheckConstraint(
                condition=Q(standing_level__isnull=True) | Q(standing_level__range=(1, 4)),
                name="household_level_range",
            ),
            models.CheckConstraint(
                condition=Q(standing_level__isnull=True, standing_score__isnull=True)
                | Q(standing_level__isnull=False, standing_score__isnull=False),
                name="household_standing_pair",
            ),
            models.UniqueConstraint(
                fields=["owner", "source_key"], condition=~Q(source_key=""),
                name="household_source_key_once",
            ),
        ]  # fmt: skip
        # The order of the list comes first; what stands behind `id` lets a filter that few
        # households meet be answered from the index (tests/registry/test_plans.py).
        indexes = [
            models.Index(
                fields=["province", "standing_rank", "id", "status", "list_status"],
                name="household_province_rank",
            ),
            models.Index(  # work still to do: the unsurveyed come after all scored ones
                fields=["province", "standing_rank", "id"],
                condition=Q(surveyed_on__isnull=True),
                name="household_unsurveyed",
            ),
            models.Index(
                fields=["district", "standing_rank", "id", "status", "list_status", "surveyed_on"],
                name="household_district_rank",
            ),
            models.Index(
                fields=["tambon", "standing_rank", "id", "surveyed_on"],
                name="household_tambon_rank",
            ),
            models.Index(fields=["area", "house_no", "id"], name="household_place"),
            models.Index(fields=["house_code"], name="household_house_code"),
            models.Index(fields=["household_code"], name="household_hc"),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="household_merged_into",
            ),
        ]

    class Privacy:
        public = ["id", "owner", "area", "province", "district", "tambon", "status", "list_status",
                  "standing_score", "standing_rank", "standing_level", "standing_completeness",
                  "surveyed_on", "merged_into", "created_at", "created_by", "batch",
                  "source_digest"]  # fmt: skip
        personal = ["household_code", "house_code", "house_no", "road", "latitude", "longitude",
                    "location_accuracy", "source_key"]  # fmt: skip
        retention = "household"


class Identifier(models.Model):
    """Another number that a register knows a household or a person by."""

    class Kind(models.TextChoices):
        GREEN_BOOK = "green_book", _("farm household number (สมุดเขียว)")
        TPMAP = "tpmap", _("TPMAP household number")
        MSO = "mso", _("family book number (MSO)")
        DISABILITY_CARD = "disability_card", _("disability card number")
        PASSPORT = "passport", _("passport number")
        OTHER = "other", _("other number")

    id = KeyField()
    household = models.ForeignKey(
        Household, null=True, blank=True, on_delete=models.CASCADE, related_name="identifiers"
    )
    person = models.ForeignKey(
        "registry.Person",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="identifiers",
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    value = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(household__isnull=False, person__isnull=True)
                | Q(household__isnull=True, person__isnull=False),
                name="identifier_of_one",
            ),
        ]
        indexes = [models.Index(fields=["value"], name="identifier_value")]

    class Privacy:
        public = ["id", "household", "person", "kind"]
        personal = ["value"]
        retention = "household"
