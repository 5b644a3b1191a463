from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wattana.accounts.models import Organization
from wattana.kit.fields import KeyField
from wattana.methods.referral.machine import FINAL, TURN, Side, State
from wattana.registry.models import Consent, Household, Person

from .needs import Need

STATES = [
    (State.DRAFT, pgettext_lazy("referral", "draft")),
    (State.SENT, pgettext_lazy("referral", "sent")),
    (State.RECEIVED, pgettext_lazy("referral", "received")),
    (State.FACT_FINDING, pgettext_lazy("referral", "facts being found")),
    (State.DOCUMENTS_ASKED, pgettext_lazy("referral", "documents asked for")),
    (State.APPROVED, pgettext_lazy("referral", "approved")),
    (State.HELPED, pgettext_lazy("referral", "help given")),
    (State.CONFIRMED, pgettext_lazy("referral", "confirmed by the household")),
    (State.RETURNED, pgettext_lazy("referral", "returned")),
    (State.REFUSED, pgettext_lazy("referral", "refused")),
    (State.APPEALED, pgettext_lazy("referral", "under appeal")),
    (State.CLOSED, pgettext_lazy("referral", "closed")),
    (State.PASSED_ON, pgettext_lazy("referral", "passed on")),
    (State.CANCELLED, pgettext_lazy("referral", "cancelled")),
]

_RECEIVERS = sorted(state.value for state, side in TURN.items() if side == Side.RECEIVER)
_SENDERS = sorted(state.value for state, side in TURN.items() if side != Side.RECEIVER)


class Referral(models.Model):
    """One need goes to one agency (เรื่องส่งต่อ); its state changes only by a step of the machine.

    `version` counts the steps: a step says which version it was decided on, so that of two at the
    same time one wins. `due_on` is the day by which whoever's turn it is must act, `risk_on` the
    first day on which that is at risk; both None where no clock runs. `shared` is the list of
    fields that the receiver sees, as the sender saw it before sending. `area_code` is where the
    need arose and stays when the household moves. `waits_for` is the organisation whose turn it is.
    `helped_after` is how many days after its need was found help came; `helped_again`: another case
    of the same need was helped, too, so that only the first of them counts.
    """

    class Urgency(models.TextChoices):
        NORMAL = "normal", pgettext_lazy("referral", "normal")
        URGENT = "urgent", pgettext_lazy("referral", "urgent")

    class Basis(models.TextChoices):
        """On what ground facts of the household go to the agency (PDPA s. 24 and 26)."""

        CONSENT = "consent", _("consent of the household")
        VITAL = "vital", _("danger to life or health (PDPA s. 24(2), 26(1))")
        PUBLIC_TASK = "public_task", _("duty of the authority by law (PDPA s. 24(4), 26(5))")

    class Tier(models.IntegerChoices):
        TAMBON = 0, _("tambon")
        DISTRICT = 1, _("district")
        PROVINCE = 2, _("province")

    id = KeyField()
    number = models.CharField(max_length=30, unique=True)  # <organisation>-<fiscal year>-<running>
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="referrals")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="referrals")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="referrals"
    )
    area_code = models.CharField(max_length=8)
    sender = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    receiver = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    service = models.CharField(max_length=40)
    dimension = models.CharField(max_length=20)
    urgency = models.CharField(max_length=6, choices=Urgency.choices, default=Urgency.NORMAL)
    sensitive = models.BooleanField(default=False)
    state = models.CharField(max_length=15, choices=STATES, default=State.DRAFT)
    waits_for = models.GeneratedField(
        expression=Case(
            When(state__in=_RECEIVERS, then=F("receiver")),
            When(state__in=_SENDERS, then=F("sender")),
        ),
        output_field=models.BigIntegerField(null=True), db_persist=True,
    )  # fmt: skip
    version = models.PositiveIntegerField(default=0)
    basis = models.CharField(max_length=11, choices=Basis.choices, blank=True)
    consent = models.ForeignKey(
        Consent, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    basis_note = models.CharField(max_length=300, blank=True)
    shared = models.JSONField(default=list)  # names of fields, see rulebook/referrals.yaml
    summary = models.TextField(blank=True)  # what the sender tells the agency
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)  # first sending
    entered_at = models.DateTimeField()  # since when in this state
    entered_on = models.DateField()  # its day in the time zone of the installation
    due_on = models.DateField(null=True, blank=True)
    risk_on = models.DateField(null=True, blank=True)
    tier = models.PositiveSmallIntegerField(choices=Tier.choices, default=Tier.TAMBON)
    reminded = models.PositiveIntegerField(null=True, blank=True)  # the version in which it was
    escalate_on = models.DateField(null=True, blank=True)  # when the next tier is told
    appealed = models.BooleanField(default=False)
    helped_on = models.DateField(null=True, blank=True)
    helped_after = models.IntegerField(null=True, blank=True)
    helped_again = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)  # closed, passed on or cancelled
    passed_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="passed_to"
    )

    class Meta:
        verbose_name = _("referral")
        constraints = [
            models.UniqueConstraint(
                fields=["need"], condition=Q(closed_at__isnull=True), name="referral_open_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) & ~Q(state__in=sorted(FINAL))
                | Q(closed_at__isnull=False, state__in=sorted(FINAL)),
                name="referral_closed_when_final",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"])
                | Q(receiver__isnull=False, sent_at__isnull=False) & ~Q(basis=""),
                name="referral_sent_has_basis",
            ),
            models.CheckConstraint(
                condition=~Q(basis="consent") | Q(consent__isnull=False),
                name="referral_consent_recorded",
            ),
            models.CheckConstraint(
                condition=Q(helped_on__isnull=True, helped_after__isnull=True, helped_again=False)
                | Q(helped_on__isnull=False, helped_after__isnull=False),
                name="referral_helped_after_days",
            ),
        ]
        indexes = [
            models.Index(
                fields=["receiver", "due_on", "id"],
                condition=Q(closed_at__isnull=True), name="referral_inbox",
            ),
            models.Index(
                fields=["sender", "due_on", "id"],
                condition=Q(closed_at__isnull=True), name="referral_outbox",
            ),
            models.Index(
                fields=["due_on", "id"], condition=Q(closed_at__isnull=True), name="referral_clock"
            ),
            models.Index(
                fields=["risk_on", "id"],
                condition=Q(closed_at__isnull=True, reminded__isnull=True), name="referral_remind",
            ),
            models.Index(
                fields=["escalate_on", "id"], condition=Q(closed_at__isnull=True),
                name="referral_escalation",
            ),
            models.Index(
                # All that the board counts by, so that it is read in this order and not sorted.
                fields=["waits_for", "state", "entered_on", "due_on", "risk_on", "tier",
                        "sensitive", "sent_at", "sender", "receiver", "household", "area_code"],
                condition=Q(closed_at__isnull=True), name="referral_board",
            ),
            models.Index(
                fields=["helped_on", "id"], condition=Q(helped_on__isnull=False),
                name="referral_helped",
            ),
            models.Index(  # these two hold all that an area page asks: the table is not read
                fields=["area_code", "helped_on", "helped_after", "helped_again", "sensitive",
                        "state", "sent_at", "sender", "receiver", "household", "need", "id"],
                condition=Q(helped_on__isnull=False), name="referral_helped_area",
            ),
            models.Index(
                fields=["area_code", "due_on", "risk_on", "sensitive", "state", "sent_at",
                        "sender", "receiver", "household"],
                condition=Q(closed_at__isnull=True), name="referral_open_area",
            ),
            models.Index(
                fields=["receiver", "-closed_at", "id"],
                condition=Q(closed_at__isnull=False), name="referral_done_in",
            ),
            models.Index(
                fields=["sender", "-closed_at", "id"],
                condition=Q(closed_at__isnull=False), name="referral_done_out",
            ),
        ]  # fmt: skip

    class Privacy:
        public = ["id", "number", "need", "household", "person", "area_code", "sender", "receiver",
                  "urgency", "state", "waits_for", "version", "basis", "consent", "created_at",
                  "created_by", "sent_at", "entered_at", "entered_on", "due_on", "risk_on", "tier",
                  "reminded", "escalate_on", "appealed", "helped_on",
                  "helped_after", "helped_again", "closed_at", "passed_from"]  # fmt: skip
        personal = ["basis_note", "shared", "dimension"]
        sensitive = ["service", "sensitive", "summary"]
        retention = "household"


class Series(models.Model):
    """The last running number of a series (organisation and fiscal year), locked to take one."""

    name = models.CharField(max_length=30, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Privacy:
        public = ["name", "last"]
        retention = "reference"


class Event(models.Model):
    """One step of a referral, or a word added to it. Never edited, never removed."""

    referral = models.ForeignKey(
        Referral, on_delete=models.PROTECT, related_name="events", db_index=False
    )
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True, blank=True)  # None: the clock, or the household by code
    organization_id = models.BigIntegerField(null=True, blank=True)
    side = models.CharField(max_length=9)  # machine.Side, or "clock"
    action = models.CharField(
        max_length=20
    )  # of the machine, or create, edit, note, attach, remind, escalate
    old_state = models.CharField(max_length=15, blank=True)
    new_state = models.CharField(max_length=15)
    version = models.PositiveIntegerField()
    reason = models.CharField(max_length=30, blank=True)  # a code of rulebook/referrals.yaml
    note = models.TextField(blank=True)
    on_behalf = models.BooleanField(default=False)  # an officer spoke for the household

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "version"],
                condition=~Q(action__in=["note", "attach", "remind", "escalate"]),
                name="event_of_version_once",
            ),
            models.UniqueConstraint(
                fields=["referral", "version", "action", "reason"],
                condition=Q(action__in=["remind", "escalate"]),
                name="event_of_clock_once",
            ),
        ]
        indexes = [
            models.Index(fields=["referral", "id"], name="event_of_referral"),
            models.Index(fields=["action", "at"], name="event_of_action"),
        ]

    class Privacy:
        public = ["id", "referral", "at", "by", "organization_id", "side", "action", "old_state",
                  "new_state", "version", "on_behalf"]  # fmt: skip
        sensitive = ["reason", "note"]
        retention = "household"


class Attachment(models.Model):
    """A paper or photo of a case; the file lies sealed in the data folder, by this key."""

    id = KeyField()
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=40)  # id of rulebook/documents.yaml, or "other"
    content_type = models.CharField(max_length=50)  # found from the bytes, never believed
    size = models.PositiveIntegerField()  # bytes
    digest = models.CharField(max_length=64)  # SHA-256
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True, blank=True)
    organization_id = models.BigIntegerField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.BigIntegerField(null=True, blank=True)

    class Privacy:
        public = ["id", "referral", "content_type", "size", "digest", "at", "by",
                  "organization_id", "removed_at", "removed_by"]  # fmt: skip
        sensitive = ["kind"]
        retention = "household"


class CaseMember(models.Model):
    """Who of sender and receiver may open a sensitive referral (HIV, violence, mental health)."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="members")
    user_id = models.BigIntegerField()
    added_at = models.DateTimeField()
    added_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "user_id"], name="case_member_once")
        ]
        indexes = [models.Index(fields=["user_id", "referral"], name="case_of_member")]

    class Privacy:
        public = ["id", "referral", "user_id", "added_at", "added_by"]
        retention = "household"
