"""How commands call the figures of a snapshot and of a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click
from django.utils.translation import gettext_lazy as _

from wattana.assessment.models import AreaFigure
from wattana.assessment.templatetags.assessment import measure_title, why_left_out
from wattana.kit import answers
from wattana.kit.dates import format_year
from wattana.registry.naming import level_name

# The words of what snapshots and runs answer; rooms above add those of their own figures.
NAMES: answers.Names = {
    "snapshot": _("Snapshot"),
    "path": _("Folder"),
    "manifest_hash": _("Contents of the snapshot"),
    "codebook_version": _("Codebook"),
    "households": _("Households"),
    "visits": _("Visits"),
    "persons": _("Persons"),
    "left_out": _("Left out of the snapshot"),
    "run": _("Run"),
    "measure": _("Measure"),
    "measure_version": _("Version"),
    "definitions_hash": _("Definitions"),
    "engine": _("Engine"),
    "waves": _("Rounds"),
    "scored": _("Households with a score"),
    "mean": _("Mean score"),
    "levels": _("Levels"),
    "completeness": _("Completeness"),
    "k": _("Cut-off k"),
    "H": _("Headcount ratio of poverty (H)"),
    "A": _("Intensity of poverty (A)"),
    "M0": _("Adjusted headcount ratio (M0)"),
    "scores_of_run": _("Run of the scores"),
    "scores_definitions": _("Definitions of the scores"),
    "runs": _("Runs"),
    "snapshots": _("Snapshots"),
    **dict(AreaFigure.Aspect.choices),
}


def tell(told: Mapping[str, Any], as_json: bool, names: answers.Names | None = None) -> None:
    """Print an answer: as JSON for programs, for a person a line of words for each figure."""
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for line in answers.lines(_in_words(told), NAMES | (names or {})):
        click.echo(line)


def _in_words(told: Mapping[str, Any]) -> dict[str, Any]:
    """The answer with words for the codes among its values."""
    found = dict(told)
    if "measure" in found:
        found["measure"] = measure_title(found["measure"])
    if "left_out" in found:
        found["left_out"] = {str(why_left_out(why)): n for why, n in found["left_out"].items()}
    if "levels" in found:
        levels = found["levels"].items()
        found["levels"] = {f"{n} {level_name(int(n))}:": count for n, count in levels}
    if "waves" in found:
        found["waves"] = [f"{format_year(year)}/{number}" for year, number in found["waves"]]
    return found
