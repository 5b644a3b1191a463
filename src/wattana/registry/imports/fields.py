"""What a column of a file can mean: fields, each with the parser that the screens use too.

Fields come from the codebook where it has the variable; the few others (an own key of the row, the
list, the day of the survey) are defined here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wattana.kernel.problems import N_, Invalid, Problem
from wattana.kit.answers import written
from wattana.registry import values
from wattana.registry.imports import mending, spoilt
from wattana.rules import codebook as codebooks
from wattana.rules.codebook import Variable
from wattana.thai import dates, names
from wattana.thai.names import sound_key
from wattana.thai.numerals import parse_number, to_arabic
from wattana.thai.text import clean

READING = 2
"""Version of the rules by which cells are read. A change of what they make of a cell raises it:
rows that came before are then looked at again instead of counting as unchanged.

2: the sex is taken from the title; final ช and จ sound as ด.
"""

Parsed = tuple[Any, ...] | None
"""One value for each column of a field; None where the cell says nothing."""

BLANKS = frozenset((
    "", "-", "--", "–", "—", "na", "n/a", "#n/a", "nan", "null", "unknown",
    "ไม่ระบุ", "ไม่มีข้อมูล", "ไม่ทราบ",
))  # fmt: skip
"""What files write where there is no value, in small letters."""


@dataclass(frozen=True)
class Field:
    """Something that a column, or a constant of the mapping, can fill.

    `columns` are the columns that it makes in the staging database, with their types; `parse` gives
    one value for each. `usual` tells in SQL which cells are in the usual form of its only column,
    which spares a million different cells the parser; the tests hold both ways to agree. A field
    without `parse` is read with others.
    `note` tells where a cell that can be read was mended, `told` what a reader sees of an answer.
    """

    name: str
    labels: tuple[str, str] | Promise  # Thai and English, or from the catalogue
    columns: Mapping[str, str]
    parse: Callable[[str], Parsed] | None
    synonyms: tuple[str, ...] = ()
    usual: Usual | None = None
    variable: Variable | None = None
    note: Callable[[str], Problem | None] | None = None  # what a reader should know of a cell
    told: Callable[[str], str] | None = None

    @property
    def label(self) -> str:
        """How it is called, in the language in force."""
        if isinstance(self.labels, tuple):
            return self.labels[get_language() != "th"]
        return str(self.labels)

    @property
    def spellings(self) -> tuple[str, ...]:
        """Headers by which it is recognised."""
        labels = self.labels if isinstance(self.labels, tuple) else ()
        return (self.name, *labels, *self.synonyms)


Fields = Mapping[str, Field]


class Usual(NamedTuple):
    """SQL over a cell `{0}`: whether it is in the usual form, and what it then says."""

    when: str
    value: str = "{0}"

    @property
    def read(self) -> str:
        """The value of a cell in its usual form, NULL for every other."""
        return f"CASE WHEN {self.when} THEN {self.value} END"


def _national_id() -> Usual:
    """13 digits whose last is right: (11 − Σ N_i·(14 − i) mod 11) mod 10 (thai.national_id)."""
    number = "TRY_CAST({0} AS BIGINT)"
    total = " + ".join(f"({number} // {10 ** (13 - i)}) % 10 * {14 - i}" for i in range(1, 13))
    return Usual(  # the sum stands first: there the engine casts the text once, not thirteen times
        f"(11 - ({total}) % 11) % 10 = {number} % 10"
        " AND regexp_full_match({0}, '[0-9]{{13}}')"
    )


NATIONAL_ID = _national_id()
HOUSE_NO = Usual("regexp_full_match({0}, '[0-9]{{1,3}}(/[0-9]{{1,3}})?')")
PHONE = Usual("regexp_full_match({0}, '0[1-9][0-9]{{7,8}}')")  # 00… dials abroad


def plain(most: int) -> Usual:
    """A text of visible ASCII letters, which cleaning leaves as it is.

    One without a digit could be one of `BLANKS`, one that begins with # or = a spoilt one: the
    parser looks at those.
    """
    return Usual(
        f"length({{0}}) <= {most} AND regexp_full_match({{0}}, '[!-~]*[0-9][!-~]*')"
        " AND NOT starts_with({0}, '#') AND NOT starts_with({0}, '=')"
    )


def digits(count: int) -> Usual:
    """A number of exactly so many digits."""
    return Usual(f"regexp_full_match({{0}}, '[0-9]{{{{{count}}}}}')")


def degrees(name: str) -> Usual:
    """A coordinate of at most six decimals within the bounds of the codebook."""
    variable, number = codebooks.load().variable(name), "TRY_CAST({0} AS DOUBLE)"
    return Usual(
        "regexp_full_match({0}, '[0-9]{{1,3}}[.][0-9]{{1,6}}')"
        f" AND {number} BETWEEN {variable.minimum} AND {variable.maximum}",
        number,
    )


def one(parser: Callable[[str], Any]) -> Callable[[str], Parsed]:
    """A parser of one value, for a field of one column."""

    def parse(text: str) -> Parsed:
        value = parser(text)
        return None if value in (None, "") else (value,)

    return parse


def of_variable(
    name: str, parse: Callable[[str], Parsed], columns: Mapping[str, str] | None = None, **more: Any
) -> Field:
    """A field of the registry whose labels and synonyms stand in the codebook."""
    variable = codebooks.load().variable(name)
    return Field(
        name=more.pop("field", name),
        labels=(variable.label_th, variable.label_en),
        columns=columns or {name: "VARCHAR"},
        parse=parse,
        synonyms=variable.synonyms + more.pop("synonyms", ()),
        variable=variable,
        **more,
    )


def of_answer(variable: Variable) -> Field:
    """A field that holds an answer of the questionnaire, as JSON."""

    def parse(text: str) -> Parsed:
        value = codebooks.load().parse(variable.name, text)
        return None if value is None else (json.dumps(value, ensure_ascii=False),)

    return Field(
        name=variable.name,
        labels=(variable.label_th, variable.label_en),
        columns={variable.name: "VARCHAR"},
        parse=parse,
        synonyms=variable.synonyms,
        variable=variable,
        told=partial(_answer_told, variable),
    )


def _answer_told(variable: Variable, staged: str) -> str:
    """An answer in words, in the language in force."""
    value = json.loads(staged)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    thai = get_language() == "th"
    return written(value, {c.code: c.label_th if thai else c.label_en for c in variable.choices})


def choice(name: str) -> Callable[[str], Parsed]:
    """A choice by code, label or synonym of the codebook."""
    return one(lambda text: codebooks.load().parse(name, text))


def named(fields: Iterable[Field]) -> dict[str, Field]:
    """Fields by their names."""
    return {one_.name: one_ for one_ in fields}


def day(text: str) -> Any:
    """A full day that is not in the future; also the day number of a spreadsheet."""
    return values.past_date(dates.parse_date(text, excel_serial=True))


def birth(text: str) -> Parsed:
    """Year, month and day of birth; month and day may be unknown."""
    serial = mending.SERIAL.fullmatch(text)
    born = values.birth_date(dates.parse_partial(text, excel_serial=True) if serial else text)
    return born and (born.year, born.month, born.day)


def house_no(text: str) -> Parsed:
    """A house number, mended."""
    return one(values.HOUSEHOLD["house_no"])(mending.house_number(text))


def phone(text: str) -> Parsed:
    """A telephone number, mended."""
    return one(values.PERSON["phone"])(mending.phone(text))


def national_id(text: str) -> Parsed:
    """A national ID, or none."""
    return one(values.PERSON["national_id"])(mending.national_id(text))


def age(text: str) -> Parsed:
    """Completed years: “55”, “55 ปี”."""
    number = parse_number(re.sub(r"\s*(ปี|years?)\s*$", "", text))
    if not isinstance(number, int) or not 0 <= number <= 130:
        raise Invalid(N_("The age is a whole number from 0 to 130."))
    return (number,)


def full_name(text: str) -> Parsed:
    """The columns of `FULL_NAME`."""
    title, first, last = names.split(text)
    return (*_first(title, first), *(last_name(last) if last else (None, None)))


def first_name(text: str) -> Parsed:
    """The columns of `FIRST_NAME`: a title may stand before the name."""
    title, first, rest = names.split(text)
    return _first(title, f"{first} {rest}".strip())


def _first(titled: str, first: str) -> tuple[Any, ...]:
    if names.is_title(first):
        raise Invalid(N_("This is a title without a name. Compare the column with its header."))
    name = values.PERSON["first_name"](first)
    return (*title(titled), name or None, sound_key(name) or None)


def title(text: str) -> tuple[str | None, str | None]:
    """The columns of `TITLE`: it, and the sex that it says."""
    written = values.PERSON["title"](text)
    return written or None, names.sex_of(written) or None


def last_name(text: str) -> Parsed:
    """The columns of `LAST_NAME`."""
    name = values.PERSON["last_name"](text)
    return name or None, sound_key(name) or None


def whole(low: int, high: int) -> Callable[[str], Parsed]:
    """A whole number between two bounds."""

    def parse(text: str) -> Parsed:
        number = parse_number(text)
        if not isinstance(number, int) or not low <= number <= high:
            raise Invalid(
                N_("This has to be a whole number from %(low)s to %(high)s."), low=low, high=high
            )
        return (number,)

    return parse


def as_written(text: str | None) -> str:
    """A cell that is read together with others: Thai digits become Arabic ones, blanks empty."""
    cleaned = to_arabic(clean(spoilt.unwrapped(text or "")))
    return "" if cleaned.lower() in BLANKS else cleaned


PLACE: Fields = named(
    of_variable(name, None, {f"{name}_raw": "VARCHAR"})
    for name in (
        "area_code",
        "province_name",
        "district_name",
        "tambon_name",
        "moo",
        "village_name",
    )
)
"""Together they give the area of a household (see `places`)."""

HOUSEHOLD_KEY = Field(
    name="household_key",
    labels=_("Household's key in your file"),
    columns={"household_key": "VARCHAR"},
    parse=one(values.text(64)),
    synonyms=("ลำดับครัวเรือน", "รหัสอ้างอิงครัวเรือน", "hh_key", "hhid", "uuid"),
    usual=plain(64),
)

REFERENCE: Fields = named(
    [
        HOUSEHOLD_KEY,
        of_variable(
            "household_code",
            one(values.HOUSEHOLD["household_code"]),
            usual=plain(20),
        ),
        of_variable("house_code", one(values.HOUSEHOLD["house_code"]), usual=digits(11)),
        of_variable("house_no", house_no, note=mending.told_house_number, usual=HOUSE_NO),
    ]
)
"""By these a household is found again, the first that is given before the next."""

DESCRIPTION: Fields = named(
    [
        of_variable("road", one(values.HOUSEHOLD["road"])),
        of_variable(
            "latitude", one(values.HOUSEHOLD["latitude"]), {"latitude": "DOUBLE"},
            usual=degrees("latitude"),
        ),
        of_variable(
            "longitude", one(values.HOUSEHOLD["longitude"]), {"longitude": "DOUBLE"},
            usual=degrees("longitude"),
        ),
    ]
)  # fmt: skip

TITLE = {"title": "VARCHAR", "title_sex": "VARCHAR"}
FIRST_NAME = {"title_in_name": "VARCHAR", "title_sex": "VARCHAR", "first_name": "VARCHAR",
              "first_key": "VARCHAR"}  # fmt: skip
LAST_NAME = {"last_name": "VARCHAR", "last_key": "VARCHAR"}
FULL_NAME = FIRST_NAME | LAST_NAME
BIRTH = {"birth_year": "SMALLINT", "birth_month": "SMALLINT", "birth_day": "SMALLINT"}
FULL_NAME_HEADERS = (
    "ชื่อ-สกุล", "ชื่อ-นามสกุล", "ชื่อ สกุล", "ชื่อ นามสกุล", "ชื่อและนามสกุล", "ชื่อ - สกุล",
    "ชื่อ - นามสกุล", "ชื่อ–สกุล", "ชื่อ/สกุล", "full name",
)  # fmt: skip

IDENTIFIERS: Fields = named(
    [
        of_variable("green_book", one(values.of_codebook("green_book"))),
        Field(
            "tpmap", _("TPMAP household number"), {"tpmap": "VARCHAR"}, one(values.text(40)),
            ("รหัสครัวเรือน TPMAP", "TPMAP_ID", "house_id_tpmap"),
            usual=plain(40),
        ),
        Field(
            "mso", _("Family book number (MSO)"), {"mso": "VARCHAR"}, one(values.text(40)),
            ("เลขสมุดพกครอบครัว", "รหัสสมุดพกครอบครัว", "MSO_ID"),
            usual=plain(40),
        ),
    ]
)  # fmt: skip
"""Other numbers of a household, by the kind of `Identifier` that they are."""
