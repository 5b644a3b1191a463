"""What the pages of imports read from their forms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wattana.kernel import keys
from wattana.kernel.problems import N_, Invalid
from wattana.kit.dates import format_year
from wattana.registry.forms.base import Form, ParsedField, with_blank
from wattana.registry.imports import mapping as mappings
from wattana.registry.imports.fields import Field, Fields
from wattana.registry.imports.kinds import Kind, kind_of, kinds
from wattana.registry.imports.listed import said
from wattana.registry.imports.mapping import ColumnMapping
from wattana.registry.imports.queries import Look
from wattana.registry.models import ImportMapping, ListEntry
from wattana.registry.naming import called
from wattana.thai.dates import parse_year
from wattana.thai.national_id import masked
from wattana.thai.text import clean

_SAMPLES = 3
_FREE_CONSTANTS = 3  # empty lines offered beside the constants there are
_MOST_OPTIONS = 8_000  # on one page; with more, fields are typed with suggestions


class Upload(Form):
    """A file and what it is."""

    file = forms.FileField(
        label=_("File"), allow_empty_file=True, max_length=300,
        help_text=_("CSV or Excel (.xlsx) with the names of the columns above the rows"),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("What the rows are"), widget=forms.RadioSelect)
    year = ParsedField(
        parse_year, label=_("Year of the list or survey"), max_length=20,
        help_text=_("Buddhist Era (2568) or Common Era (2025)"),
    )  # fmt: skip
    list_source = forms.ChoiceField(
        label=_("Which list it is"), required=False,
        help_text=_("For a household list in which no column says it"),
    )  # fmt: skip
    saved = forms.ChoiceField(label=_("Saved mapping"), required=False)

    def __init__(self, saved: Sequence[ImportMapping], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._saved = {keys.to_text(one.pk): one for one in saved}
        self.fields["file"].widget.attrs["accept"] = ".csv,.txt,.tsv,.xlsx"
        titles = {one.name: str(one.title) for one in kinds()}
        self.fields["kind"].choices = [(name, capital(title)) for name, title in titles.items()]
        self.fields["kind"].initial = next(iter(titles), None)
        self.fields["list_source"].choices = with_blank(list(ListEntry.Source.choices))
        self.fields["year"].initial = format_year(timezone.localdate().year)
        self.fields["saved"].choices = with_blank(
            [(key, f"{one.name} ({titles.get(one.kind, one.kind)})")
             for key, one in self._saved.items()],
            _("none: propose one from the header"),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or {}
        saved = self._saved.get(chosen.get("saved", ""))
        if saved and saved.kind != chosen.get("kind"):
            self.add_error("saved", _("This mapping was saved for another kind of file."))
        fields = kind_of(chosen["kind"]).fields if "kind" in chosen else {}
        source = chosen.get("list_source", "") if "list_source" in fields else ""
        return chosen | {"saved": saved, "list_source": source}


class MappingForm:
    """The form in which each column of a file is given a field.

    `used` is the mapping that the page begins with, `posted` what was typed instead.
    """

    def __init__(
        self, look: Look, kind: Kind, used: ColumnMapping, posted: Mapping[str, str] | None = None
    ) -> None:
        self._look, self._kind, self._used, self._posted = look, kind, used, posted
        self._fields = fields = kind.fields
        self.typed = len(look.names) * len(fields) > _MOST_OPTIONS
        self.header_line = used.header_line or ""
        self.sheet = used.sheet
        self.header_found = look.line
        self.save_as = (posted or {}).get("save_as", "")

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What may be chosen for a column: value and label."""
        return [(self._written(name), field.label) for name, field in self._fields.items()]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The columns of the file with some of their values."""
        samples = [*self._look.samples, *[[]] * len(self._look.names)]
        return [
            {
                "number": number + 1,
                "name": name,
                "input": f"column-{number}",
                "samples": [_veiled(text) for text in samples[number][:_SAMPLES]],
                "chosen": self._first(f"column-{number}", self._used.columns.get(name, "")),
            }
            for number, name in enumerate(self._look.names)
        ]

    @property
    def constants(self) -> list[dict[str, Any]]:
        """The constants there are, and empty lines for more."""
        given = [*self._used.constants.items(), *[("", "")] * _FREE_CONSTANTS]
        if self._posted is not None:
            given = [("", "")] * sum(key.startswith("constant-") for key in self._posted)
        return [
            {
                "number": number + 1,
                "field": f"constant-{number}",
                "value": f"value-{number}",
                "chosen": self._first(f"constant-{number}", name),
                "text": (self._posted or {}).get(f"value-{number}", said(name, text)),
                "means": self._places.get(text, "") if name == "area_code" else "",
            }
            for number, (name, text) in enumerate(given)
        ]

    @property
    def proposed(self) -> int:
        """How many columns the mapping gives a meaning."""
        return sum(bool(self._used.columns.get(name)) for name in self._look.names)

    @property
    def _places(self) -> dict[str, str]:
        return called(text for name, text in self._used.constants.items() if name == "area_code")

    @property
    def families(self) -> list[dict[str, Any]]:
        """Groups of amounts that the columns fill, of which blank lines may mean none."""
        chosen = set(self._used.blank_means_none)
        if self._posted is not None:
            chosen = {name for name in self._kind.families if f"none-{name}" in self._posted}
        return [
            {"name": f"none-{name}", "title": title, "chosen": name in chosen}
            for name, title in self._kind.families.items()
        ]

    @property
    def new_villages(self) -> bool:
        """Whether numbers that the list of villages does not have are new villages."""
        return self._used.new_villages if self._posted is None else "new_villages" in self._posted

    @property
    def values(self) -> str:
        """Replacements, one a line: column | written | meant."""
        lines = (
            f"{column} | {written} | {meant}"
            for column, pairs in self._used.values.items()
            for written, meant in pairs.items()
        )
        return (self._posted or {}).get("values", "\n".join(lines))

    def _first(self, name: str, otherwise: str) -> str:
        """What was chosen in an input: as typed, else as the mapping says."""
        return (self._posted or {}).get(name, self._written(otherwise))

    def _written(self, name: str) -> str:
        field = self._fields.get(name)
        return f"{field.label} [{name}]" if field and self.typed else name


def read_mapping(posted: Mapping[str, str], look: Look, kind: Kind) -> ColumnMapping:
    """The mapping that the page sends. Raises `Invalid`."""
    fields = kind.fields
    columns = {
        name: _field(posted.get(f"column-{number}", ""), fields)
        for number, name in enumerate(look.names)
        if name
    }
    if not any(columns.values()):
        raise Invalid(N_("Say for at least one column what it holds."))
    return mappings.from_json(
        {
            "columns": columns,
            "constants": _read_constants(posted, fields),
            "values": _read_values(posted.get("values", "")),
            "header_line": posted.get("header_line", "").strip(),
            "sheet": posted.get("sheet", "").strip(),
            "blank_means_none": [name for name in kind.families if f"none-{name}" in posted],
            "new_villages": "new_villages" in posted,
        }
    )


def _read_constants(posted: Mapping[str, str], fields: Fields) -> dict[str, str]:
    constants = {}
    for key in posted:
        if number := re.fullmatch(r"constant-(\d{1,3})", key):
            name = _field(posted[key], fields)
            text = clean(posted.get(f"value-{number[1]}", ""))
            if text and not name:
                raise Invalid(N_("Choose the field for the value “%(text)s”."), text=text[:60])
            if name and text:
                constants[name] = text
    return constants


def _field(text: str, fields: Fields) -> str:
    """The name of the field that was chosen, or typed as “label [name]”, label or name."""
    written = clean(text)
    in_brackets = re.search(r"\[(\w+)\]$", written)
    name = in_brackets[1] if in_brackets else written
    if not name or name in fields:
        return name
    found = [one.name for one in fields.values() if written in (one.label, *one.spellings)]
    if not found:
        raise Invalid(
            N_("“%(text)s” is not one of the fields. Choose one from the list."), text=written[:60]
        )
    return found[0]


def _read_values(text: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        parts = [part.strip() for part in line.split("|")]
        if parts == [""]:
            continue
        if len(parts) != 3 or not parts[0]:
            raise Invalid(
                N_("Line %(line)s of the replacements is not: column | written | meant."),
                line=number,
            )
        found.setdefault(parts[0], {})[parts[1]] = parts[2]
    return found


def in_labels(problem: Invalid, fields: Mapping[str, Field]) -> Invalid:
    """A problem that names fields, with their labels, as the page shows them."""
    params = dict(problem.params)
    for place in params.keys() & {"name", "fields", "close"}:
        names = str(params[place]).split(", ")
        params[place] = ", ".join(fields[name].label if name in fields else name for name in names)
    return Invalid(problem.message, **params)


def capital(text: str) -> str:
    """A title at the beginning of a line."""
    return text[:1].upper() + text[1:]


def _veiled(text: str) -> str:
    """A sample value; of a national ID only the last digits, for it is looked at unlogged."""
    digits = re.sub(r"\D", "", text)
    return masked(digits) if len(digits) == 13 else text
