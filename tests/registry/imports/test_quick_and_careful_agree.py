"""What SQL takes in its usual form is what the parser makes of it."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wattana.kernel.problems import Problem
from wattana.registry.imports.fields import BLANKS, Field
from wattana.registry.imports.households import HOUSEHOLDS
from wattana.registry.imports.persons import PERSONS
from wattana.thai import national_id

FIELDS = {
    f"{kind.name} {name}": field
    for kind in (HOUSEHOLDS, PERSONS)
    for name, field in kind.fields.items()
    if field.usual
}
CONNECTION = duckdb.connect()
TEXTS = st.one_of(
    st.text("0123456789", min_size=1, max_size=14),
    st.from_regex(r"[0-9]{13}", fullmatch=True),
    st.from_regex(r"0[0-9]{8,9}", fullmatch=True),
    st.from_regex(r"[0-9]{1,5}/[0-9]{1,4}", fullmatch=True),
    st.from_regex(r"[0-9]{1,3}\.[0-9]{1,7}", fullmatch=True),
    st.from_regex(r"[!-~]{1,70}", fullmatch=True),
    st.sampled_from([text for text in BLANKS if text]),
    st.text(min_size=1, max_size=12).map(str.strip).filter(bool),
)


def quick(field: Field, text: str) -> object:
    """What SQL makes of a cell, or None where it leaves it alone."""
    assert field.usual and len(field.columns) == 1
    sql = field.usual.read.format("cell")
    found = CONNECTION.execute(f"SELECT {sql} FROM (SELECT ? AS cell)", [text]).fetchone()
    return None if found[0] is None else found


def careful(field: Field, text: str) -> object:
    if text.lower() in BLANKS:
        return None
    try:
        parsed = field.parse(text)
    except Problem:
        return "refused"
    return parsed


@pytest.mark.parametrize("name", FIELDS)
@settings(max_examples=150)
@example(text="006600000")  # +66, and too short
@given(text=TEXTS)
def test_sql_accepts_only_what_the_parser_makes_of_it(name: str, text: str):
    found = quick(FIELDS[name], text.replace("\0", ""))
    if found is not None:
        assert found == careful(FIELDS[name], text)


def test_sql_takes_good_numbers_and_no_others():
    sql = FIELDS["persons national_id"].usual.read
    texts = [f"{n:012}{check}" for n in range(0, 10**12, 7_654_321_987) for check in range(10)]
    asked = f"SELECT cell, {sql.format('cell')} FROM (SELECT unnest(?) AS cell)"
    found = CONNECTION.execute(asked, [texts]).fetchall()
    assert len(found) == len(texts)
    for digits, taken in found:
        assert taken == (digits if national_id.is_valid(digits) else None)


def test_the_usual_spellings_need_no_parser():
    for name, text in (("persons national_id", "9330100001018"), ("persons phone", "0812345678"),
                       ("households house_code", "33010000011"),
                       ("households household_code", "HC0001"),
                       ("households latitude", "15.123456")):  # fmt: skip
        assert quick(FIELDS[name], text) is not None
