from __future__ import annotations

import pytest

from wattana.kernel.problems import Conflict
from wattana.kit.vault import create_if_missing, vault


@pytest.fixture
def path(settings, tmp_path):
    settings.KEYS_FILE = tmp_path / "keys.json"
    return settings.KEYS_FILE


def test_without_a_key_file_the_problem_says_so(path):
    with pytest.raises(Conflict, match="key file is missing"):
        vault()


def test_the_first_installation_makes_the_key_file_and_the_second_keeps_it(path):
    made = create_if_missing()
    before = path.read_bytes()
    assert create_if_missing().blind_index("x") == made.blind_index("x")
    assert path.read_bytes() == before


def test_the_file_is_read_once(path):
    create_if_missing()
    assert vault() is vault()
