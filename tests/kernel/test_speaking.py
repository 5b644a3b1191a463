from __future__ import annotations

import json

import pytest

from wattana.kernel.problems import Invalid, Named, Phrase, as_data, from_data, told
from wattana.kernel.speaking import chosen, language, translator


def test_a_phrase_is_english_text_until_it_is_told():
    place = Phrase("%(file)s, line %(line)s", file="mpi.yaml", line=7)
    problem = Invalid("%(place)s: no", place=place)
    assert str(problem) == "mpi.yaml, line 7: no"
    words = {"%(place)s: no": "%(place)s: ไม่", "%(file)s, line %(line)s": "%(file)s บรรทัด %(line)s"}
    assert told(problem, words.__getitem__) == "mpi.yaml บรรทัด 7: ไม่"
    assert told(Invalid("100 %"), str) == "100 %"


def test_a_name_is_told_in_the_language_also_after_it_was_kept():
    problem = Invalid("%(place)s: no", place=Phrase("in %(area)s", area=Named("จาน", "Chan")))
    kept = Invalid(problem.message, **from_data(json.loads(json.dumps(as_data(problem.params)))))
    for one in (problem, kept):
        assert told(one, translator("en")) == "in Chan: no"
        assert told(one, translator("th")) == "in จาน: no"
    assert str(Named("จาน", "")) == "จาน"


def test_the_catalogues_of_the_rooms_below_django_are_found():
    message = "%(file)s, line %(line)s"
    assert translator("th")(message) == "%(file)s บรรทัด %(line)s"
    assert translator("en")(message) == message
    assert translator("th")("no catalogue has this") == "no catalogue has this"


@pytest.mark.parametrize(
    ("lang", "expected"), [("th_TH.UTF-8", "th"), ("th", "th"), ("en_GB.UTF-8", "en"), ("C", "th")]
)
def test_the_terminal_says_its_language(monkeypatch, lang, expected):
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", lang)
    assert language() == expected


def test_one_variable_goes_before_another_and_what_is_chosen_before_all(monkeypatch):
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("LC_ALL", "th_TH.UTF-8")
    assert language() == "th"
    with chosen("en"):
        assert language() == "en"
    assert language() == "th"
