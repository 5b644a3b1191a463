"""The kind of import `five_capitals`: answers of a survey, one row for each household or member.

Rows of one household in one round make one visit. What they answer about the household may stand in
any of them and must not contradict; a row that names a person may answer about that person too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from wattana.accounts.viewer import Actor
from wattana.kernel.problems import N_, Invalid, Named
from wattana.kit.dates import format_date
from wattana.registry import values
from wattana.registry.imports import fields, mending
from wattana.registry.imports.fields import Field, one
from wattana.registry.imports.kinds import Counts, Job, Kind
from wattana.registry.imports.mapping import ColumnMapping
from wattana.registry.imports.persons import person_fields
from wattana.registry.imports.staging import FILE_ONLY, literal
from wattana.rules import codebook as codebooks
from wattana.rules.variables import LEVELS, Level
from wattana.surveys.actions import bulk, visits
from wattana.surveys.actions.bulk import BulkPerson, BulkVisit
from wattana.surveys.doubtful_rows import note_doubts

_CONTRADICTION = N_(
    "Line %(line)s answers this question differently for the same household. Correct one of them."
)


_FAMILIES = {
    "expense": _("expenses of the household"),
    "saving": _("savings"),
    "farm_income": _("income of the farm"),
    "farm_cost": _("costs of the farm"),
    "debt_outstanding": _("debts"),
}
_VISIT = "ref, survey_year, round"


class FiveCapitals(Kind):
    """Brings visits with their answers; households and people that are new are entered too."""

    name = "five_capitals"
    title = _("five-capital survey")
    people = True
    counted = "visits"
    visit_columns = ("survey_year", "round")
    families = _FAMILIES

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        book = codebooks.load()
        answers = [fields.of_answer(one_) for level in ("household", "person")
                   for one_ in book.answers(level)]  # fmt: skip
        return {
            **fields.REFERENCE, **_visit_fields(), **person_fields(), **fields.PLACE,
            **fields.DESCRIPTION, **fields.named(answers),
        }  # fmt: skip

    def require(self, mapping: ColumnMapping) -> None:
        super().require(mapping)
        if not any(map(mapping.fills, [*_names("household"), *_names("person")])):
            raise Invalid(N_("No column holds an answer of the questionnaire. Map at least one."))

    def constants(self, job: Job) -> dict[str, str]:
        return {
            "round": "1",
            "survey_year": str(job.year),
            "surveyed_on": _last_day(job.year).isoformat(),
        }

    def completed(self, job: Job) -> list[str]:
        return [line for family in job.mapping.blank_means_none for line in _lines(family)]

    def complete(self, job: Job) -> None:
        for family in job.mapping.blank_means_none:
            _fill_blanks(job, family)

    def check(self, job: Job) -> None:
        _check_days(job)
        _refuse_answers_of_nobody(job)
        _refuse_contradictions(job)

    def match(self, job: Job) -> None:
        note_doubts(job, {level: _filled(job, level) for level in LEVELS})

    def write(self, job: Job) -> None:
        saved = bulk.save_many(
            _visits(job), by=job.by, organization=job.organization.pk, batch=job.batch
        )
        job.counts = Counts(saved.created, saved.updated, saved.unchanged)

    def undo(self, batch: int, by: Actor) -> None:
        bulk.undo_many(batch=batch, by=by)


def _visit_fields() -> dict[str, Field]:
    return fields.named(
        [
            Field(
                "round", _("Round of the survey"), {"round": "SMALLINT"},
                fields.whole(1, visits.LAST_ROUND), ("ครั้งที่สำรวจ", "ครั้งที่", "รอบ", "รอบที่"),
            ),
            Field(
                "survey_year", _("Year of the survey"), {"survey_year": "SMALLINT"},
                one(values.year), ("ปีที่สำรวจ", "ปี", "ปี พ.ศ.", "year"),
            ),
            Field(
                "surveyed_on", _("Day of the survey"), {"surveyed_on": "DATE"}, one(fields.day),
                ("วันที่สำรวจ", "วันที่เก็บข้อมูล", "วันสำรวจ", "day of the survey", "survey date", "date"),
                note=mending.told_day,
            ),
        ]
    )  # fmt: skip


def _last_day(year: int) -> dt.date:
    """The day that a survey without one is given: today, or the end of a past year."""
    return min(timezone.localdate(), dt.date(year, 12, 31))


def _in_words(day: dt.date) -> Named:
    with override("th"):
        thai = format_date(day)
    with override("en"):
        return Named(thai, format_date(day))


def _names(level: Level) -> list[str]:
    return [variable.name for variable in codebooks.load().answers(level)]


def _lines(family: str) -> list[str]:
    """The variables of a group of amounts."""
    answers = codebooks.load().answers("household")
    return [variable.name for variable in answers if variable.family == family]


def _filled(job: Job, level: Level) -> list[str]:
    """The answers that columns or constants fill, and those that a blank fills with 0."""
    told = set(job.kind.completed(job))
    return [name for name in _names(level) if job.fills(name) or name in told]


def _fill_blanks(job: Job, family: str) -> None:
    """Take the blank lines of a group for 0 where the visit's rows fill another line of it.

    A cell that says “unknown” is not blank; lines without a column are.
    """
    lines = _lines(family)
    columns = [name for name in lines if job.mapping.header_of(name)]
    said = " OR ".join(f"max(t.{name}) OVER visit IS NOT NULL" for name in lines)
    blank = {
        name: f"max(c.{name}) OVER visit IS NULL" if name in columns else "TRUE" for name in lines
    }
    filled = ", ".join(
        f"CASE WHEN t.{name} IS NULL AND {blank[name]} AND ({said}) THEN '0' END AS {name}"
        for name in lines
    )
    job.staging.make(
        "blanks",
        f"SELECT t.line, {filled} FROM typed t JOIN cells c USING (line)"
        " WINDOW visit AS (PARTITION BY t.ref, t.survey_year, t.round)",
    )
    some = f"coalesce({', '.join(lines)}) IS NOT NULL"
    values = ", ".join(f"{name} = coalesce(said.{name}, b.{name})" for name in lines)
    job.staging.run(f"UPDATE said SET {values} FROM blanks b WHERE b.line = said.line")
    job.staging.flag(
        FILE_ONLY,
        f"SELECT line FROM blanks WHERE {some}",
        (columns or lines)[0],
        N_("Blank lines of “%(family)s” were taken for none (0), as this import was told."),
        params=f"json_object('family', {literal(family)})",
        warning=True,
    )


def _check_days(job: Job) -> None:
    if not job.mapping.fills("surveyed_on"):
        told = Invalid(
            N_("No column gives the day of the survey; %(day)s is taken for all rows."),
            day=_in_words(_last_day(job.year)),
        )
        job.staging.note(FILE_ONLY, 1, "surveyed_on", told, warning=True)
    job.staging.flag(
        FILE_ONLY,
        "SELECT line FROM typed ANTI JOIN errors USING (line)"
        " WHERE abs(survey_year - year(surveyed_on)) > 1",
        job.filled("surveyed_on", "survey_year"),
        N_("The survey year and the day of the survey do not fit together."),
    )


def _refuse_answers_of_nobody(job: Job) -> None:
    names = _filled(job, "person")
    if names:
        job.staging.flag(
            FILE_ONLY,
            "SELECT line FROM typed ANTI JOIN errors USING (line) WHERE national_id IS NULL"
            " AND first_name IS NULL AND person_key IS NULL"
            f" AND coalesce({', '.join(names)}) IS NOT NULL",
            job.filled("national_id", "full_name", "first_name", "person_key"),
            N_(
                "The row answers questions about a person but does not say about whom. Give the "
                "national ID, the name or the person's key."
            ),
        )


def _refuse_contradictions(job: Job) -> None:
    """Rows of one visit agree about the household, and only one of them is about no person."""
    good = "typed ANTI JOIN errors USING (line)"
    several = f"SELECT count(*) - count(DISTINCT ({_VISIT})) FROM {good}"
    if not job.staging.value(several):
        return
    for name in ("surveyed_on", *_filled(job, "household")):
        first = f"first_value({name} IGNORE NULLS) OVER (PARTITION BY {_VISIT} ORDER BY line)"
        job.staging.flag(
            FILE_ONLY,
            "SELECT line, first FROM (SELECT line, min(line) FILTER (said) OVER (PARTITION BY"
            f" {_VISIT}) AS first, {name} <> {first} AS differs FROM"
            f" (SELECT *, {name} IS NOT NULL AS said FROM {good})) WHERE differs",
            name,
            _CONTRADICTION,
            params="json_object('line', first)",
        )
    job.staging.flag(
        FILE_ONLY,
        f"SELECT line, min(line) OVER (PARTITION BY {_VISIT}) AS first FROM {good} WHERE"
        " national_id IS NULL AND first_name IS NULL AND person_key IS NULL QUALIFY line > first",
        job.reference,
        N_("This household stands in line %(line)s already, in the same round. Keep one row."),
        params="json_object('line', first)",
    )


def _visits(job: Job) -> Iterator[BulkVisit]:
    """The accepted rows as visits, put together line by line."""
    household, person = _filled(job, "household"), _filled(job, "person")
    total = job.staging.value("SELECT count(*) FROM work")
    rows = job.staging.stream(
        "SELECT i.id, t.survey_year, t.round, t.surveyed_on, t.digest, p.person,"
        f" {', '.join([*household, *person])} FROM work w JOIN typed t USING (line)"
        " JOIN home_ids i ON i.ref = w.ref LEFT JOIN person_ids p ON p.line = w.line"
        " ORDER BY i.id, t.survey_year, t.round, w.line"
    )
    visit: BulkVisit | None = None
    digests: list[int] = []
    done = 0
    for chunk in rows:
        for home, year, number, day, digest, member, *answers in chunk:
            if visit is None or (visit.household, visit.year, visit.round) != (home, year, number):
                if visit is not None:
                    yield _finished(visit, digests)
                visit, digests = BulkVisit(home, year, number, day, {}), []
            digests.append(digest)
            visit.answers |= _answers(household, answers)
            if member is not None:
                said = _answers(person, answers[len(household) :])
                visit.persons.append(BulkPerson(member, said))
        done += len(chunk)
        job.progress(N_("Writing visits"), done, total)
    if visit is not None:
        yield _finished(visit, digests)


def _answers(names: list[str], texts: list[str | None]) -> dict[str, Any]:
    return {name: json.loads(text) for name, text in zip(names, texts, strict=False) if text}


def _finished(visit: BulkVisit, digests: list[int]) -> BulkVisit:
    """A visit with the digest of all its rows."""
    if len(digests) > 1:
        code = hashlib.sha256(repr(digests).encode()).digest()
        visit.digest = int.from_bytes(code[:8], "big") >> 1
    else:
        visit.digest = digests[0]
    return visit


FIVE_CAPITALS = FiveCapitals()
