"""The researcher: how good the data are, which runs there are, by which scheme."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from wattana.accounts.viewer import Viewer
from wattana.assessment import queries as assessment
from wattana.kit import charts
from wattana.reports import names, queries
from wattana.reports.landings.summary import summary

_RUNS = 5


def context(viewer: Viewer) -> dict[str, Any]:
    """Completeness by capital and by area, the latest runs."""
    code = queries.top_area(viewer)
    shown = summary(viewer)
    run = shown.run if shown else None
    found = assessment.scope_figures(viewer, run) if run else None
    return {
        "summary": shown,
        "progress": queries.progress(viewer, code) if code else None,
        "completeness": _completeness(found) if found else "",
        "runs": assessment.runs(viewer)[:_RUNS],
    }


def _completeness(found: dict[str, Any]) -> SafeString:
    scale = charts.COMPLETENESS
    rows = [
        charts.Bar(
            names.capital(key), figure.completeness, scale.written(figure.completeness),
            scale.tone(figure.completeness),
        )
        for key, figure in found.items()
        if key in names.CAPITALS
    ]  # fmt: skip
    said = ", ".join(f"{row.name} {row.written}" for row in rows)
    return charts.bars(rows, names.completeness_title(), said)
