from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wattana.kit.fields import KeyField

from .households import Household
from .persons import Person


class ListEntry(models.Model):
    """A household, or one person of it, stands on a list of a year, and what verification found."""

    class Source(models.TextChoices):
        BMN = "bmn", _("basic needs survey (จปฐ.)")
        NRD2C = "nrd2c", _("village survey (กชช.2ค)")
        TPMAP = "tpmap", "TPMAP"
        THAI_QM = "thai_qm", "Thai QM"
        MSO = "mso", _("ministry of social development (พมจ./MSO)")
        CODI = "codi", _("community organisations institute (พอช.)")
        WELFARE_CARD = "welfare_card", _("state welfare card")
        LEADER = "leader", _("community leader, อสม., อพม.")
        RELIGIOUS = "religious", _("religious leader")
        LOCAL_AUTHORITY = "local_authority", _("local authority")
        VILLAGER = "villager", _("villager")
        ENUMERATOR = "enumerator", _("survey volunteer")
        OTHER = "other", _("other list")

    class Verification(models.TextChoices):
        PENDING = "pending", _("waiting for verification")
        CONFIRMED = "confirmed", _("confirmed poor")
        NOT_POOR = "not_poor", _("not poor (inclusion error)")
        ADDED = "added", _("missed, newly added (exclusion error)")
        DUPLICATE = "duplicate", _("duplicate")
        MOVED = "moved", _("moved")
        DECEASED = "deceased", _("deceased")
        DECLINED = "declined", _("did not consent")
        NOT_FOUND = "not_found", _("not found")

    id = KeyField()
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="list_entries")
    person = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="list_entries",
        db_index=False,  # list_entry_person_once begins with it
    )
    source = models.CharField(max_length=20, choices=Source.choices)
    source_year = models.PositiveSmallIntegerField()  # CE
    verification = models.CharField(
        max_length=10, choices=Verification.choices, default=Verification.PENDING
    )
    reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.BigIntegerField(null=True, blank=True)
    batch = models.ForeignKey(
        "registry.ImportBatch",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # see ImportBatch.first_key
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "source", "source_year"],
                condition=Q(person__isnull=True), name="list_entry_household_once",
            ),
            models.UniqueConstraint(
                fields=["person", "source", "source_year"],
                condition=Q(person__isnull=False), name="list_entry_person_once",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="list_entry_decided_pair",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["source", "household"], name="list_entry_of_source")]

    class Privacy:
        public = ["id", "household", "person", "source", "source_year", "verification",
                  "decided_at", "decided_by", "batch"]  # fmt: skip
        personal = ["reason"]
        retention = "household"
