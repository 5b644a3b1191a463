"""The kind `persons`: people and the households that they live in, one row each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from wattana.kernel.problems import N_
from wattana.registry import values
from wattana.registry.imports import fields, mending
from wattana.registry.imports.fields import Field, of_variable, one
from wattana.registry.imports.kinds import Job, Kind
from wattana.registry.imports.staging import FILE_ONLY


def person_fields() -> dict[str, Field]:
    """What a row may say about a person."""
    return fields.named(
        [
            Field(
                "person_key", _("Person's key in your file"), {"person_key": "VARCHAR"},
                one(values.text(64)),
                ("ลำดับสมาชิก", "ลำดับที่สมาชิก", "คนที่", "line_number", "member_no", "person_id"),
                usual=fields.plain(64),
            ),
            of_variable(
                "national_id", fields.national_id,
                usual=fields.NATIONAL_ID,
            ),
            of_variable("no_id_reason", fields.choice("no_id_reason")),
            of_variable("title", fields.title, fields.TITLE),
            of_variable("first_name", fields.first_name, fields.FIRST_NAME),
            of_variable("last_name", fields.last_name, fields.LAST_NAME),
            Field(
                "full_name", _("Full name"), fields.FULL_NAME, fields.full_name,
                fields.FULL_NAME_HEADERS,
            ),
            of_variable("sex", fields.choice("sex")),
            of_variable(
                "birth_date", fields.birth, fields.BIRTH, note=mending.told_day
            ),
            of_variable("age", fields.age, {"age": "SMALLINT"}),
            of_variable(
                "phone", fields.phone, usual=fields.PHONE, note=mending.told_phone
            ),
            of_variable("relation", fields.choice("relation")),
            of_variable("registered", fields.choice("registered")),
            Field(
                "member_since", _("Member since"), {"member_since": "DATE"}, one(fields.day),
                ("เข้าอยู่เมื่อ", "วันที่ย้ายเข้า"),
                note=mending.told_day,
            ),
            Field(
                "died_on", _("Day of death"), {"died_on": "DATE"}, one(fields.day),
                ("วันที่เสียชีวิต", "เสียชีวิตเมื่อ"),
                note=mending.told_day,
            ),
            Field(
                "left_on", _("Day of leaving"), {"left_on": "DATE"}, one(fields.day),
                ("วันที่ย้ายออก", "ย้ายออกเมื่อ"),
                note=mending.told_day,
            ),
        ]
    )  # fmt: skip


class Persons(Kind):
    """Enters and updates people; a household that is not found is entered where they live."""

    name = "persons"
    title = _("persons")
    people = True

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        return {**fields.REFERENCE, **person_fields(), **fields.PLACE, **fields.DESCRIPTION}

    def check(self, job: Job) -> None:
        job.staging.flag(
            FILE_ONLY,
            "SELECT line FROM typed ANTI JOIN errors USING (line)"
            " WHERE national_id IS NULL AND first_name IS NULL AND person_key IS NULL",
            job.filled("national_id", "full_name", "first_name", "person_key"),
            N_("The row names nobody: it has no national ID, no name and no key of a person."),
        )


PERSONS = Persons()
