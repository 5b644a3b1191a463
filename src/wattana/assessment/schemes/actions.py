"""Writes of schemes: start a draft, save what is typed, discard, publish, choose."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor, Viewer
from wattana.assessment.models import SchemeChoice, SchemeDraft, SchemeVersion
from wattana.assessment.schemes import fields, queries
from wattana.assessment.schemes.queries import FIVE_CAPITALS, Scheme
from wattana.kernel.problems import N_, Conflict, Invalid
from wattana.thai.text import clean

_TOO_MUCH = 200_000  # letters of a draft in all
_TOO_LONG = N_("A draft holds at most %(most)s letters. Shorten what you have typed.")
_NEEDS_NAME = N_("Give the new scheme a name in Thai and in English and a version.")
_LONG_NAME = N_("Names have at most 120 letters, versions 20, notes 1,000.")
_TAKEN = N_("Version %(version)s exists already. Give this one another label.")
_FAULTY = N_("Mend the faults that stand beside the fields, then publish.")
_SAME = N_("The draft says the same as the scheme that it was copied from.")


@transaction.atomic
def start(*, base: Scheme, by: Viewer) -> SchemeDraft:
    """Copy a scheme into a new draft of the viewer."""
    by.require(Permission.SCHEME_EDIT)
    draft = SchemeDraft.objects.create(
        measure=base.measure.name, base=base.row, created_by=by.user_id
    )
    audit.record(by, "scheme.copy", kind="scheme", object_id=draft.pk, version=base.version)
    return draft


@transaction.atomic
def save(*, draft: SchemeDraft, typed: Mapping[str, str], by: Viewer) -> SchemeDraft:
    """Keep what was typed, right or wrong; fields that are not in `typed` stay as they were.

    Raises `Invalid` for more text than a scheme can hold.
    """
    by.require(Permission.SCHEME_EDIT)
    base = queries.base_of(draft).measure.definitions
    row = SchemeDraft.objects.select_for_update().get(pk=draft.pk)
    said = {key: clean_lines(text) for key, text in typed.items()}
    row.typed = fields.differing(base, row.typed | said)
    if sum(map(len, row.typed.values())) > _TOO_MUCH:
        raise Invalid(_TOO_LONG, most=f"{_TOO_MUCH:,}")
    row.save()
    return row


def clean_lines(text: str) -> str:
    """Text of several lines without what keyboards and copies add."""
    lines = text.replace("\x00", "").replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


@transaction.atomic
def discard(*, draft: SchemeDraft, by: Viewer) -> None:
    """Throw a draft away; what it was copied from stays."""
    by.require(Permission.SCHEME_EDIT)
    audit.record(by, "scheme.discard", kind="scheme", object_id=draft.pk)
    draft.delete()


def publish(
    *, draft: SchemeDraft, name_th: str, name_en: str, version: str, note: str, by: Viewer
) -> SchemeVersion:
    """Make a draft a version that never changes; the draft goes.

    Raises `Conflict` for a label that is taken, for a draft with faults or without changes, and
    `Invalid` for a missing or too long name.
    """
    by.require(Permission.SCHEME_EDIT)
    name_th, name_en, version, note = (clean(one) for one in (name_th, name_en, version, note))
    if not (name_th and name_en and version):
        raise Invalid(_NEEDS_NAME)
    if max(len(name_th), len(name_en)) > 120 or len(version) > 20 or len(note) > 1000:
        raise Invalid(_LONG_NAME)
    base = queries.base_of(draft)
    if not draft.typed:
        raise Conflict(_SAME)
    if queries.checked(draft).faults:
        raise Conflict(_FAULTY)
    definitions = fields.applied(base.measure.definitions, draft.typed)
    definitions |= {"version": version, "scheme": {"th": name_th, "en": name_en}}
    made = SchemeVersion(
        measure=draft.measure,
        version=version,
        name_th=name_th,
        name_en=name_en,
        note=note,
        based_on=base.version,
        definitions=definitions,
        definitions_hash=fields.read(draft.measure, definitions).definitions_hash,
        published_by=by.user_id,
    )
    return _published(made, draft, by)


def _published(made: SchemeVersion, draft: SchemeDraft, by: Viewer) -> SchemeVersion:
    taken = Conflict(_TAKEN, version=made.version)
    if made.version == queries.shipped().version:
        raise taken
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            draft.delete()
            audit.record(
                by, "scheme.publish", kind="scheme", object_id=made.pk, version=made.version
            )
    except IntegrityError as error:
        raise taken from error
    return made


@transaction.atomic
def choose(*, scheme: Scheme, by: Actor) -> None:
    """Let the next runs use a scheme; runs that were made stay as they were."""
    if isinstance(by, Viewer):
        by.require(Permission.SCHEME_EDIT)
    if scheme.row is None:
        SchemeChoice.objects.filter(measure=FIVE_CAPITALS).delete()
    else:
        SchemeChoice.objects.update_or_create(
            measure=FIVE_CAPITALS, defaults={"version": scheme.row, "chosen_by": by.user_id}
        )
    audit.record(by, "scheme.choose", kind="scheme", version=scheme.version)
