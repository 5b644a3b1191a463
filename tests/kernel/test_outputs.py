from __future__ import annotations

import pytest

from wattana.kernel.outputs import check_file, check_folder
from wattana.kernel.problems import Invalid


def test_a_file_may_be_made_or_replaced_in_a_folder_that_is_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.csv").write_text("x")
    for name in ("new.csv", "old.csv"):
        check_file("--csv", tmp_path / name, [tmp_path / "data.csv"])
        check_file("--csv", (tmp_path / name).relative_to(tmp_path), [])


@pytest.mark.parametrize("name", [".", "none/new.csv", "data.csv", "data.csv/new.csv"])
def test_no_file_is_made_where_it_would_be_lost_or_take_the_place_of_what_is_read(tmp_path, name):
    (tmp_path / "data.csv").write_text("x")
    with pytest.raises(Invalid, match=r"^--csv: "):
        check_file("--csv", tmp_path / name, [tmp_path / "data.csv"])


def test_a_folder_is_made_in_one_that_is_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (".", "new"):
        check_folder("--out", tmp_path / name)
        check_folder("--out", (tmp_path / name).relative_to(tmp_path))


@pytest.mark.parametrize("name", ["none/new", "data.csv", "data.csv/new"])
def test_no_folder_is_made_in_one_that_is_missing_or_in_place_of_a_file(tmp_path, name):
    (tmp_path / "data.csv").write_text("x")
    with pytest.raises(Invalid, match=r"^--out: "):
        check_folder("--out", tmp_path / name)
