from __future__ import annotations

from django.db import models
from django.db.models import Q


class KeyMark(models.Model):
    """The one row by which a database knows its own keys again (`kit.key_mark`)."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    sealed = models.BinaryField()
    index = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="key_mark_of_one_row")]

    class Privacy:
        public = ["id", "sealed", "index"]
        retention = "reference"
