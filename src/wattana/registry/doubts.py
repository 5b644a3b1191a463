"""What of a person hardly fits together: asked about and noted, never refused."""

from __future__ import annotations

from wattana.kernel.problems import N_, Invalid, Phrase
from wattana.registry.models import Person
from wattana.thai.names import sex_of

_SEX = {Person.Sex.FEMALE: Phrase(N_("female")), Person.Sex.MALE: Phrase(N_("male"))}


def of_title(said: str) -> Invalid:
    """What is told of somebody whose title says a sex that is not hers."""
    return Invalid(
        N_("By the title this person is %(sex)s. Look at title and sex."),
        sex=_SEX[Person.Sex(said)],
    )


def title(written: str, sex: str) -> Invalid | None:
    """What is to be asked about somebody with this title and sex."""
    said = sex_of(written)
    return of_title(said) if said and sex and sex != said else None


def register(registered: str, no_id_reason: str) -> Invalid | None:
    """What is to be asked about who stands in a house register though never registered."""
    listed = registered not in ("", Person.Registered.UNKNOWN)
    if listed and no_id_reason == Person.NoIdReason.NEVER_REGISTERED:
        return Invalid(
            N_(
                "Somebody whose birth was never registered stands in no house register. Look at "
                "both answers."
            )
        )
    return None
