"""What a run of the five capitals found for households and areas."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wattana.assessment.models.runs import Run
from wattana.registry.models import Household


class HouseholdResult(models.Model):
    """What a run found for one household in one round: scores and completeness in thousandths.

    Written in bulk (`assessment.results`), 1.2 M rows a run in a full province; the scores of the
    37 indicators stay in the run's Parquet file. Changes: 1 improved, 0 unchanged, -1 declined.
    """

    pk = models.CompositePrimaryKey("run", "household", "year", "round")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+", db_index=False)
    household = models.ForeignKey(
        Household, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    year = models.PositiveSmallIntegerField()  # CE
    round = models.PositiveSmallIntegerField()
    latest = models.BooleanField()
    score = models.PositiveSmallIntegerField(null=True)  # X × 1,000: 1,000 … 4,000
    level = models.PositiveSmallIntegerField(null=True)
    completeness = models.PositiveSmallIntegerField()  # 0 … 1,000
    change = models.SmallIntegerField(null=True)
    human_score = models.PositiveSmallIntegerField(null=True)
    human_level = models.PositiveSmallIntegerField(null=True)
    human_completeness = models.PositiveSmallIntegerField()
    human_change = models.SmallIntegerField(null=True)
    physical_score = models.PositiveSmallIntegerField(null=True)
    physical_level = models.PositiveSmallIntegerField(null=True)
    physical_completeness = models.PositiveSmallIntegerField()
    physical_change = models.SmallIntegerField(null=True)
    financial_score = models.PositiveSmallIntegerField(null=True)
    financial_level = models.PositiveSmallIntegerField(null=True)
    financial_completeness = models.PositiveSmallIntegerField()
    financial_change = models.SmallIntegerField(null=True)
    natural_score = models.PositiveSmallIntegerField(null=True)
    natural_level = models.PositiveSmallIntegerField(null=True)
    natural_completeness = models.PositiveSmallIntegerField()
    natural_change = models.SmallIntegerField(null=True)
    social_score = models.PositiveSmallIntegerField(null=True)
    social_level = models.PositiveSmallIntegerField(null=True)
    social_completeness = models.PositiveSmallIntegerField()
    social_change = models.SmallIntegerField(null=True)

    class Privacy:
        public = ["pk", "run", "household", "year", "round", "latest"]
        personal = [
            "score", "level", "completeness", "change",
            "physical_score", "physical_level", "physical_completeness", "physical_change",
            "financial_score", "financial_level", "financial_completeness", "financial_change",
            "natural_score", "natural_level", "natural_completeness", "natural_change",
            "social_score", "social_level", "social_completeness", "social_change",
        ]  # fmt: skip
        sensitive = [  # made of health among others
            "human_score", "human_level", "human_completeness", "human_change",
        ]  # fmt: skip
        retention = "household"


class AreaFigure(models.Model):
    """Sums over the households of one area in one round, for the whole score or for one capital.

    Sums, not means: the figures of parts of an area add up. `year` and `round` are 0 for the latest
    visit of each household. `total` is the sum of scores in millionths, so that it does not depend
    on the order of adding.
    """

    class Aspect(models.TextChoices):
        OVERALL = "overall", _("all five capitals")
        HUMAN = "human", _("human capital")
        PHYSICAL = "physical", _("physical capital")
        FINANCIAL = "financial", _("financial capital")
        NATURAL = "natural", _("natural capital")
        SOCIAL = "social", _("social capital")

    pk = models.CompositePrimaryKey("run", "code", "year", "round", "aspect")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+", db_index=False)
    code = models.CharField(max_length=8)  # no foreign key: the figure outlives a retired code
    parent = models.CharField(max_length=6, blank=True)
    year = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    aspect = models.CharField(max_length=9, choices=Aspect.choices)
    households = models.PositiveIntegerField()
    scored = models.PositiveIntegerField()
    total = models.BigIntegerField()
    level1 = models.PositiveIntegerField()
    level2 = models.PositiveIntegerField()
    level3 = models.PositiveIntegerField()
    level4 = models.PositiveIntegerField()
    used = models.BigIntegerField()  # indicators with a score
    asked = models.BigIntegerField()  # indicators in all
    improved = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    declined = models.PositiveIntegerField()
    withheld = models.BooleanField(default=False)  # too few households to publish more than those

    class Meta:
        indexes = [
            models.Index(fields=["run", "parent", "year", "round"], name="area_figure_children")
        ]

    class Privacy:
        public = [
            "pk", "run", "code", "parent", "year", "round", "aspect", "households", "scored",
            "total", "level1", "level2", "level3", "level4", "used", "asked", "improved",
            "unchanged", "declined", "withheld",
        ]  # fmt: skip
        retention = "reference"
