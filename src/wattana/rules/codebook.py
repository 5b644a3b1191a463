"""Load the codebook from the rulebook's YAML, strictly: faults are refused by file and key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from importlib.resources.abc import Traversable
from typing import Any, cast

from wattana.kernel.problems import N_
from wattana.rules.book import Codebook
from wattana.rules.doubts import doubts
from wattana.rules.files import RULEBOOK, Table, Words, read
from wattana.rules.relevance import conditions
from wattana.rules.variables import (
    FORMATS,
    KINDS,
    LEVELS,
    SENSITIVITIES,
    STATUSES,
    STORES,
    Choice,
    Doubt,
    Kind,
    Level,
    Section,
    Variable,
)

__all__ = ["Choice", "Codebook", "Section", "Variable", "load", "read_codebook"]

Lists = dict[str, tuple[Choice, ...]]


@lru_cache(maxsize=1)
def load() -> Codebook:
    """The codebook of this installation."""
    return read_codebook(RULEBOOK)


def read_codebook(root: Traversable) -> Codebook:
    """Read `codebook.yaml` and `codebook/*.yaml` under `root`. Raises `Invalid`."""
    table = read("codebook.yaml", root)
    title = table.words("title")
    units = table.table("units")
    codebook = Codebook(
        version=table.text("version"),
        title_th=title.th,
        title_en=title.en,
        source=table.text("source"),
        sections=tuple(_section(name, root) for name in table.texts("sections")),
        derived={
            one.name: one
            for name in table.texts("derived")
            for one in _section(name, root).variables
        },
        units={unit: units.words(unit) for unit in units.left()},
    )
    table.end()
    _check_names(codebook)
    conditions(codebook)
    doubts(codebook)
    return codebook


def _check_names(codebook: Codebook) -> None:
    seen = dict.fromkeys(codebook.derived, "derived")
    for section in codebook.sections:
        for variable in section.variables:
            here = Table({}, f"codebook/{section.key}.yaml, {variable.name}")
            if variable.name in seen:
                here.refuse(
                    N_("%(place)s: the name is taken already, in “%(section)s”."),
                    section=seen[variable.name],
                )
            if variable.unit and variable.unit not in codebook.units:
                here.refuse(
                    N_("%(place)s: codebook.yaml has no unit “%(unit)s”."), unit=variable.unit
                )
            seen[variable.name] = section.key


def _section(name: str, root: Traversable) -> Section:
    table = read(f"codebook/{name}.yaml", root)
    title = table.words("title")
    key = table.text("section")
    level = cast(Level, table.one_of("level", LEVELS))
    source = table.text("source")
    defaults = table.table("defaults")
    blank = Variable(
        name="",
        level=level,
        kind="text",
        section=key,
        label_th="",
        label_en="",
        question_th="",
        question_en="",
        source=source,
        sensitivity=defaults.one_of("sensitivity", SENSITIVITIES),
        stored=defaults.one_of("stored", STORES),
        on_request=defaults.flag("on_request"),
        status=defaults.one_of("status", STATUSES, "stated"),
    )
    defaults.end()
    lists = _lists(table.optional_table("lists"))
    variables = tuple(
        variable for entry in table.tables("variables") for variable in _entry(entry, blank, lists)
    )
    table.end()
    return Section(key, title.th, title.en, level, source, variables)


def _lists(table: Table) -> Lists:
    return {name: tuple(_choices(entries)) for name, entries in table.lists()}


def _choices(entries: list[Table]) -> Iterator[Choice]:
    seen: set[str] = set()
    for entry in entries:
        rank = entry.optional_number("rank")
        choice = Choice(
            code=entry.text("code"),
            label_th=entry.text("th"),
            label_en=entry.text("en"),
            rank=None if rank is None else int(rank),
            exclusive=entry.flag("exclusive"),
            synonyms=entry.texts("synonyms"),
        )
        entry.end()
        _check_code(entry, choice.code, seen)
        yield choice


def _check_code(entry: Table, code: str, seen: set[str]) -> None:
    if not code.isidentifier() and not code.isdigit():
        entry.refuse(N_("%(place)s: a code is made of letters, digits and _."))
    if code in seen:
        entry.refuse(N_("%(place)s: the code “%(code)s” stands twice."), code=code)
    seen.add(code)


def _entry(entry: Table, blank: Variable, lists: Lists) -> Iterator[Variable]:
    """One variable, or all of a table of repeated lines, line by line."""
    if "items" not in entry:
        yield _variable(entry, entry.text("name"), blank, lists)
        return
    items = _named_list(entry, entry.text("items"), lists)
    templates = [(one, _template(one, blank, lists)) for one in entry.tables("each")]
    entry.end()
    for item in items:
        for _, (template, synonyms) in templates:
            yield _line(template, item, synonyms.get(item.code, ()))


def _template(
    entry: Table, blank: Variable, lists: Lists
) -> tuple[Variable, dict[str, tuple[str, ...]]]:
    table = entry.optional_table("item_synonyms") if "item_synonyms" in entry else None
    synonyms = {key: table.texts(key) for key in table.left()} if table else {}
    return _variable(entry, entry.text("family"), blank, lists), synonyms


def _line(template: Variable, item: Choice, synonyms: tuple[str, ...]) -> Variable:
    def in_thai(text: str) -> str:
        return text.replace("{item}", item.label_th)

    def in_english(text: str) -> str:
        return _capital(text.replace("{item}", item.label_en))

    return replace(
        template,
        name=f"{template.name}__{item.code}",
        family=template.name,
        item=item.code,
        item_label_th=item.label_th,
        item_label_en=item.label_en,
        label_th=in_thai(template.label_th),
        label_en=in_english(template.label_en),
        question_th=in_thai(template.question_th),
        question_en=in_english(template.question_en),
        relevant=template.relevant and template.relevant.replace("{code}", item.code),
        doubts=tuple(
            replace(one, when=one.when.replace("{code}", item.code)) for one in template.doubts
        ),
        synonyms=synonyms,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _variable(entry: Table, name: str, blank: Variable, lists: Lists) -> Variable:
    label = entry.words("label")
    question = entry.words("question") if "question" in entry else label
    kind = cast(Kind, entry.one_of("kind", KINDS))
    variable = replace(
        blank,
        name=name,
        kind=kind,
        **_texts(label, question),
        source=entry.optional_text("source") or blank.source,
        choices=_variable_choices(entry, kind, lists),
        unit=entry.optional_text("unit") or "",
        format=entry.one_of("format", FORMATS, ""),
        sensitivity=entry.one_of("sensitivity", SENSITIVITIES, blank.sensitivity),
        stored=entry.one_of("stored", STORES, blank.stored),
        status=entry.one_of("status", STATUSES, blank.status),
        minimum=entry.optional_number("minimum"),
        maximum=entry.optional_number("maximum"),
        relevant=entry.optional_text("relevant"),
        synonyms=entry.texts("synonyms"),
        on_request=entry.flag("on_request") if "on_request" in entry else blank.on_request,
        expression=entry.optional_text("expression"),
        through=entry.flag("through"),
        presumed=entry.flag("presumed"),
        counted=entry.flag("counted"),
        doubts=tuple(_doubt(one) for one in entry.tables("doubts")) if "doubts" in entry else (),
    )
    entry.end()
    if (variable.expression is not None) and variable.stored != "derived":
        entry.refuse(N_("%(place)s: only derived facts have an expression."))
    if not name.isidentifier() or name != name.lower():
        entry.refuse(N_("%(place)s: a name is made of small letters, digits and _."))
    return variable


def _doubt(entry: Table) -> Doubt:
    when, ask = entry.text("when"), entry.words("ask")
    found = Doubt(when, ask.th, ask.en, entry.one_of("status", STATUSES))
    entry.end()
    return found


def _texts(label: Words, question: Words) -> dict[str, Any]:
    return {
        "label_th": label.th,
        "label_en": label.en,
        "question_th": question.th,
        "question_en": question.en,
    }


def _variable_choices(entry: Table, kind: Kind, lists: Lists) -> tuple[Choice, ...]:
    names = entry.texts("choices")
    if bool(names) != (kind in ("choice", "multi")):
        entry.refuse(
            N_("%(place)s: “choices” belong to the kinds choice and multi, and to them only.")
        )
    choices = tuple(choice for name in names for choice in _named_list(entry, name, lists))
    codes = [choice.code for choice in choices]
    for code in codes:
        if codes.count(code) > 1:
            entry.refuse(N_("%(place)s: the code “%(code)s” stands twice."), code=code)
    return choices


def _named_list(entry: Table, name: str, lists: Lists) -> tuple[Choice, ...]:
    if name not in lists:
        entry.refuse(
            N_("%(place)s: there is no list “%(name)s”; this file has %(names)s."),
            name=name,
            names=", ".join(lists) or "–",
        )
    return lists[name]
