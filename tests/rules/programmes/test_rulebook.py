"""The programmes that ship."""

from __future__ import annotations

import datetime as dt
import json

import jsonschema
import pytest
import yaml

from wattana.rules import codebook as codebooks
from wattana.rules import programmes
from wattana.rules.files import RULEBOOK
from wattana.rules.programmes import schema
from wattana.rules.programmes.shapes import CLASSES, PROGRAMME

ALL = programmes.load()
EACH = pytest.mark.parametrize("programme", ALL.values(), ids=lambda one: one.id)


def test_there_are_fifty_five_and_at_least_thirty_five_are_on():
    assert len(ALL) == 55
    assert sum(one.is_on for one in ALL.values()) >= 35


def test_receipts_name_the_same_programmes():
    assert set(codebooks.load().variable("receives").codes) - {"none"} == set(ALL)


@EACH
def test_what_is_known_from_memory_or_only_proposed_is_not_applied(programme):
    if programme.confidence == "memory":
        assert not programme.is_on and programme.why_off
    for condition in programme.conditions if programme.is_on else ():
        assert condition.status != "memory" or condition.dormant


@EACH
def test_texts_stand_in_both_languages(programme):
    words = [programme.title, programme.summary, programme.where, programme.when]
    words += [one.label for one in programme.conditions] + [*programme.verify]
    for one in words:
        assert any("\u0e00" <= letter <= "\u0e7f" for letter in one.th), one.th
        assert one.en


def test_names_that_reveal_illness_disability_or_violence_are_sensitive():
    for name in (
        "aids_allowance",
        "disability_allowance",
        "disability_card",
        "domestic_violence_help",
    ):
        assert ALL[name].sensitivity == "sensitive"


def test_every_outcome_has_words_for_every_class_and_discretion_is_never_due():
    words = programmes.wordings()
    for outcome in ("not_due", "unknown"):
        assert words[outcome, "all"].th
    for one in CLASSES:
        assert ((("due", one) in words) + (("may_apply", one) in words)) == 1
    for one in ("discretionary", "loan", "service", "insurance"):
        assert ("due", one) not in words


def test_the_published_schema_is_that_of_the_reader():
    kept = RULEBOOK.joinpath("programmes", schema.NAME).read_text(encoding="utf-8")
    assert kept == schema.written()


def test_the_schema_names_every_key_and_requires_what_the_reader_requires():
    found = json.loads(schema.written())
    assert set(found["properties"]) == set(PROGRAMME)
    assert set(found["required"]) == {key for key, one in PROGRAMME.items() if one.required}
    assert found["properties"]["class"]["enum"] == list(CLASSES)
    assert found["properties"]["conditions"]["items"]["additionalProperties"] is False


def plain(value):
    """YAML as editors read it: dates are text, and the key “on” is not a truth (YAML 1.2)."""
    if isinstance(value, dict):
        return {"on" if key is True else key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date) else value


@pytest.mark.parametrize("file", programmes.files(RULEBOOK), ids=lambda one: one.name)
def test_every_file_is_valid_by_the_published_schema(file):
    document = plain(yaml.safe_load(file.read_text(encoding="utf-8")))
    faults = list(jsonschema.Draft202012Validator(schema.schema()).iter_errors(document))
    assert not faults, [(list(one.path), one.message) for one in faults]


@pytest.mark.parametrize(
    ("key", "value"),
    [("level", "village"), ("from", 2009), ("conditions", "all"), ("riches", True), ("title", "x")],
)
def test_an_editor_sees_the_faults_that_the_reader_refuses(key, value):
    file = next(one for one in programmes.files(RULEBOOK) if one.name.startswith("old_age"))
    document = plain(yaml.safe_load(file.read_text(encoding="utf-8"))) | {key: value}
    assert list(jsonschema.Draft202012Validator(schema.schema()).iter_errors(document))
