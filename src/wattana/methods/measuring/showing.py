"""Figures as JSON, as CSV, as a table of the terminal."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from wattana.kernel.problems import N_
from wattana.methods.alkire_foster import GroupFigures
from wattana.methods.measuring.asking import Answer, Result
from wattana.rules.files import Words

Translate = Callable[[str], str]
_GROUP = N_("Group")
MOST_ROWS = 60
"""Groups that a terminal shows; --csv and --json give all."""


def as_json(answer: Answer) -> str:
    """The answer as JSON; with several cut-offs, one result each under “results”."""
    measure = answer.opened.measure
    shown: dict[str, Any] = {"measure": answer.name}
    results = [_result(one) for one in answer.results]
    shown |= results[0] if len(results) == 1 else {"results": results}
    shown |= {
        "status": measure.status,
        "definitions_hash": measure.definitions_hash,
        "kind": answer.opened.kind,
        "missing": answer.missing,
        "design": {
            "weight": answer.design.weight,
            "strata": answer.design.strata,
            "psu": answer.design.psu,
            "lonely": answer.design.lonely,
            "confidence": answer.design.confidence,
        },
        "engine": answer.engine,
    }
    if answer.robustness is not None:
        shown["robustness"] = answer.robustness
    return json.dumps(shown, ensure_ascii=False, allow_nan=False, indent=2)


def _result(result: Result) -> dict[str, Any]:
    k = None if result.k is None else float(result.k)
    return {"k": k, "groups": [one.as_json() for one in result.groups]}


def as_csv(answer: Answer) -> str:
    """One row for each cut-off and group."""
    rows = [
        ({"k": float(result.k)} if result.k is not None else {}) | one.flat()
        for result in answer.results
        for one in result.groups
    ]
    names = list(dict.fromkeys(name for row in [*rows[1:], rows[0]] for name in row))
    file = io.StringIO()
    writer = csv.DictWriter(file, names, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def as_text(answer: Answer, translate: Translate) -> str:
    """A table of the groups, and of the indicators for all rows."""
    lines: list[str] = []
    for result in answer.results:
        shown = result.groups[:MOST_ROWS]
        lines += [*_titled(answer, result, translate), ""]
        if isinstance(shown[0], GroupFigures):
            lines += _aligned(list(_groups(shown, answer, translate)))
            lines += ["", *_aligned(list(_indicators(shown[0], answer, translate)))]
        else:
            lines += _aligned(list(_lines(shown, answer, translate)), left=2)
        more = len(result.groups) - len(shown)
        if more:
            message = translate(N_("… and %(more)s more groups: write them with --csv OUT."))
            lines += ["", message % {"more": more}]
        lines.append("")
    if answer.robustness:
        lines += _aligned(list(_flat_rows(answer.robustness)))
    return "\n".join(lines).rstrip()


def _in_language(words: Words | str, translate: Translate) -> str:
    if isinstance(words, str):
        return translate(words)
    return words.en if translate(_GROUP) == _GROUP else words.th


def _titled(answer: Answer, result: Result, translate: Translate) -> list[str]:
    measure = answer.opened.measure
    k = f"  (k = {result.k})" if result.k is not None else ""
    lines = [_in_language(measure.title, translate) + k]
    note = _in_language(measure.note, translate)
    if note:
        lines.append(note)
    if measure.status == "proposed":
        lines.append(translate(N_("Status: proposed, not an official figure.")))
    left_out = getattr(result.groups[0], "left_out", 0)
    if left_out:
        message = translate(N_("Rows left out since an answer is missing: %(rows)s."))
        lines.append(message % {"rows": left_out})
    return lines


def _lines(groups: Sequence[Any], answer: Answer, translate: Translate) -> Iterator[Sequence[str]]:
    """One line a group and figure."""
    yield (
        translate(_GROUP), translate(N_("Figure")), translate(N_("Value")), "±",
        _interval(N_("from – to (%(confidence)s)"), answer, translate), translate(N_("Number")),
    )  # fmt: skip
    for group in groups:
        for line in group.lines():
            yield (
                _label(group.group, translate), _in_language(line.title, translate),
                _number(line.value), _number(line.se),
                f"{_number(line.low)} – {_number(line.high)}",
                "" if line.count is None else _weight(line.count),
            )  # fmt: skip


def _interval(message: str, answer: Answer, translate: Translate) -> str:
    return translate(message) % {"confidence": f"{answer.design.confidence:.4g}"}


def _groups(groups: Sequence[Any], answer: Answer, translate: Translate) -> Iterator[Sequence[str]]:
    yield (
        translate(_GROUP), translate(N_("Rows")), translate(N_("Population")),
        "H", "±", "A", "±", "M0", "±",
        _interval(N_("M0 from – to (%(confidence)s)"), answer, translate),
    )  # fmt: skip
    for one in groups:
        figures = (
            text
            for name in ("H", "A", "M0")
            for text in (_number(getattr(one, name)), _number(one.se[name]))
        )
        low, high = one.ci["M0"]
        yield (
            _label(one.group, translate), f"{one.n:,}", _weight(one.population), *figures,
            f"{_number(low)} – {_number(high)}",
        )  # fmt: skip


def _label(group: Mapping[str, Any], translate: Translate) -> str:
    values = ("–" if value is None else str(value) for value in group.values())
    return " · ".join(values) or translate(N_("All"))


def _indicators(
    figures: GroupFigures, answer: Answer, translate: Translate
) -> Iterator[Sequence[str]]:
    yield tuple(
        translate(word)
        for word in (N_("Indicator"), N_("Deprived"), N_("Poor and deprived"), N_("Share of M0"))
    )
    for one in answer.opened.measure.indicators:
        kinds = (figures.uncensored, figures.censored, figures.contribution)
        yield one.name, *(_number(kind[one.name]) for kind in kinds)


def _flat_rows(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[str]]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    yield names
    for row in rows:
        yield [_cell(row.get(name)) for name in names]


def _cell(value: Any) -> str:
    return _number(value) if isinstance(value, float) else "–" if value is None else str(value)


def _weight(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 or value.is_integer() else f"{value:,.1f}"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.4f}"


def _aligned(rows: Sequence[Sequence[str]], left: int = 1) -> list[str]:
    """Columns under one another: the first ones to the left, the others to the right."""
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(
            _padded(text, width, i < left)
            for i, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _padded(text: str, width: int, left: bool) -> str:
    room = " " * (width - _width(text))
    return text + room if left else room + text


def _width(text: str) -> int:
    """Cells of the terminal: Thai vowels and tone marks above and below take none."""
    return sum(unicodedata.category(letter) not in ("Mn", "Me", "Cf") for letter in text)
