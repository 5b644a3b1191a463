from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattana.kernel.problems import Invalid
from wattana.thai import dates
from wattana.thai.dates import PartialDate

THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
days = st.dates(dt.date(1857, 1, 1), dt.date(2156, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "25/2/2508",
        "25-02-2508",
        "25.2.1965",
        "2508-02-25",
        "1965-02-25",
        "1965-02-25T00:00:00",
        "1965-02-25 00:00:00",
        "๒๕/๒/๒๕๐๘",
        "25 ก.พ. 2508",
        "25ก.พ.2508",
        "25 กพ 2508",
        "25 กุมภาพันธ์ 2508",
        "25 กุมภา 2508",
        "วันที่ 25 เดือนกุมภาพันธ์ พ.ศ. 2508",
        "25 กุมภาพันธ์ พ.ศ.๒๕๐๘",
        "25 February 1965",
        "25-Feb-1965",
        "25 ก.พ. ค.ศ. 1965",
        " 25 / 2 / 2508 ",
    ],
)
def test_a_day_is_read_however_it_is_written(text):
    assert dates.parse_date(text) == dt.date(1965, 2, 25)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2508", PartialDate(1965)),
        ("พ.ศ. 2508", PartialDate(1965)),
        ("ปี 2508", PartialDate(1965)),
        ("ค.ศ.1965", PartialDate(1965)),
        ("00/00/2508", PartialDate(1965)),
        ("2508-00-00", PartialDate(1965)),
        ("0/2/2508", PartialDate(1965, 2)),
        ("1965-02", PartialDate(1965, 2)),
        ("2/2508", PartialDate(1965, 2)),
        ("ก.พ. 2508", PartialDate(1965, 2)),
        ("กุมภาพันธ์ ๒๕๐๘", PartialDate(1965, 2)),
    ],
)
def test_a_birth_date_may_lack_day_or_month(text, found):
    assert dates.parse_partial(text) == found
    with pytest.raises(Invalid, match="lacks"):
        dates.parse_date(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("25/2/08", "two digits"),
        ("25 ก.พ. 68", "two digits"),
        ("68", "two digits"),
        ("25/2/258", "out of range"),
        ("25/2/2300", "out of range"),
        ("25/2/25688", "not a year"),
        ("29/2/2568", "no such day"),
        ("31/4/2568", "no such day"),
        ("2/25/2568", "no such month"),
        ("25/0/2568", "no month"),
        ("อยู่ยาก", "not a date"),
        ("", "not a date"),
        ("25 กพพ 2568", "not a date"),
        ("45713", "not a year"),
    ],
)
def test_each_fault_has_its_own_message(text, words):
    with pytest.raises(Invalid, match=words):
        dates.parse_partial(text)


def test_leap_days_follow_the_common_era():
    assert dates.parse_date("29/2/2567") == dt.date(2024, 2, 29)


def test_a_spreadsheet_serial_counts_only_where_it_is_asked_for():
    assert dates.parse_date("45713", excel_serial=True) == dt.date(2025, 2, 25)
    assert dates.parse_date("25/2/2568", excel_serial=True) == dt.date(2025, 2, 25)


@pytest.mark.parametrize(("text", "year"), [("2568", 2025), ("2025", 2025), ("พ.ศ.๒๕๖๘", 2025)])
def test_a_year_comes_out_in_ce(text, year):
    assert dates.parse_year(text) == year


@pytest.mark.parametrize("text", ["68", "25/2/2568", "x", "", "3000"])
def test_what_is_no_year_is_refused(text):
    with pytest.raises(Invalid):
        dates.parse_year(text)


@given(days)
def test_every_day_reads_the_same_in_both_eras_and_digits(day):
    buddhist = f"{day.day}/{day.month}/{day.year + 543}"
    assert dates.parse_date(buddhist) == day
    assert dates.parse_date(buddhist.translate(THAI)) == day
    assert dates.parse_date(day.isoformat()) == day
    named = f"{day.day} {dates.MONTHS_TH[day.month - 1]} {day.year + 543}"
    assert dates.parse_date(named) == day


@given(st.integers(1857, 2156), st.none() | st.integers(1, 12))
def test_a_partial_date_spans_its_days_and_is_read_back(year, month):
    found = PartialDate(year, month)
    assert found.earliest() <= found.latest()
    assert found.earliest().day == 1
    assert (found.latest() + dt.timedelta(days=1)).day == 1
    if month is None:
        assert dates.parse_partial(found.isoformat()) == found


@given(days, days)
def test_age_counts_birthdays(born, day):
    age = PartialDate(born.year, born.month, born.day).age_on(day)
    if age is None:
        assert day < born
    else:
        assert age == sum(
            1
            for year in range(born.year + 1, day.year + 1)
            if (year, born.month, born.day) <= (day.year, day.month, day.day)
        )


def test_an_unknown_birthday_counts_as_the_first_of_the_year():
    born = PartialDate(1965)
    assert born.age_on(dt.date(2025, 1, 1)) == 60
    assert born.age_on(dt.date(2024, 12, 31)) == 59
    assert born.age_on(dt.date(1964, 12, 31)) is None


@given(st.text(max_size=20))
def test_any_text_gives_a_date_or_a_problem(text):
    try:
        found = dates.parse_partial(text, excel_serial=True)
    except Invalid:
        return
    assert found.earliest() <= found.latest()


@pytest.mark.parametrize("text", ["9330100001018", "สมหญิง ตัวอย่าง", "25/2/9330100001018"])
def test_a_name_or_an_id_in_a_column_of_dates_is_not_repeated(text):
    with pytest.raises(Invalid) as caught:
        dates.parse_partial(text)
    assert not caught.value.params
