from __future__ import annotations

import hmac
import json
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattana.kernel.problems import Conflict, Problem
from wattana.kernel.sealing import Keyring

ID = "9330100001018"
PLACE = {"table": "registry_person", "column": "national_id", "row": 42}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "keys.json"


@pytest.fixture
def keyring(path):
    return Keyring.create(path)


def test_what_was_sealed_opens_for_the_same_cell(keyring):
    assert keyring.open(keyring.seal(ID, **PLACE), **PLACE) == ID


def test_many_sealed_at_once_open_each_in_its_own_row_and_never_share_a_nonce(keyring):
    place = {"table": PLACE["table"], "column": PLACE["column"]}
    sealed = keyring.seal_many([ID.encode(), None, ID.encode()], **place, rows=[1, 2, 3])
    assert sealed[1] is None
    assert [keyring.open(sealed[n], **place, row=n + 1) for n in (0, 2)] == [ID, ID]
    assert sealed[0][2:14] != sealed[2][2:14]
    with pytest.raises(Problem):
        keyring.open(sealed[0], **place, row=3)


def test_the_index_is_the_hmac_that_older_installations_wrote(keyring, path):
    key = bytes.fromhex(json.loads(path.read_text())["index"])
    assert keyring.blind_index(ID) == hmac.digest(key, ID.encode(), "sha256")


def test_a_database_may_hand_back_a_memoryview(keyring):
    assert keyring.open(memoryview(keyring.seal(ID, **PLACE)), **PLACE) == ID


def test_the_number_does_not_show_and_no_two_seals_are_alike(keyring):
    one, other = keyring.seal(ID, **PLACE), keyring.seal(ID, **PLACE)
    assert one != other
    assert ID.encode() not in one


@pytest.mark.parametrize(
    "elsewhere", [{"row": 43}, {"column": "phone"}, {"table": "registry_household"}]
)
def test_a_seal_moved_to_another_cell_does_not_open(keyring, elsewhere):
    sealed = keyring.seal(ID, **PLACE)
    with pytest.raises(Problem, match="moved from another record"):
        keyring.open(sealed, **(PLACE | elsewhere))


def test_no_altered_byte_goes_unseen(keyring):
    sealed = keyring.seal(ID, **PLACE)
    for at in range(len(sealed)):
        altered = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(Problem):
            keyring.open(altered, **PLACE)


@pytest.mark.parametrize("length", [0, 1, 2, 13, 20])
def test_a_cut_seal_does_not_open(keyring, length):
    with pytest.raises(Problem):
        keyring.open(keyring.seal(ID, **PLACE)[:length], **PLACE)


def test_another_installation_can_neither_open_nor_find(keyring, tmp_path):
    stranger = Keyring.create(tmp_path / "other.json")
    with pytest.raises(Problem):
        stranger.open(keyring.seal(ID, **PLACE), **PLACE)
    assert stranger.blind_index(ID) != keyring.blind_index(ID)


def test_a_reloaded_key_file_opens_and_finds_the_same(keyring, path):
    again = Keyring.load(path)
    assert again.open(keyring.seal(ID, **PLACE), **PLACE) == ID
    assert again.blind_index(ID) == keyring.blind_index(ID)
    assert again.pseudonym("7", "snapshot") == keyring.pseudonym("7", "snapshot")


def test_after_a_rotation_the_new_key_seals_and_the_old_ones_open(keyring, path):
    old = keyring.seal(ID, **PLACE)
    rotated = Keyring.rotate(path)
    new = rotated.seal(ID, **PLACE)
    assert rotated.open(old, **PLACE) == rotated.open(new, **PLACE) == ID
    assert (rotated.is_newest(old), rotated.is_newest(new)) == (False, True)
    assert rotated.blind_index(ID) == keyring.blind_index(ID)


def test_a_key_file_from_before_the_rotation_names_the_key_it_lacks(keyring, path):
    new = Keyring.rotate(path).seal(ID, **PLACE)
    with pytest.raises(Problem, match="key 2"):
        keyring.open(new, **PLACE)


def test_only_the_owner_can_read_the_key_file(keyring, path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    Keyring.rotate(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["keys.json"]


def test_a_key_file_that_others_can_read_is_refused(keyring, path):
    path.chmod(0o640)
    with pytest.raises(Problem, match=r"chmod 600 keys\.json"):
        Keyring.load(path)


def test_a_key_file_is_never_overwritten(keyring, path):
    before = path.read_bytes()
    with pytest.raises(Conflict):
        Keyring.create(path)
    assert path.read_bytes() == before


def test_a_missing_key_file_is_named(tmp_path):
    with pytest.raises(Conflict, match="missing"):
        Keyring.load(tmp_path / "none.json")


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"index": "00"},
        {"index": None},
        {"sealing": {}},
        {"sealing": {"one": "00" * 32}},
        {"sealing": []},
    ],
)
def test_a_damaged_key_file_is_named(keyring, path, change):
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(Problem, match="damaged"):
        Keyring.load(path)


@pytest.mark.parametrize("text", ["", "{", "[]", "\udcff".encode("utf-8", "surrogateescape")])
def test_a_key_file_that_is_no_json_is_named(keyring, path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Problem, match="damaged"):
        Keyring.load(path)


def test_a_printed_keyring_shows_no_key(keyring, path):
    shown = repr(keyring) + str(keyring)
    assert not any(key in shown for key in json.loads(path.read_text())["sealing"].values())


def test_a_pseudonym_differs_by_purpose_and_installation(keyring, tmp_path):
    other = Keyring.create(tmp_path / "other.json")
    three = {keyring.pseudonym("7", "a"), keyring.pseudonym("7", "b"), other.pseudonym("7", "a")}
    assert len(three) == 3
    assert all(len(one) == 24 for one in three)


_SHARED: list[Keyring] = []


@given(st.text(max_size=40), st.integers(0, (1 << 63) - 1))
def test_any_text_comes_back(tmp_path_factory, text, row):
    if not _SHARED:
        _SHARED.append(Keyring.create(tmp_path_factory.mktemp("keys") / "keys.json"))
    [keyring] = _SHARED
    place = PLACE | {"row": row}
    assert keyring.open(keyring.seal(text, **place), **place) == text
