"""Trained predictions of whom to visit next."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wattana.assessment.models.runs import Run
from wattana.kit.fields import KeyField


class Prediction(models.Model):
    """A trained model: its parameters as numbers, its card, what it was learnt from.

    No household's prediction is kept: it is worked out when somebody asks whom to visit next.
    """

    class Kind(models.TextChoices):
        """Whom it is for: earlier answers are known of some households only."""

        NEVER = "never", _("never surveyed")
        AGAIN = "again", _("not in the latest round")

    id = KeyField()
    kind = models.CharField(max_length=5, choices=Kind.choices)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    parameters = models.JSONField()  # methods.prediction.Model.as_json
    card = models.JSONField()  # figures: methods.prediction.Trained.as_json
    seed = models.BigIntegerField()
    households = models.PositiveIntegerField()
    villages = models.PositiveIntegerField()
    data_hash = models.CharField(max_length=64)
    current = models.BooleanField(default=False)
    trained_at = models.DateTimeField(auto_now_add=True)
    trained_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(current=True), name="prediction_current_once"
            )
        ]

    class Privacy:
        public = ["id", "kind", "run", "parameters", "card", "seed", "households", "villages",
                  "data_hash", "current", "trained_at", "trained_by"]  # fmt: skip
        retention = "reference"
