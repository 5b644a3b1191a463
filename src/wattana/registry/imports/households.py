"""The kind `households`: a list of households (TPMAP, จปฐ., MSO and the like), one row each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from wattana.kernel.problems import N_
from wattana.registry import values
from wattana.registry.imports import fields, listed, mending
from wattana.registry.imports.fields import Field, of_variable, one
from wattana.registry.imports.kinds import Job, Kind
from wattana.registry.imports.staging import FILE_ONLY
from wattana.registry.models import Person
from wattana.rules import codebook as codebooks


class Households(Kind):
    """Enters and updates households, puts them on the list of the year, and names their heads."""

    name = "households"
    title = _("household list")
    people = True
    updates_households = True
    one_row_per_household = True
    alone = "coalesce(house_no, first_name, national_id, green_book, tpmap, mso) IS NOT NULL"
    counted = "homes"
    person_columns = {"relation": "'head'"}

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        return {
            **fields.REFERENCE, **fields.PLACE, **fields.DESCRIPTION, **_heads(), **_lists(),
            **fields.IDENTIFIERS,
        }  # fmt: skip

    @property
    def identifying(self) -> tuple[str, ...]:
        return (*super().identifying, "head_national_id", "head_first_name", "head_full_name")

    def constants(self, job: Job) -> dict[str, str]:
        return {"list_source": "other", "list_year": str(job.year)}

    def check(self, job: Job) -> None:
        job.staging.flag(
            FILE_ONLY,
            "SELECT line FROM typed ANTI JOIN errors USING (line) WHERE area IS NULL",
            job.filled(*self.places()),
            N_("The row does not say in which area the household is. Give the tambon or village."),
        )
        job.staging.flag(
            FILE_ONLY,
            "SELECT line FROM typed ANTI JOIN errors USING (line)"
            " WHERE (latitude IS NULL) <> (longitude IS NULL)",
            "latitude" if job.fills("latitude") else "longitude",
            N_("Give both latitude and longitude, or neither."),
        )
        job.staging.flag(
            FILE_ONLY,
            "SELECT line FROM typed ANTI JOIN errors USING (line)"
            " WHERE ref[1] = 'l' AND national_id IS NULL",
            job.reference,
            N_(
                "Nothing finds this household again: no key, no code, no village (moo) beside the "
                "house number. If its row changes, it is entered a second time. Give one of them."
            ),
            warning=True,
        )


def _heads() -> dict[str, Field]:
    """The head's fields; in a household list a plain “name” or “ID” is that of the head."""
    book = codebooks.load()

    def of_head(name: str) -> tuple[str, ...]:
        variable = book.variable(name)
        return _of_head((variable.label_th, variable.label_en, *variable.synonyms))

    return fields.named(
        [
            of_variable(
                "head_title", fields.title, fields.TITLE,
                synonyms=of_head("title"),
            ),
            of_variable(
                "head_first_name", fields.first_name, fields.FIRST_NAME,
                synonyms=of_head("first_name"),
            ),
            of_variable(
                "head_last_name", fields.last_name, fields.LAST_NAME, synonyms=of_head("last_name")
            ),
            Field(
                "head_full_name", _("Full name of the head"), fields.FULL_NAME, fields.full_name,
                (*_head(), *_of_head(fields.FULL_NAME_HEADERS)),
            ),
            of_variable(
                "head_national_id", fields.national_id, {"national_id": "VARCHAR"},
                usual=fields.NATIONAL_ID, synonyms=of_head("national_id"),
            ),
            of_variable("sex", fields.choice("sex"), synonyms=of_head("sex")),
            of_variable(
                "birth_date", fields.birth, fields.BIRTH, note=mending.told_day,
                synonyms=of_head("birth_date"),
            ),
            of_variable(
                "phone", fields.phone, usual=fields.PHONE, note=mending.told_phone,
                synonyms=of_head("phone"),
            ),
        ]
    )  # fmt: skip


def _head() -> tuple[str, ...]:
    """What the head is called: as people say who they are to the head."""
    choices = codebooks.load().variable("relation").choices
    head = next(one for one in choices if one.code == Person.Relation.HEAD)
    return (head.label_th, *head.synonyms)


def _of_head(words: tuple[str, ...]) -> tuple[str, ...]:
    """Headers for something of a person, then for the same of the head, in all their words."""
    forms = [
        form
        for head in _head()
        for form in (f"{{}}{head}", f"{{}} {head}", f"{{}}ของ{head}", f"{head}{{}}")
    ]
    forms += [
        "head {}",
        "household head {}",
        "{} of head",
        "{} of the head",
        "{} of household head",
    ]
    return (*words, *(form.format(word) for form in forms for word in words))


def _lists() -> dict[str, Field]:
    return fields.named(
        [
            of_variable("list_source", listed.list_sources, synonyms=("แหล่งข้อมูล",)),
            Field(
                "list_year", _("Year of the list"), {"list_year": "SMALLINT"}, one(values.year),
                ("ปี", "ปีข้อมูล", "ปีของรายชื่อ", "ปี พ.ศ.", "year"),
            ),
            Field(
                "list_status", _("State of the list entry"), {"list_status": "VARCHAR"},
                listed.list_status, ("สถานะรายชื่อ", "สถานะการสอบทาน", "ผลการสอบทาน"),
            ),
        ]
    )  # fmt: skip


HOUSEHOLDS = Households()
