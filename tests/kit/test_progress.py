"""How far the work of a command has come is told to who watches, and to a log now and then."""

from __future__ import annotations

import pytest

from tests import factories
from wattana.kit import progress
from wattana.registry.models import Person


def watch(monkeypatch, terminal: bool = True) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)


def test_a_bar_is_drawn_where_a_person_watches(monkeypatch, capsys):
    watch(monkeypatch)
    with progress.bar("Counting") as tell:
        tell(0.5)
        tell(1)
    drawn = capsys.readouterr()
    assert "Counting" in drawn.err and "50%" in drawn.err and "100%" in drawn.err
    assert not drawn.out


def test_a_log_gets_a_line_now_and_then(monkeypatch, capsys):
    moments = iter([0, 10, 31, 40, 65])
    monkeypatch.setattr(progress, "_moment", lambda: next(moments))
    with progress.bar("Counting") as tell:
        for share in (0.1, 0.25, 0.4, 0.6):
            tell(share)
    told = capsys.readouterr()
    assert told.err.splitlines() == ["Counting: 25%", "Counting: 60%"] and not told.out


@pytest.mark.parametrize("terminal", [True, False])
def test_what_is_hidden_says_nothing(terminal, monkeypatch, capsys):
    watch(monkeypatch, terminal)
    with progress.bar("Counting", hidden=True) as tell:
        tell(1)
    assert not capsys.readouterr().err


@pytest.mark.django_db
def test_chunks_give_every_row_once_and_are_told_only_where_there_are_several(monkeypatch, capsys):
    watch(monkeypatch)
    home = factories.household()
    made = [factories.person(home).pk for _ in range(5)]
    rows = Person.objects.values_list("first_name", "pk")
    assert [[key for _, key in some] for some in progress.chunks("Naming", rows, 2)] == [
        made[:2], made[2:4], made[4:],
    ]  # fmt: skip
    told = capsys.readouterr().err
    assert "Naming" in told and "40%" in told
    assert list(progress.chunks("Naming", rows, 5))
    assert list(progress.chunks("Naming", rows.none(), 5)) == []
    assert not capsys.readouterr().err
