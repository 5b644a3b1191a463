from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from wattana.accounts.models import Organization
from wattana.kit.fields import KeyField

from .referrals import Referral


class Batch(models.Model):
    """Referrals that go to one agency together, on paper with one cover list and one signature."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("batch", "draft")
        SENT = "sent", pgettext_lazy("batch", "sent")
        ACCEPTED = "accepted", pgettext_lazy("batch", "accepted")
        REJECTED = "rejected", pgettext_lazy("batch", "rejected")

    id = KeyField()
    number = models.CharField(max_length=30, unique=True)
    sender = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    reason = models.CharField(max_length=300, blank=True)  # why rejected
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["receiver", "state", "-id"], name="batch_inbox"),
            models.Index(fields=["sender", "state", "-id"], name="batch_outbox"),
        ]

    class Privacy:
        public = ["id", "number", "sender", "receiver", "state", "created_at", "created_by",
                  "sent_at", "decided_at", "decided_by"]  # fmt: skip
        personal = ["reason"]
        retention = "household"


class BatchItem(models.Model):
    """One referral of a batch and the state to which it goes back when the batch is rejected."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="batch_items")
    position = models.PositiveSmallIntegerField()
    state_before = models.CharField(max_length=15, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "referral"], name="batch_item_once")
        ]

    class Privacy:
        public = ["id", "batch", "referral", "position", "state_before"]
        retention = "household"
