"""What members are told, how each wants to hear it, and messages on their way."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wattana.accounts.models import User
from wattana.kit.fields import KeyField


class Notice(models.Model):
    """One thing that a member is told, once: `key` is its own for each member.

    `kind` and `params` make the words (`notices.kinds`); params hold numbers and codes, no names.
    """

    id = KeyField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    link = models.CharField(max_length=200, blank=True)  # a path of this site
    key = models.CharField(max_length=80)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    message = models.ForeignKey(
        "Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="notices"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once")]
        indexes = [
            models.Index(
                fields=["user", "-id"], condition=Q(read_at__isnull=True), name="notice_unread"
            ),
            models.Index(fields=["user", "-id"], name="notice_of_user"),
        ]

    class Privacy:
        public = ["id", "user", "kind", "params", "link", "key", "at", "read_at", "message"]
        retention = "account"


class Preference(models.Model):
    """Where else a member hears it, when, and when not. Without a row: in the app alone."""

    class Channel(models.TextChoices):
        NONE = "none", _("only here, in the app")
        EMAIL = "email", _("e-mail")
        LINE = "line", "LINE"
        SMS = "sms", "SMS"

    class Rhythm(models.TextChoices):
        SOON = "soon", pgettext_lazy("notices", "within a few minutes")
        DAILY = "daily", pgettext_lazy("notices", "once a day, in the morning")

    user = models.OneToOneField(
        User, primary_key=True, on_delete=models.CASCADE, related_name="notice_preference"
    )
    channel = models.CharField(max_length=5, choices=Channel.choices, default=Channel.NONE)
    address = models.CharField(max_length=120, blank=True)  # e-mail, LINE user id, telephone
    rhythm = models.CharField(max_length=5, choices=Rhythm.choices, default=Rhythm.DAILY)
    quiet_from = models.PositiveSmallIntegerField(default=19)  # hour of the day
    quiet_until = models.PositiveSmallIntegerField(default=7)

    class Privacy:
        public = ["user", "channel", "rhythm", "quiet_from", "quiet_until"]
        personal = ["address"]
        retention = "account"


class Message(models.Model):
    """A digest on its way through a channel. `reference` goes along, so that it arrives once."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("message", "waiting")
        SENDING = "sending", pgettext_lazy("message", "being sent")
        SENT = "sent", pgettext_lazy("message", "sent")
        FAILED = "failed", pgettext_lazy("message", "failed")
        UNSURE = "unsure", pgettext_lazy("message", "sent or not, nobody knows")

    id = KeyField()
    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="messages")
    channel = models.CharField(max_length=5, choices=Preference.Channel.choices)
    address = models.CharField(max_length=120)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=80, blank=True)  # a code of the channel, never an address

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before", "id"], condition=Q(state__in=["waiting", "sending"]),
                name="message_waiting",
            )
        ]  # fmt: skip

    class Privacy:
        public = ["id", "reference", "user", "channel", "state", "tries", "not_before", "made_at",
                  "done_at", "problem"]  # fmt: skip
        personal = ["address", "subject", "body"]
        retention = "account"
