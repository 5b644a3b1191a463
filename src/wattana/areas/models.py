"""Areas of Thailand: a code says where it lies (33 → 3301 → 330105 → 33010501; DOPA, TIS 1099)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Area(models.Model):
    """A province (2 digits), district (4), tambon (6) or village (8)."""

    class Level(models.IntegerChoices):
        PROVINCE = 2, _("province")
        DISTRICT = 4, _("district")
        TAMBON = 6, _("tambon")
        VILLAGE = 8, _("village")

    code = models.CharField(max_length=8, primary_key=True)
    level = models.PositiveSmallIntegerField(choices=Level.choices)  # the length of the code
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    name_th = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=5, blank=True)
    listed = models.BooleanField(default=True)  # False: only a household's moo number made it

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=[2, 4, 6, 8]), name="area_level_known"),
            models.CheckConstraint(
                condition=Q(level=2, parent__isnull=True) | Q(level__gt=2, parent__isnull=False),
                name="area_parent_unless_province",
            ),
        ]

    class Privacy:
        public = ["code", "level", "parent", "name_th", "name_en", "postcode", "listed"]
        retention = "reference"


class RetiredCode(models.Model):
    """A code that old files still carry, and the areas that took its place.

    One successor; several where it was split; none where it is not known.
    """

    code = models.CharField(max_length=8, primary_key=True)
    name_th = models.CharField(max_length=120)
    retired_on = models.DateField(null=True, blank=True)
    successors = models.JSONField(default=list)  # codes of areas

    class Privacy:
        public = ["code", "name_th", "retired_on", "successors"]
        retention = "reference"


class BoundarySource(models.Model):
    """Where a set of boundaries comes from; its attribution stands on every map made from it."""

    name = models.CharField(max_length=200)
    attribution = models.TextField()
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Privacy:
        public = ["id", "name", "attribution", "loaded_at"]
        retention = "reference"


class Boundary(models.Model):
    """The outline of an area, as the operator supplied it (GeoJSON geometry, WGS84)."""

    area = models.OneToOneField(Area, primary_key=True, on_delete=models.CASCADE)
    source = models.ForeignKey(BoundarySource, on_delete=models.CASCADE)
    geometry = models.JSONField()
    label_lon = models.FloatField()
    label_lat = models.FloatField()

    class Privacy:
        public = ["area", "source", "geometry", "label_lon", "label_lat"]
        retention = "reference"
