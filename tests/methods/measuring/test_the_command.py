"""`wattana measure` as a researcher uses it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pyarrow
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from click.testing import CliRunner

from tests.methods.snapshots import visit, write
from wattana.engines import DuckDB
from wattana.kit.commands import spoken
from wattana.methods.five_capitals import assess
from wattana.methods.measuring.cli import measure
from wattana.rules.measures import load_measure

SHARED = Path(__file__).parents[3].parent / "shared" / "data" / "alkire_foster"
needs_reference = pytest.mark.skipif(
    not SHARED.exists(), reason="the reference data of Alkire–Foster (../shared) are not here"
)
YAML = """\
name: small
poverty_cutoff: 1/2
dimensions:
  - name: body
    indicators:
      - {name: hungry, deprived: "hungry = 1"}
  - name: mind
    indicators:
      - {name: school, deprived: "school < 6"}
"""
ROWS = [
    ("village", "hungry", "school", "w"),
    (33010101, 1, 4, 2),
    (33010101, 0, 9, 1),
    (33010102, 1, 9, 1),
    (33010202, 0, 3, 4),
]


def run(*args: object) -> object:
    return CliRunner().invoke(spoken(measure), [str(one) for one in args])


def answer(*args: object) -> dict:
    result = run(*args, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "m.yaml").write_text(YAML, encoding="utf-8")
    with (tmp_path / "d.csv").open("w", newline="") as file:
        csv.writer(file).writerows(ROWS)
    return tmp_path / "d.csv", tmp_path / "m.yaml"


@needs_reference
@pytest.mark.parametrize("k", ["k_20", "k_33", "k_50"])
def test_it_reproduces_the_reference_data(tmp_path, k):
    examples = json.loads((SHARED / "alkire_foster_examples.json").read_text())
    example = examples["mpindex_df_household"]
    expected = example["expected"]
    data, cutoff = SHARED / example["data_file"], expected["survey"][k]["k"]
    plain = answer(data, "--measure", "global_mpi", "--by", "class", "--k", cutoff)
    assert plain["k"] == pytest.approx(cutoff)
    whole, *groups = plain["groups"]
    assert whole["group"] == {}
    for found, want in [
        (whole, expected["unweighted"][k]),
        *((one, expected["by_class"][one["group"]["class"]][k]) for one in groups),
    ]:
        for name in ("n", "H", "A", "M0"):
            assert found[name] == pytest.approx(want[name], abs=1e-8)
        for name in ("uncensored", "censored", "contribution"):
            assert list(found[name].values()) == pytest.approx(want[name], abs=1e-8)
    survey = answer(data, "--measure", "global_mpi", "--k", cutoff, "--weight", "hh_weight",
                    "--strata", "strata", "--psu", "psu")["groups"][0]  # fmt: skip
    for name in ("H", "A", "M0"):
        assert survey[name] == pytest.approx(expected["survey"][k][name], abs=1e-8)
        assert survey["se"][name] == pytest.approx(expected["survey"][k][f"{name}_se"], abs=1e-8)
        low, high = survey["ci"][name]
        assert 0 <= low < survey[name] < high <= 1


def test_csv_excel_and_parquet_give_the_same(files, tmp_path):
    data, measures = files
    pq.write_table(pyarrow.csv.read_csv(data), tmp_path / "d.parquet")
    with xlsxwriter.Workbook(tmp_path / "d.xlsx") as book:
        sheet = book.add_worksheet("people")
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
    from_csv = answer(data, "--measure", measures, "--by", "village", "--weight", "w")
    for other in ("d.parquet", "d.xlsx"):
        found = answer(tmp_path / other, "--measure", measures, "--by", "village", "--weight", "w")
        assert found == from_csv
    assert from_csv["groups"][0]["H"] == 7 / 8


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp874"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_thai_headers_in_any_encoding(tmp_path, encoding, mark):
    text = "\r\n".join(["หมู่บ้าน,หิว", "หนองแก้ว,1", "บ้านใหม่,0", ""]).replace(",", mark)
    (tmp_path / "ข้อมูล.csv").write_bytes(text.encode(encoding))
    (tmp_path / "m.yaml").write_text(
        "name: t\npoverty_cutoff: 1\ndimensions:\n  - name: d\n    indicators:\n"
        "      - {name: ความหิว, deprived: หิว = 1}\n",
        encoding="utf-8",
    )
    found = answer(tmp_path / "ข้อมูล.csv", "--measure", tmp_path / "m.yaml", "--by", "หมู่บ้าน")
    assert [one["group"] for one in found["groups"]] == [
        {}, {"หมู่บ้าน": "บ้านใหม่"}, {"หมู่บ้าน": "หนองแก้ว"},
    ]  # fmt: skip
    assert [one["H"] for one in found["groups"]] == [0.5, 0, 1]
    assert found["groups"][0]["uncensored"] == {"ความหิว": 0.5}


def test_an_area_code_is_cut_into_the_tree(files):
    data, measures = files
    found = answer(data, "--measure", measures, "--area", "village")["groups"]
    assert [one["group"] for one in found] == [
        {}, {"province": "33"}, {"district": "3301"}, {"tambon": "330101"}, {"tambon": "330102"},
        {"village": "33010101"}, {"village": "33010102"}, {"village": "33010202"},
    ]  # fmt: skip
    assert [one["n"] for one in found] == [4, 4, 4, 3, 1, 2, 1, 1]


def test_columns_together_and_each_alone(files):
    data, measures = files
    found = answer(data, "--measure", measures, "--by", "village,w")["groups"]
    kinds = [tuple(one["group"]) for one in found]
    assert list(dict.fromkeys(kinds)) == [(), ("village",), ("w",), ("village", "w")]


def test_several_cut_offs_give_several_results(files):
    data, measures = files
    found = answer(data, "--measure", measures, "--k", "0.5,1,union")
    assert [one["k"] for one in found["results"]] == [0.5, 1.0, 0.5]
    assert [one["groups"][0]["H"] for one in found["results"]] == [0.75, 0.25, 0.75]


def test_robustness_stands_beside_the_groups(files):
    data, measures = files
    found = answer(data, "--measure", measures, "--by", "village", "--robustness")
    assert {row["weights"] for row in found["robustness"]} == {"", "body 50 %", "mind 50 %"}


def test_csv_out_has_one_row_a_group(files, tmp_path):
    data, measures = files
    result = run(data, "--measure", measures, "--by", "village", "--csv", tmp_path / "out.csv")
    assert (result.exit_code, result.stdout) == (0, "")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["village"] for row in rows] == ["", "33010101", "33010102", "33010202"]
    assert [row["H"] for row in rows] == ["0.75", "0.5", "1.0", "1.0"]
    assert rows[0]["censored_hungry"] == "0.5"


@pytest.mark.parametrize(("lang", "words"), [("th_TH.UTF-8", "ทั้งหมด"), ("en_GB.UTF-8", "All")])
def test_the_terminal_shows_a_table_in_its_language(files, monkeypatch, lang, words):
    monkeypatch.setenv("LANG", lang)
    data, measures = files
    result = run(data, "--measure", measures, "--by", "village")
    assert result.exit_code == 0
    assert words in result.stdout
    assert "33010202" in result.stdout
    assert "0.7500" in result.stdout


def test_missing_answers_follow_the_rule_that_is_asked(tmp_path, files):
    (tmp_path / "holes.csv").write_text("hungry,school\n1,3\n,3\n1,NA\n0,9\n")

    def h(rule: str) -> tuple[int, float]:
        whole = answer(tmp_path / "holes.csv", "--measure", files[1], "--k", "1",
                       "--missing", rule)["groups"][0]  # fmt: skip
        return whole["n"], whole["H"]

    assert h("complete_case") == (2, 0.5)
    assert h("not_deprived") == (4, 0.25)
    assert h("deprived") == (4, 0.75)


def test_nan_is_no_answer(files, tmp_path):
    nan = float("nan")
    table = pyarrow.table({"hungry": [1.0, nan, 0.0, nan], "school": [1.0, 2.0, 9.0, nan]})
    pq.write_table(table, tmp_path / "nan.parquet")
    whole = answer(tmp_path / "nan.parquet", "--measure", files[1], "--k", "1")["groups"][0]
    assert (whole["n"], whole["left_out"], whole["H"]) == (2, 2, 0.5)


def test_empty_lines_are_no_rows(files, tmp_path):
    (tmp_path / "gaps.csv").write_text("hungry,school\n1,3\n,\n0,9\n\n,\n")
    found = answer(tmp_path / "gaps.csv", "--measure", files[1], "--missing", "not_deprived")
    assert found["groups"][0]["n"] == 2


def test_the_same_groups_stand_there_once(files):
    data, measures = files
    args = ["--by", "village,village", "--by", "village,w", "--by", "w,village"]
    found = answer(data, "--measure", measures, *args)["groups"]
    kinds = [tuple(one["group"]) for one in found]
    assert list(dict.fromkeys(kinds)) == [(), ("village",), ("w",), ("village", "w")]
    assert len(found) == len({tuple(one["group"].items()) for one in found})


def test_a_folder_of_parquet_parts_is_one_file(files, tmp_path):
    folder = tmp_path / "parts"
    for province in ("33", "34"):
        (folder / f"province={province}").mkdir(parents=True)
        table = pyarrow.table({"hungry": [1, 0], "school": [9, 9]})
        pq.write_table(table, folder / f"province={province}" / "0.parquet")
    found = answer(folder, "--measure", files[1], "--by", "province")["groups"]
    assert [(one["group"], one["n"]) for one in found] == [
        ({}, 4), ({"province": "33"}, 2), ({"province": "34"}, 2),
    ]  # fmt: skip


def test_a_sheet_is_chosen_by_its_name(files, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "d.xlsx") as book:
        book.add_worksheet("empty")
        sheet = book.add_worksheet("people")
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
    args = [tmp_path / "d.xlsx", "--measure", files[1]]
    assert answer(*args, "--sheet", "people")["groups"][0]["n"] == 4
    assert run(*args).exit_code == 2
    wrong = run(*args, "--sheet", "pupils")
    assert wrong.exit_code == 2
    assert "people" in wrong.stderr


def test_it_leaves_no_database_and_no_folder(files, tmp_path):
    data, measures = files
    empty = tmp_path / "empty"
    empty.mkdir()
    command = [sys.executable, "-m", "wattana.site.cli", "measure", data, "--measure", measures]
    done = subprocess.run([*map(str, command), "--json"], cwd=empty, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["groups"][0]["n"] == 4
    assert list(empty.iterdir()) == []


def test_the_five_capitals_are_counted_from_the_scores_of_a_run(tmp_path):
    poor = {"electricity": "none", "tap_water": False, "other_water": "not_used",
            "bought_water": False, "mobile_phone": "none"}  # fmt: skip
    rich = {"electricity": "metered", "tap_water": True, "mobile_phone": "internet"}
    snapshot = write(tmp_path / "s", [visit("A", poor), visit("B", rich, area="33010302")])
    engine = DuckDB(memory_limit="512MB")
    (tmp_path / "run").mkdir()
    scores = assess(engine, snapshot, tmp_path / "run", load_measure("five_capitals"))
    whole, *areas = answer(scores, "--measure", "five_capitals", "--by", "area")["groups"]
    assert whole["n"] == 2
    assert len(whole["uncensored"]) == 37
    assert [one["uncensored"]["P4"] for one in areas] == [1, 0]
