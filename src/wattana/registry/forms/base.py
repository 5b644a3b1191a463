"""What the forms share: parsed fields, the look, problems told beside what was typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from wattana.kernel.problems import Conflict, NotFound, Problem
from wattana.kit import machine
from wattana.kit.dates import format_date
from wattana.kit.middleware import told
from wattana.thai.dates import PartialDate

Result = TypeVar("Result")

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.Select, "form-select"),
)


class ParsedField(forms.CharField):
    """Text that a parser of `registry.values` reads; what is wrong is told at the field."""

    def __init__(self, parser: Callable[[Any], Any], **options: Any) -> None:
        self.parser = parser
        options.setdefault("max_length", 300)
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return self.parser(text)
        except Problem as problem:
            raise ValidationError(told(problem)) from problem

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dt.date):
            return format_date(value)
        return value.isoformat() if isinstance(value, PartialDate) else value


class Form(forms.Form):
    """A form in the look of the site. `problem` is what an action refused to do."""

    problem: Problem | None = None
    either: tuple[str, str] | tuple[()] = ()
    """Two fields of which one is needed."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, label_suffix="", **options)
        for field in self.fields.values():
            names = (name for kind, name in _CLASSES if isinstance(field.widget, kind))
            field.widget.attrs.setdefault("class", next(names, "form-control"))

    def full_clean(self) -> None:
        super().full_clean()
        for name in self._errors:
            self._mark(name)

    def _mark(self, name: str | None) -> None:
        if name in self.fields:
            self.fields[name].widget.attrs["class"] += " is-invalid"

    def attempt(self, action: Callable[..., Result], **fields: Any) -> Result | None:
        """Run an action; None when it refused, which the form then tells and keeps what was typed.

        A problem with the parameter `field` is told beside that field. A record that is out of
        scope stays `NotFound`. A database that was busy for too long is a refusal, too.
        """
        try:
            return action(**fields)
        except NotFound:
            raise
        except Problem as problem:
            self._refuse(problem)
        except DatabaseError as error:
            if not machine.is_busy(error):
                raise
            self._refuse(Conflict(machine.BUSY))
        return None

    def _refuse(self, problem: Problem) -> None:
        self.problem = problem
        name = problem.params.get("field")
        self.add_error(name if name in self.fields else None, told(problem))
        self._mark(name)

    @property
    def named_household(self) -> str:
        """The key of the household that the refusal names, to be opened from the page."""
        params: Mapping[str, Any] = self.problem.params if self.problem else {}
        return str(params.get("household", ""))


def with_blank(choices: list[tuple[str, Any]], blank: Any = "–") -> list[tuple[str, Any]]:
    """Choices with an empty one before them."""
    return [("", blank), *choices]


def tick() -> forms.CheckboxInput:
    """What a hidden doubt becomes when it is asked."""
    return forms.CheckboxInput(attrs={"class": "form-check-input"})
