"""A small programme in a file, of which a test may change a text."""

from __future__ import annotations

from pathlib import Path

from wattana.rules import programmes
from wattana.rules.programmes import Programme

DESK = programmes.desk()
TEXT = """\
programme: old_age_allowance
version: "1"
title: {th: เบี้ย, en: Allowance}
summary: {th: เงิน, en: Money}
class: means_tested
level: person
dimension: access
agencies: [local_authority]
confidence: stated
as_of: 2025-11-11
state: {on: true}
review: {state: drafted}
sensitivity: public
laws:
  - {id: act, title: {th: พ.ร.บ., en: Act}, article: {th: มาตรา 11, en: section 11}, status: stated}
conditions:
  - {name: old, label: {th: อายุ, en: Is 60}, if: age >= 60, law: act, status: stated}
  - {name: no_pension, label: {th: บำนาญ, en: No pension}, unless: state_pension, status: stated}
amounts:
  - item: allowance
    label: {th: เบี้ย, en: Allowance}
    per: person/month
    rates:
      - {from: 2009-04-01, to: 2011-09-30, baht: 500, status: stated}
      - {from: 2011-10-01, when: age between 60 and 69, baht: 600, status: stated}
      - {from: 2011-10-01, when: age >= 70, baht: 700, status: stated}
apply:
  where: {th: อบต., en: SAO}
  when: {th: ตลอดเวลา, en: At any time}
sources: [somewhere]
cases:
  - name: sixty
    on: 2025-11-01
    person: {birth_date: 1965-11-01, state_pension: false}
    expect: {outcome: due, amount: 600}
"""


def write(folder: Path, *changes: tuple[str, str], name: str = "old_age_allowance") -> Path:
    """The file with each text, which stands exactly once, replaced."""
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1, f"“{old}” stands {text.count(old)} times"
        text = text.replace(old, new)
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, *changes: tuple[str, str]) -> Programme:
    return programmes.read_programme(write(folder, *changes), DESK)


def line_of(text: str) -> int:
    """The line of the file on which a text stands."""
    return TEXT[: TEXT.index(text)].count("\n") + 1
