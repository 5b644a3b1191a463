"""Photos of follow-up visits: kept with the visit, opened by who may open the household."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import N_, Forbidden, Invalid, NotFound
from wattana.kit import attached, moments
from wattana.referrals.models import FollowUp, Photo
from wattana.registry import access

MOST = 6
_TABLE = "referrals_photo"
_NO_PHOTO = N_("There is no such photo.")


def keep(visit: FollowUp, photos: Sequence[tuple[str, bytes]]) -> None:
    """Keep the photos of a visit that is being recorded, each as (name of the file, bytes).

    Raises `Invalid` for more than six, or for a file that is no photo.
    """
    if len(photos) > MOST:
        raise Invalid(N_("Choose at most %(most)s photos."), most=MOST)
    kinds = [_photo_of(name, content) for name, content in photos]  # all, before one is written
    for kind, (_, content) in zip(kinds, photos, strict=True):
        made = Photo.objects.create(follow_up=visit, content_type=kind, size=len(content))
        attached.write(_TABLE, made.pk, content)


def open_photo(viewer: Viewer, key: int) -> tuple[Photo, bytes]:
    """A photo with its bytes; the reading is audited. Raises `NotFound` out of scope too."""
    found = _of(viewer, key)
    content = attached.read(_TABLE, found.pk)
    _record(viewer, "follow_up.photo", found)
    return found, content


@transaction.atomic
def remove(*, photo: int, by: Viewer) -> Photo:
    """Take a photo back; only the organisation that recorded the visit may."""
    found = _of(by, photo)
    if found.follow_up.organization_id != by.organization_id:
        raise Forbidden(N_("Only the organisation that recorded the visit may remove its photos."))
    found.removed_at, found.removed_by = moments.now(), by.user_id
    found.save(update_fields=["removed_at", "removed_by"])
    transaction.on_commit(lambda: attached.delete(_TABLE, found.pk))
    _record(by, "follow_up.photo_removed", found)
    return found


def _photo_of(name: str, content: bytes) -> str:
    kind = attached.checked(name, content)
    if kind not in attached.PHOTOS:
        raise Invalid(N_("“%(name)s” is no photo. Choose photos only."), name=name[:60])
    return kind


def _of(viewer: Viewer, key: int) -> Photo:
    rows = Photo.objects.filter(pk=key, removed_at__isnull=True)
    found = rows.select_related("follow_up__household").first()
    if found is None:
        raise NotFound(_NO_PHOTO)
    access.household(viewer, found.follow_up.household_id, Permission.NEED_REPORT)
    return found


def _record(by: Viewer, action: str, photo: Photo) -> None:
    home = photo.follow_up.household
    audit.record(by, action, kind="household", object_id=home.pk, area=home.area_id)
