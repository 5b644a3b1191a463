"""One error each: file, line and key, and what to write instead; never a traceback."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from wattana.kit.commands import spoken
from wattana.methods.measuring.cli import measure

YAML = """\
name: small
poverty_cutoff: 1/2
dimensions:
  - name: body
    weight: 0.5
    indicators:
      - {name: hungry, deprived: "hungry = 1"}
  - name: mind
    weight: 0.5
    indicators:
      - {name: school, deprived: "school < 6"}
"""
DATA = """\
region,stratum,cluster,hungry,school,w
north,a,1,1,4,1.5
north,a,2,0,9,2
south,b,3,1,,0.5
south,b,4,0,9,1
"""


@pytest.fixture(params=["en_GB.UTF-8", "th_TH.UTF-8"])
def refused(request, monkeypatch, tmp_path):
    monkeypatch.setenv("LANG", request.param)

    def check(*words: str, data: str = DATA, text: str = YAML, options: str = "") -> str:
        (tmp_path / "d.csv").write_text(data, encoding="utf-8")
        (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
        result = CliRunner().invoke(
            spoken(measure),
            [str(tmp_path / "d.csv"), "--measure", str(tmp_path / "m.yaml"), *options.split()],
        )
        assert result.exit_code == 2, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert result.stdout == ""
        assert len(result.stderr.strip().splitlines()) == 1
        line = "บรรทัด" if request.param.startswith("th") else "line"
        for word in words:
            assert word.replace("line", line) in result.stderr
        if request.param.startswith("th"):
            assert any("ก" <= letter <= "๛" for letter in result.stderr)
        return result.stderr

    return check


def test_weights_that_do_not_sum(refused):
    refused("m.yaml", "line 5", "weight", "0.9", text=YAML.replace("weight: 0.5", "weight: 0.4", 1))


@pytest.mark.parametrize("k", ["0", "1.01", "-1/3"])
def test_a_cut_off_outside_its_range(refused, k):
    refused("m.yaml", "line 2", "poverty_cutoff", "1/3", text=YAML.replace("1/2", k))
    refused("--k", "1/3", options=f"--k={k}")


def test_an_indicator_that_is_not_in_the_data(refused):
    text = YAML.replace("school < 6", "schol < 6")
    refused("m.yaml", "line 11", "school, deprived", "“schol”", text=text)


def test_a_stratum_with_one_psu(refused):
    data = DATA.replace("south,b,4", "south,c,4")
    options = "--strata stratum --psu cluster"
    refused("d.csv", "line 4", "stratum", "“b”", "skip", data=data, options=options)


def test_an_indicator_without_any_answer(refused):
    data = "\n".join(
        ",".join([*line.split(",")[:4], "" if i else "school", line.split(",")[5]])
        for i, line in enumerate(DATA.strip().splitlines())
    )
    told = refused("m.yaml", "line 11", "school", data=data)
    assert "texts" not in told
    assert "ข้อความ" not in told


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [("9,2\n", "9,-2\n", 3), ("9,2\n", "9,\n", 3), ("9,2\n", "9,two\n", 3)],
)
def test_a_weight_that_is_none(refused, old, new, line):
    data = DATA.replace(old, new, 1)
    refused("d.csv", f"line {line}", "w", data=data, options="--weight w")


def test_weights_that_are_all_zero(refused):
    rows = [line.rsplit(",", 1)[0] for line in DATA.strip().splitlines()]
    data = "\n".join([rows[0] + ",w", *(row + ",0" for row in rows[1:])])
    refused("d.csv", "line 2", "w", data=data, options="--weight w")


def test_an_empty_subgroup(refused):
    data = DATA.replace("south,b,4,0,9,1", "south,b,4,0,,1")
    told = refused(
        "d.csv", "line 4", "region", "south", "--empty keep", data=data, options="--by region"
    )
    assert "north" not in told


def test_a_row_without_a_group(refused):
    data = DATA.replace("north,a,2", ",a,2")
    refused("d.csv", "line 3", "region", "--empty keep", data=data, options="--by region")
    refused("d.csv", "line 3", "region", data=data, options="--by stratum,region --empty fail")


def test_an_empty_subgroup_is_kept_when_that_is_asked(tmp_path):
    (tmp_path / "d.csv").write_text(DATA.replace("south,b,4,0,9,1", "south,b,4,0,,1"))
    (tmp_path / "m.yaml").write_text(YAML)
    args = [str(tmp_path / "d.csv"), "--measure", str(tmp_path / "m.yaml"), "--by", "region"]
    done = CliRunner().invoke(spoken(measure), [*args, "--empty", "keep"])
    assert done.exit_code == 0
    assert "–" in done.stdout


def test_text_in_a_numeric_column(refused):
    data = DATA.replace("north,a,2,0,9", "north,a,2,0,nine")
    refused("m.yaml", "line 11", "d.csv", "line 3", "school", data=data)


def test_an_unknown_key(refused):
    refused(
        "m.yaml", "line 3", "“colour”", text=YAML.replace("dimensions:", "colour: red\ndimensions:")
    )


def test_a_column_that_is_not_there(refused):
    for option in ("--by", "--weight", "--strata", "--psu", "--area"):
        refused(option, "d.csv", "“nowhere”", "region", options=f"{option} nowhere")


def test_files_that_are_none(refused, tmp_path):
    refused("--area", options="--area region")
    refused("d.csv", data="")
    refused("m.yaml", "line 7", "“hungry”", data="a,b\n1,2\n")
    refused("d.csv", data="hungry,school\n")
    refused("d.csv", "line 3", data="hungry,school\n1,2\n1,2,3\n4,5\n")
    refused("d.csv", "line 2", data="hungry,school\n1\n1,2\n")
    refused("d.csv", "line 3", data='hungry,school\n1,2\n1,"2\n')
    refused("d.csv", "line 1", "“school”", data="school,school\n1,2\n")
    refused("m.yaml", text="")
    refused("m.yaml", text="name: [")


def test_no_measure_and_no_data_of_that_name(tmp_path):
    (tmp_path / "d.csv").write_text(DATA)
    (tmp_path / "d.docx").write_text("x")
    (tmp_path / "d.parquet").write_text("x")
    (tmp_path / "d.xlsx").write_text("x")
    (tmp_path / "m.yaml").write_text(YAML)
    for data, yaml, word in [
        ("d.csv", "nothing", "global_mpi"),
        ("d.csv", "nothing.yaml", "nothing.yaml"),
        ("nothing.csv", "m.yaml", "nothing.csv"),
        ("d.docx", "m.yaml", ".parquet"),
        ("d.parquet", "m.yaml", "d.parquet"),
        ("d.xlsx", "m.yaml", "d.xlsx"),
    ]:
        wanted = str(tmp_path / yaml) if "." in yaml else yaml
        done = CliRunner().invoke(spoken(measure), [str(tmp_path / data), "--measure", wanted])
        assert (done.exit_code, done.stdout) == (2, "")
        assert word in done.stderr


@pytest.mark.parametrize("taken", ["d.csv", "m.yaml"])
def test_the_figures_never_take_the_place_of_what_is_read(refused, tmp_path, taken):
    refused("--csv", taken, options=f"--csv {tmp_path / taken}")
    assert (tmp_path / "d.csv").read_text(encoding="utf-8") == DATA
    assert (tmp_path / "m.yaml").read_text(encoding="utf-8") == YAML


def test_figures_need_a_file_in_a_folder_that_is_there(refused, tmp_path):
    refused("--csv", "nowhere", options=f"--csv {tmp_path / 'nowhere' / 'x.csv'}")
    refused("--csv", options=f"--csv {tmp_path}")


def test_a_folder_without_parquet_is_named(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    for given, told in ((".", ". is a folder without Parquet files"), (tmp_path, str(tmp_path))):
        done = CliRunner().invoke(spoken(measure), [str(given), "--measure", "global_mpi"])
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.startswith(told)


def test_a_folder_with_broken_parquet_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.parquet").write_bytes(b"nothing")
    done = CliRunner().invoke(spoken(measure), [".", "--measure", "global_mpi"])
    assert done.exit_code == 2 and done.stderr.startswith(". ")
