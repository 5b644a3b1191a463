"""Organisations, the agreements between them, the people who work for them, and the audit trail."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wattana.areas.models import Area
from wattana.kit.fields import KeyField


class Organization(models.Model):
    """A body that takes part: อบต., เทศบาล, district, province, agency, university.

    A local authority is not a tambon: its areas are rows of `OrganizationArea`, some shared.
    """

    class Kind(models.TextChoices):
        TAO = "tao", _("tambon administrative organisation (อบต.)")
        MUNICIPALITY = "municipality", _("municipality (เทศบาล)")
        DISTRICT = "district", _("district office")
        PROVINCE = "province", _("provincial office")
        AGENCY = "agency", _("agency")
        UNIVERSITY = "university", _("university")

    id = KeyField()
    code = models.CharField(
        max_length=20, unique=True
    )  # DLA code (6330113) or a chosen one (SSKRU)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    is_operator = models.BooleanField(default=False)  # its administrators manage all organisations
    agency = models.CharField(max_length=40, blank=True)  # id of rulebook/agencies.yaml
    ended_on = models.DateField(null=True, blank=True)  # abolished: it receives nothing more
    areas = models.ManyToManyField(Area, through="OrganizationArea", related_name="organizations")

    class Meta:
        ordering = ["code"]

    class Privacy:
        public = ["id", "code", "kind", "name_th", "name_en", "is_operator", "agency", "ended_on",
                  "areas"]  # fmt: skip
        retention = "reference"


class OrganizationArea(models.Model):
    """An area that an organisation serves, whole or in part."""

    class Coverage(models.TextChoices):
        WHOLE = "whole", pgettext_lazy("area", "whole")
        PART = "part", pgettext_lazy("area", "part")

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    area = models.ForeignKey(Area, on_delete=models.PROTECT)
    coverage = models.CharField(max_length=5, choices=Coverage.choices, default=Coverage.WHOLE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "area"], name="organization_area_once")
        ]

    class Privacy:
        public = ["id", "organization", "area", "coverage"]
        retention = "reference"


class Agreement(models.Model):
    """A memorandum of understanding (MoU): who shares which data, where, for what and when."""

    id = KeyField()
    title_th = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    purposes = models.JSONField(default=list)  # codes of accounts.agreements.Purpose
    starts = models.DateField()
    ends = models.DateField()
    is_demo = models.BooleanField(default=False)
    ended_early_at = models.DateTimeField(null=True, blank=True)
    ended_early_by = models.BigIntegerField(null=True, blank=True)
    renews = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="renewals"
    )
    parties = models.ManyToManyField(Organization, related_name="agreements")
    areas = models.ManyToManyField(Area, related_name="agreements")

    class Meta:
        ordering = ["-starts"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="agreement_ends_after"),
            models.CheckConstraint(
                condition=Q(ended_early_by__isnull=True) | Q(ended_early_at__isnull=False),
                name="agreement_ended_early_when",
            ),
        ]

    class Privacy:
        public = [
            "id", "title_th", "title_en", "purposes", "starts", "ends", "is_demo", "renews",
            "parties", "areas", "ended_early_at", "ended_early_by",
        ]  # fmt: skip
        retention = "reference"


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in. Invited, then approved; may be suspended."""

    class Status(models.TextChoices):
        INVITED = "invited", pgettext_lazy("account", "invited")  # has a link, no password yet
        PENDING = "pending", pgettext_lazy("account", "waiting for approval")
        ACTIVE = "active", pgettext_lazy("account", "active")
        SUSPENDED = "suspended", pgettext_lazy("account", "suspended")

    id = KeyField()
    username = models.CharField(max_length=150, unique=True)
    display_name = models.CharField(max_length=150)
    email = models.EmailField(blank=True)
    language = models.CharField(
        max_length=2, default="th", choices=[("th", "ไทย"), ("en", "English")]
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.INVITED)
    invitation_digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the link's secret
    invitation_expires = models.DateTimeField(null=True, blank=True)
    invited_by = models.BigIntegerField(null=True, blank=True)  # who made the link; cannot approve
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.BigIntegerField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.BigIntegerField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_by = models.BigIntegerField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: list[str] = []
    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_username_once_in_any_case"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | Q(approved_at__isnull=False),
                name="user_approved_when",
            ),
            models.CheckConstraint(
                condition=Q(suspended_by__isnull=True) | Q(suspended_at__isnull=False),
                name="user_suspended_when",
            ),
        ]

    class Privacy:
        public = ["id", "status", "language", "is_demo", "created_at", "created_by", "invited_by",
                  "approved_at", "approved_by", "suspended_at", "suspended_by"]  # fmt: skip
        personal = ["username", "display_name", "email", "password", "last_login",
                    "invitation_digest", "invitation_expires"]  # fmt: skip
        retention = "account"

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE


class Member(models.Model):
    """A user's role in an organisation. `areas` narrows it further (an enumerator's villages)."""

    class Role(models.TextChoices):
        ENUMERATOR = "enumerator", _("enumerator")
        TAMBON_OFFICER = "tambon_officer", _("tambon officer")
        DISTRICT_OFFICER = "district_officer", _("district officer")
        PROVINCE_OFFICER = "province_officer", _("province officer")
        AGENCY_CASEWORKER = "agency_caseworker", _("agency caseworker")
        RESEARCHER = "researcher", _("researcher")
        ADMINISTRATOR = "administrator", _("administrator")

    id = KeyField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="members")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="members")
    role = models.CharField(max_length=20, choices=Role.choices)
    areas = models.ManyToManyField(Area, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization", "role"],
                condition=Q(ended_at__isnull=True),
                name="member_role_once",
            )
        ]

    class Privacy:
        public = ["id", "user", "organization", "role", "areas", "ended_at"]
        retention = "account"


class AuditEvent(models.Model):
    """Who did or read what, when. No foreign keys: history neither blocks nor follows deletion."""

    id = KeyField()  # begins with the time, so a day is a range of keys
    at = models.DateTimeField(auto_now_add=True)
    user_id = models.BigIntegerField(null=True, blank=True)
    organization_id = models.BigIntegerField(null=True, blank=True)
    role = models.CharField(max_length=20, blank=True)
    action = models.CharField(max_length=40)  # household.view, member.suspend, import.commit …
    kind = models.CharField(max_length=30, blank=True)  # household, person, batch, …
    object_id = models.BigIntegerField(null=True, blank=True)
    area_code = models.CharField(max_length=8, blank=True)
    detail = models.JSONField(default=dict, blank=True)  # counts and codes; never names or IDs

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["kind", "object_id", "id"], name="audit_of_object"),
            models.Index(fields=["organization_id", "id"], name="audit_of_organization"),
            models.Index(fields=["user_id", "id"], name="audit_of_user"),
            models.Index(fields=["action", "id"], name="audit_of_action"),
        ]

    class Privacy:
        public = ["id", "at", "user_id", "organization_id", "role", "action", "kind", "object_id",
                  "area_code", "detail"]  # fmt: skip
        retention = "audit"
