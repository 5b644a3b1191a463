"""The command `wattana measure`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from wattana.engines import ENGINES, EngineFailed, make
from wattana.kernel.outputs import check_file
from wattana.kernel.problems import N_, Conflict
from wattana.kernel.speaking import language, translator
from wattana.methods.measuring.asking import Wish, answered
from wattana.methods.measuring.showing import as_csv, as_json, as_text
from wattana.methods.survey import LONELY
from wattana.rules.poverty import MISSING_RULES, shipped_names


@dataclass(frozen=True)
class Output:
    """How to show the answer."""

    as_json: bool
    csv: Path | None


def _options(command: Callable[..., None]) -> Callable[..., None]:
    options = [
        click.argument("data", type=click.Path(path_type=Path)),
        click.option("--measure", required=True, metavar="MEASURE.yaml|NAME",
                     help=f"A measure file, or one of: {', '.join(shipped_names())}."),
        click.option("--by", multiple=True, metavar="COL,COL",
                     help="Figures by the values of these columns: of each, and of all together."),
        click.option("--area", metavar="COL", help="A column with area codes: figures by province, "
                     "district, tambon and village, as far as the codes go."),
        click.option("--weight", metavar="COL", help="The sampling weight of each row."),
        click.option("--strata", metavar="COL", help="The stratum of each row."),
        click.option("--psu", metavar="COL", help="The primary sampling unit (cluster) of each "
                     "row; numbers may repeat in other strata."),
        click.option("--k", "cutoffs", metavar="K,K", help="Other poverty cut-offs than the "
                     "measure's, such as 0.2,1/3,union."),
        click.option("--missing", type=click.Choice(MISSING_RULES), help="Rows with an unknown "
                     "indicator: leave them out, or count it as not deprived or deprived."),
        click.option("--lonely", type=click.Choice(LONELY), default="fail", show_default=True,
                     help="A stratum with one PSU: refuse; adds no variance; centred at the mean "
                     "of all strata."),
        click.option("--empty", type=click.Choice(["fail", "keep"]), default="fail",
                     show_default=True, help="Rows without a group, and a group without a row that "
                     "counts."),
        click.option("--robustness", is_flag=True, help="How ranks of groups change over other "
                     "cut-offs and weights of dimensions."),
        click.option("--confidence", type=click.FloatRange(0.5, 0.999), default=0.95,
                     show_default=True, help="Of the intervals."),
        click.option("--sheet", metavar="NAME", help="Of an Excel workbook; the first by default."),
        click.option("--engine", type=click.Choice(ENGINES), default="duckdb", show_default=True),
        click.option("--master", envvar="WATTANA_SPARK_MASTER", help="Spark cluster, "
                     "spark://host:7077; without it Spark runs on this machine."),
        click.option("--json", "as_json", is_flag=True, help="Print all figures as JSON."),
        click.option("--csv", metavar="OUT", type=click.Path(path_type=Path),
                     help="Write all figures to this file."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@_options
def measure(as_json: bool, csv: Path | None, engine: str, master: str | None, **asked: Any) -> None:
    """Measure the poverty in DATA (.csv, .parquet, .xlsx). Needs no database.

    How to write a measure file: docs/measures.md.
    """
    translate = translator(language())
    wish = Wish(**asked)
    try:
        if csv:
            check_file("--csv", csv, [wish.data, Path(wish.measure)])
        with (
            tempfile.TemporaryDirectory(prefix="wattana-measure-") as folder,
            closing(make(engine, master=master)) as chosen,
        ):
            answer = answered(wish, chosen, Path(folder))
        _show(answer, Output(as_json, csv), translate)
    except (EngineFailed, OSError) as error:
        why = str(error).splitlines()[0][:300]
        raise Conflict(N_("This could not be worked out: %(why)s"), why=why) from None


def _show(answer: Any, output: Output, translate: Callable[[str], str]) -> None:
    if output.csv:
        output.csv.write_text(as_csv(answer), encoding="utf-8-sig", newline="")
    if output.as_json:
        click.echo(as_json(answer))
    elif not output.csv:
        click.echo(as_text(answer, translate))
