"""Papers as PDF."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess

import pytest
from django.utils import translation

from wattana.kernel.problems import Problem
from wattana.kit.paper import Paper, render, rendering

DAY = dt.date(2026, 11, 23)
PLAIN = b'#import "base.typ": *\n#show: frame\n#data.words'


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "plain.typ"
    path.write_bytes(PLAIN)
    return path


def paper(**more: str) -> Paper:
    return Paper(**{"title": "ใบปะหน้า", "organization": "อบต.คูซอด", "day": DAY} | more)


def text_of(pdf: bytes) -> str:
    tool = shutil.which("pdftotext")
    if not tool:
        pytest.skip("pdftotext (poppler-utils) is not installed: the words of a PDF are not read")
    return subprocess.run(
        [tool, "-", "-"], input=pdf, stdout=subprocess.PIPE, check=True
    ).stdout.decode()


def test_the_same_data_give_the_same_bytes(template):
    once = render(template, {"words": "เบี้ยยังชีพ"}, paper())
    assert once == render(template, {"words": "เบี้ยยังชีพ"}, paper())
    assert once != render(template, {"words": "เบี้ยความพิการ"}, paper())


def test_words_of_a_person_are_never_read_as_markup(template):
    pdf = render(template, {"words": '#panic("x") *bold* $1/0$ "'}, paper())
    assert '#panic("x") *bold* $1/0$' in text_of(pdf)


def test_each_page_carries_the_office_the_number_and_the_day_in_the_era_of_the_language(template):
    with translation.override("th"):
        thai = text_of(render(template, {"words": "ก"}, paper(number="33-2570-0001")))
    with translation.override("en"):
        english = text_of(render(template, {"words": "a"}, paper(number="33-2570-0001")))
    assert "33-2570-0001" in thai
    assert "2569" in thai
    assert "23 Nov 2026" in english
    assert "page 1 of 1" in english


def test_what_is_too_long_is_refused_before_it_is_set(template, monkeypatch):
    monkeypatch.setattr(rendering, "LARGEST", 1_000)
    with pytest.raises(Problem, match="too long"):
        render(template, {"words": "ก" * 1_000}, paper())


def test_a_template_that_fails_is_a_problem_and_its_log_tells_nothing_of_the_person(
    tmp_path, caplog
):
    broken = tmp_path / "broken.typ"
    broken.write_bytes(PLAIN + b"\n#panic(data.words)")
    with pytest.raises(Problem, match="could not be made"):
        render(broken, {"words": "นางสาวตัวอย่าง"}, paper())
    assert "broken.typ" in caplog.text
    assert "ตัวอย่าง" not in caplog.text
