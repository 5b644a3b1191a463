"""The command `wattana predict`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from wattana.accounts.viewer import System
from wattana.assessment.prediction import actions, card, research
from wattana.kernel import keys
from wattana.kernel.outputs import check_folder
from wattana.kernel.problems import N_, Invalid
from wattana.kit import answers
from wattana.kit.progress import bar

_NO_NAME = N_("Write a feature as NAME=EXPRESSION, not “%(text)s”.")
_SHOWN = ("households", "poor", "auc", "brier", "exclusion", "inclusion")
_NAMES: answers.Names = {
    "useful": _("Better than chance and than the tambon alone"),
    "model": _("this model"),
    "baseline": _("the tambon's share of poor alone"),
    "chance": _("chance"),
    "households": _("Households"),
    "poor": _("At level 1"),
    "auc": _("AUC"),
    "brier": _("Brier score"),
    "exclusion": _("Poor who are missed"),
    "inclusion": _("Visited but not poor"),
    "villages": _("Villages"),
    "penalty": _("Penalty"),
    "calibration": _("Calibration"),
    "seed": _("Seed"),
    "capacity": _("Share that can be visited"),
    "data_hash": _("Contents of the data"),
    "left_out": _("Left out: consent withdrawn"),
    "persons": _("Persons"),
}


@click.command()
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=1,
    show_default=True,
    help="Deals villages to parts.",
)
@click.option(
    "--capacity", default=0.2, show_default=True,
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Share of the households that can be visited.",
)  # fmt: skip
@click.option(
    "--again", is_flag=True,
    help="For those surveyed before but not in the latest round: uses the scores of before.",
)  # fmt: skip
@click.option(
    "--variables", metavar="NAME,NAME", help="For research: predict from these survey variables."
)
@click.option(
    "--feature", "features", multiple=True, metavar="NAME=EXPRESSION",
    help="For research: a feature in the rule language; may be repeated.",
)  # fmt: skip
@click.option(
    "--below", type=float, help="For research: poor means a score under this, not level 1."
)
@click.option(
    "--out", type=click.Path(path_type=Path),
    help="Write card.th.md, card.en.md and model.json into this folder.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def predict(
    seed: int,
    capacity: float,
    again: bool,
    variables: str | None,
    features: tuple[str, ...],
    below: float | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Learn whom to visit next from the surveyed households; it never decides who is poor.

    Without variables and features the model is made of what the register knows, and is put to use.
    """
    if out:
        check_folder("--out", out)
    if variables or features:
        if again:
            raise click.UsageError("--again goes without --variables and --feature.")
        names = [name.strip() for name in (variables or "").split(",") if name.strip()]
        found = research.study(
            names, dict(map(_named, features)), below=below, seed=seed, capacity=capacity
        )
        trained, left_out = found.trained, {"left_out": dict(found.left_out)}
        figures, parameters, key = trained.as_json(), trained.model.as_json(), None
    else:
        if below is not None:
            raise click.UsageError("--below goes with --variables or --feature.")
        with bar(_("Training"), hidden=as_json) as progress:
            row = actions.train(
                by=System(),
                kind=actions.Kind.AGAIN if again else actions.Kind.NEVER,
                seed=seed,
                capacity=capacity,
                progress=progress,
            )
        figures, parameters, key = row.card, row.parameters, keys.to_text(row.pk)
        left_out = {}
    if out:
        _write(out, figures, parameters)
    told = {"prediction": key, **figures, "features": parameters["names"], **left_out}
    _tell(told, as_json)


def _named(text: str) -> tuple[str, str]:
    name, found, expression = text.partition("=")
    if not found or not name.strip().isidentifier():
        raise Invalid(_NO_NAME, text=text[:60])
    return name.strip(), expression


def _write(out: Path, figures: dict[str, Any], parameters: dict[str, Any]) -> None:
    out.mkdir(exist_ok=True)
    for language in ("th", "en"):
        with translation.override(language):
            told = card.markdown(figures, parameters)
        (out / f"card.{language}.md").write_text(told, encoding="utf-8")
    text = json.dumps({"card": figures, "parameters": parameters}, indent=1, ensure_ascii=False)
    (out / "model.json").write_text(text, encoding="utf-8")


def _tell(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    told |= {name: {key: told[name][key] for key in _SHOWN} for name in ("model", "baseline")}
    for line in answers.lines(told, _NAMES):
        click.echo(line)
