"""Read one answer as people type it or files hold it, by the kind of its variable."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from wattana.kernel.problems import N_, Invalid, Named
from wattana.rules.variables import Answer, Choice, Variable
from wattana.thai import dates, house_code, house_number, national_id, numerals
from wattana.thai.text import clean

_NOT_ANSWERED = frozenset(
    {"", "-", "—", "n/a", "na", "nan", "null", "unknown", "don'tknow", "notanswered",
     "ไม่ทราบ", "ไม่ระบุ", "ไม่ตอบ", "ไม่มีข้อมูล"}
)  # fmt: skip
_YES = frozenset({"yes", "y", "true", "1", "ใช่", "มี", "ได้", "เคย", "เป็น", "✓", "/"})
_NO = frozenset({"no", "n", "false", "0", "ไม่ใช่", "ไม่มี", "ไม่ได้", "ไม่เคย", "ไม่เป็น", "ไม่", "✗", "x"})
_DECIMALS = Decimal("0.01")


def parse(variable: Variable, raw: Any) -> Answer | None:
    """See `Codebook.parse`."""
    if isinstance(raw, list | tuple):
        return _listed(variable, [clean(str(one)) for one in raw])
    text = _text(raw)
    if _folded(text) in _NOT_ANSWERED and not _is_choice(variable, text):
        return None
    return _READERS[variable.kind](variable, text)


def _text(raw: Any) -> str:
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "1" if raw else "0"
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, dt.datetime):
        raw = raw.date()
    if isinstance(raw, dt.date):
        return raw.isoformat()
    return clean(str(raw))


def _folded(text: str) -> str:
    """The text without what people write in several ways: spaces, ๆ, capitals, dashes."""
    return "".join(clean(text).casefold().replace("–", "-").replace("ๆ", "").split())


def _integer(variable: Variable, text: str) -> int:
    number = _parsed_number(variable, text)
    if number != number.to_integral_value():
        raise Invalid(N_("“%(variable)s” is counted in whole numbers."), variable=_label(variable))
    return int(number)


def _number(variable: Variable, text: str) -> int | float:
    number = _parsed_number(variable, text)
    if variable.unit == "degrees":
        return float(number)
    number = number.quantize(_DECIMALS)
    return int(number) if number == number.to_integral_value() else float(number)


def _parsed_number(variable: Variable, text: str) -> Decimal:
    try:
        number = Decimal(numerals.parse_number(text))
    except Invalid:
        raise Invalid(
            N_("“%(variable)s” has to be a number in digits."), variable=_label(variable)
        ) from None
    low, high = variable.minimum, variable.maximum
    if (low is not None and number < Decimal(str(low))) or (
        high is not None and number > Decimal(str(high))
    ):
        raise Invalid(
            N_("“%(variable)s” has to lie between %(low)s and %(high)s."),
            variable=_label(variable),
            low="…" if low is None else f"{low:,}",
            high="…" if high is None else f"{high:,}",
        )
    return number


def _boolean(variable: Variable, text: str) -> bool:
    word = _folded(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Invalid(
        N_("“%(variable)s” is answered by yes or no (ใช่/ไม่ใช่, มี/ไม่มี, 1/0)."),
        variable=_label(variable),
    )


def _choice(variable: Variable, text: str) -> str:
    code = _spellings(variable).get(_folded(text))
    if code is None:
        raise _not_allowed(variable)
    return code


def _multi(variable: Variable, text: str) -> list[str]:
    if _is_choice(variable, text):
        return _listed(variable, [text])
    return _listed(variable, [part for part in re.split(r"[;,|]", text) if part.strip()])


def _listed(variable: Variable, parts: list[str]) -> list[str]:
    if variable.kind != "multi":
        raise Invalid(N_("“%(variable)s” takes one answer only."), variable=_label(variable))
    chosen = {_choice(variable, part) for part in parts}
    if not chosen:
        raise _not_allowed(variable)
    if len(chosen) > 1 and chosen & set(variable.exclusive):
        alone = next(one for one in variable.choices if one.code in chosen and one.exclusive)
        raise Invalid(
            N_("“%(variable)s”: the answer “%(choice)s” stands alone."),
            variable=_label(variable),
            choice=_label(alone),
        )
    return [code for code in variable.codes if code in chosen]


def _not_allowed(variable: Variable) -> Invalid:
    return Invalid(
        N_("This is not an answer to “%(variable)s”. Allowed are: %(allowed)s."),
        variable=_label(variable),
        allowed=Named(
            ", ".join(f"{one.label_th} ({one.code})" for one in variable.choices),
            ", ".join(f"{one.label_en} ({one.code})" for one in variable.choices),
        ),
    )


def _label(one: Variable | Choice) -> Named:
    return Named(one.label_th, one.label_en)


def _is_choice(variable: Variable, text: str) -> bool:
    return _folded(text) in _spellings(variable)


def _spellings(variable: Variable) -> Mapping[str, str]:
    return _spellings_of(variable.choices) if variable.choices else {}


@lru_cache(maxsize=1024)
def _spellings_of(choices: tuple[Any, ...]) -> Mapping[str, str]:
    """Codes by every spelling of them; codes and labels go before synonyms."""
    found: dict[str, str] = {}
    for spellings in (
        lambda one: (one.code, one.label_th, one.label_en),
        lambda one: one.synonyms,
    ):
        for one in choices:
            for spelling in spellings(one):
                found.setdefault(_folded(spelling), one.code)
    return found


def _written(variable: Variable, text: str) -> str:
    if variable.format:
        return _FORMATS[variable.format](text)
    longest = int(variable.maximum or 200)
    if len(text) > longest:
        raise Invalid(
            N_("“%(variable)s” may have %(longest)s letters at most."),
            variable=_label(variable),
            longest=longest,
        )
    return text


def _phone(text: str) -> str:
    digits = re.sub(r"[\s\-–().]", "", numerals.to_arabic(text)).lstrip("'")
    digits = re.sub(r"^(\+66|0066)", "0", digits)
    if not re.fullmatch(r"0\d{8,9}", digits, re.ASCII):
        raise Invalid(N_("A Thai telephone number has 9 or 10 digits and begins with 0."))
    return digits


def _digits(*lengths: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        digits = re.sub(r"[\s\-–]", "", numerals.to_arabic(text)).lstrip("'").removesuffix(".0")
        if not (digits.isascii() and digits.isdigit() and len(digits) in lengths):
            raise Invalid(
                N_("This number has to have %(count)s digits."),
                count=" / ".join(map(str, lengths)),
            )
        return digits

    return read


def _date(variable: Variable, text: str) -> str:
    return dates.parse_date(text).isoformat()


def _partial_date(variable: Variable, text: str) -> str:
    date = dates.parse_partial(text)
    parts = [f"{date.year:04}", *(f"{one:02}" for one in (date.month, date.day) if one)]
    return "-".join(parts)


_FORMATS: dict[str, Callable[[str], str]] = {
    "national_id": national_id.parse,
    "house_code": house_code.parse,
    "house_number": house_number.parse,
    "phone": _phone,
    "area_code": _digits(2, 4, 6, 8),
    "digits_5": _digits(5),
    "digits_12": _digits(12),
}
_READERS: dict[str, Callable[[Variable, str], Answer]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "choice": _choice,
    "multi": _multi,
    "text": _written,
    "date": _date,
    "partial_date": _partial_date,
}
