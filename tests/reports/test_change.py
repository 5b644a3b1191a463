from __future__ import annotations

import csv
import io
import random
from collections import Counter

import numpy as np
import pytest
from django.urls import reverse

from tests import factories
from tests.assessment.conftest import assessed, installation, plain, scored
from wattana.accounts.models import AuditEvent
from wattana.kernel.problems import Invalid, NotFound
from wattana.reports import change_shares, changes

__all__ = ["installation", "plain"]
pytestmark = pytest.mark.usefixtures("installation", "plain")
SCORES = {1: 1.2, 2: 2.0, 3: 2.8, 4: 3.6}


def panel(moves: dict[tuple[int, int], int], village: str = "33010301") -> None:
    """Households that go from one level to another between 2024 and 2025."""
    for (before, after), count in moves.items():
        for _ in range(count):
            home = scored(village, SCORES[before], year=2024)
            scored(village, SCORES[after], year=2025, home=home)


@pytest.fixture(autouse=True)
def small(installation, settings):
    settings.SMALL_GROUP = 3


MOVES = {(1, 1): 6, (1, 2): 4, (2, 1): 3, (2, 2): 5, (2, 3): 4, (3, 3): 7, (3, 2): 3, (4, 4): 3}


def page(
    code: str = "330103", areas: tuple[str, ...] = ("33",), role: str = "researcher", **asks: str
):
    return changes.change_page(factories.viewer(role, areas=areas), code, asks)


def test_the_matrix_counts_each_household_once():
    panel(MOVES)
    assessed()
    found = page()
    counts = {
        (before, after): share.count
        for before, row in enumerate(found.matrix, 1)
        for after, share in enumerate(row, 1)
        if share.count
    }
    assert counts == MOVES and found.households == sum(MOVES.values())
    share = found.matrix[0][1]
    assert share.share == pytest.approx(4 / 10) and share.low < 0.4 < share.high


@pytest.mark.parametrize("poor", ["1", "2"])
def test_who_entered_and_left_follows_the_chosen_line(poor):
    panel(MOVES)
    assessed()
    found = page(poor=poor)
    line = int(poor)
    of = Counter()
    for (before, after), count in MOVES.items():
        of["poor_before"] += count * (before <= line)
        of["poor_after"] += count * (after <= line)
        of["entered"] += count * (before > line >= after)
        of["left"] += count * (before <= line < after)
    assert {name: share.count for name, share in found.moves.items()} == dict(of)
    not_poor = sum(MOVES.values()) - of["poor_before"]
    assert found.moves["entered"].share == pytest.approx(of["entered"] / not_poor)
    assert found.moves["left"].share == pytest.approx(of["left"] / of["poor_before"])
    chronic = sum(n for (a, b), n in MOVES.items() if a <= line and b <= line)
    assert found.histories["chronic"].count == chronic


def test_each_capital_turns_for_itself():
    for number in range(12):
        home = scored("33010301", 2.0, 2.0, 2.0, 2.0, 2.0, year=2024)
        physical = 3.0 if number < 5 else 2.0
        financial = 1.0 if number < 4 else 2.0
        scored("33010301", 2.0, physical, financial, 2.0, 2.0, year=2025, home=home)
    assessed()
    capitals = page().capitals
    assert [capitals["physical"][n].count for n in ("improved", "unchanged", "declined")] == [
        5, 7, 0,
    ]  # fmt: skip
    assert capitals["financial"]["declined"].count == 4
    assert capitals["social"]["unchanged"].share == 1


def test_those_without_a_level_in_both_rounds_are_left_out():
    panel({(1, 1): 5})
    scored("33010301", 1.2, year=2024)
    home = scored("33010301", 1.2, year=2024)
    scored("33010301", None, year=2025, home=home)
    assessed()
    assert page().households == 5


def test_small_numbers_are_withheld_and_cannot_be_told_from_the_others():
    panel({(1, 1): 9, (1, 2): 1, (2, 2): 8, (3, 3): 9, (3, 2): 4})
    assessed()
    found = page()
    row = found.matrix[0]
    hidden = [n for n, share in enumerate(row) if share.count is None]
    assert 1 in hidden and len(hidden) >= 2
    kept = {share.count for line in found.matrix for share in line}
    assert 1 not in kept


def test_a_figure_that_would_give_a_withheld_cell_away_is_withheld_too():
    panel({(1, 1): 9, (1, 3): 1, (2, 2): 8, (3, 3): 9})
    assessed()
    found = page(poor="2")
    assert found.moves["left"].count is None, "one household left poverty"
    assert found.moves["left"].share is None


def test_too_few_households_in_all_are_not_told():
    panel({(1, 2): 2})
    assessed()
    found = page()
    assert found.too_few and found.matrix is None and found.moves is None and not found.places


def test_who_may_list_the_households_is_told_every_number():
    panel({(1, 1): 9, (1, 2): 1, (2, 2): 8, (3, 3): 9, (3, 2): 1}, "33010301")
    panel({(1, 2): 2}, "33010302")
    assessed()
    found = page(role="tambon_officer")
    assert [[share.count for share in row] for row in found.matrix[:3]] == [
        [9, 3, 0, 0], [0, 8, 0, 0], [0, 1, 9, 0],
    ]  # fmt: skip
    assert found.moves["entered"].count == 1
    assert [place.households for place in found.places] == [28, 2]
    assert not page("33010302", role="tambon_officer").too_few and page("33010302").too_few


def test_areas_below_are_told_apart_and_small_ones_are_empty():
    panel({(1, 3): 5, (1, 1): 5}, "33010301")
    panel({(3, 3): 6}, "33010302")
    panel({(3, 3): 1}, "33010303")
    panel({(3, 3): 6}, "33010304")
    assessed()
    places = {place.area.code: place for place in page().places}
    assert places["33010301"].figures["left"].share == pytest.approx(0.5)
    assert places["33010303"].households is None and places["33010303"].figures == {}
    hidden = [code for code, place in places.items() if place.households is None]
    assert len(hidden) >= 2, "one alone is the total less the others"


def test_only_her_part_of_an_area_is_counted():
    panel({(1, 1): 5}, "33010301")
    panel({(2, 2): 7}, "33010501")
    assessed()
    found = page("3301", ("330105",))
    assert found.partial and found.households == 7 and found.matrix[0][0].count == 0
    assert [place.area.code for place in found.places] == ["330105"]
    with pytest.raises(NotFound):
        page("330103", ("330105",))


def test_rounds_are_chosen_in_the_address():
    home = scored("33010301", 1.2, year=2023)
    for year in (2024, 2025):
        scored("33010301", 2.0, year=year, home=home)
    panel({(1, 1): 6})
    assessed()
    assert page(**{"from": "2023-1", "to": "2024-1"}).too_few
    assert page(**{"from": "2024-1", "to": "2025-1"}).households == 7
    for asks in ({"from": "2025-1", "to": "2024-1"}, {"from": "1999-1"}, {"to": "x' OR 1=1"}):
        with pytest.raises(Invalid):
            page(**asks)


def test_before_a_second_round_the_page_says_so(sign_in, tambon_office):
    scored("33010301", 2.0)
    client = sign_in(factories.member(of=tambon_office))
    address = reverse("reports:change", args=["330103"])
    assert client.get(address).status_code == 200, "no run yet"
    assessed()
    assert "one survey round so far" in client.get(address).text


def test_page_and_file_say_the_same(sign_in, tambon_office):
    panel(MOVES)
    assessed()
    client = sign_in(factories.member(of=tambon_office))
    shown = client.get(reverse("reports:change", args=["330103"])).text
    assert "35 households have a level in both rounds" in shown
    assert "Left poverty" in shown and "matrix" in shown
    answer = client.get(reverse("reports:change_csv", args=["330103"]))
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    levels = [row for row in rows if row[0] == "levels"]
    assert sum(int(row[3] or 0) for row in levels) == 35
    assert {row[0] for row in rows[1:]} >= {"levels", "poverty", "history", "capitals", "areas"}
    assert AuditEvent.objects.filter(action="area.change_export", area_code="330103").exists()


def test_outsiders_do_not_get_in(sign_in, tambon_office):
    panel(MOVES)
    assessed()
    client = sign_in(factories.member(of=tambon_office))
    for name in ("change", "change_csv"):
        assert client.get(reverse(f"reports:{name}", args=["330201"])).status_code == 404
        assert client.get(f"/areas/33'--/{name.replace('_csv', '')}/").status_code == 404
        client.logout()
        assert client.get(reverse(f"reports:{name}", args=["330103"])).status_code == 302
        client = sign_in(factories.member("enumerator", of=tambon_office, username=f"e{name}"))
    admin = sign_in(factories.member("administrator", of=tambon_office))
    assert admin.get(reverse("reports:change", args=["330103"])).status_code == 403


def test_the_figures_are_those_of_a_count_by_hand():
    """Random panels against a plain count of the same moves."""
    draw = random.Random(3)
    moves = Counter((draw.randint(1, 4), draw.randint(1, 4)) for _ in range(120))
    panel({move: count + 3 for move, count in moves.items()})
    assessed()
    found = page()
    for (before, after), count in moves.items():
        assert found.matrix[before - 1][after - 1].count == count + 3


def test_no_small_cell_and_no_small_row_follows_from_what_both_pages_tell():
    """An attacker with the pages of both lines solves for what is withheld, and finds nothing."""
    draw = random.Random(11)
    told = 0
    for _ in range(300):
        moves = {
            (a, b): draw.choice((0, 0, 1, 2, 4, 9, 30)) for a in range(1, 5) for b in range(1, 5)
        }
        shown = [cell for row in change_shares.matrix_of(_rows(moves), 3) for cell in row]
        hidden = [place for place, cell in enumerate(shown) if cell.count is None]
        known = [set(range(16)), *_told_rows(shown), *_told_by_moves(moves)]
        known += [{place} for place in range(16) if place not in hidden]
        told += len(hidden) < 16
        small = [{at} for at, count in enumerate(moves.values()) if 0 < count < 3]
        small += [of for of in _ROWS if 0 < sum(list(moves.values())[at] for at in of) < 3]
        for asked in small:
            assert asked & set(hidden)
            assert not _solved(asked, known), (moves, asked)
    assert told > 100, "withholding everything would be no art"


_ROWS = [set(range(start, start + 4)) for start in range(0, 16, 4)]


def _rows(moves: dict[tuple[int, int], int]) -> list[dict[str, object]]:
    bases = Counter()
    for (before, _), count in moves.items():
        bases[before] += count
    return [
        {
            "area": "",
            "before": str(a),
            "after": str(b),
            "households": count,
            "base": bases[a],
            "share": count / bases[a] if bases[a] else None,
            "low": 0,
            "high": 0,
        }
        for (a, b), count in moves.items()
    ]


def _told_rows(shown: list[change_shares.Share]) -> list[set[int]]:
    """A share beside its count or with its interval tells the base."""
    return [row for row in _ROWS if any(shown[at].share is not None for at in row)]


def _told_by_moves(moves: dict[tuple[int, int], int]) -> list[set[int]]:
    cells = list(moves)
    found = []
    for line in (1, 2):
        quarters = {
            name: {p for p, (a, b) in enumerate(cells) if (a <= line, b <= line) == sides}
            for name, sides in {
                "stayed_in": (True, True),
                "left": (True, False),
                "entered": (False, True),
                "stayed_out": (False, False),
            }.items()
        }
        row = {name: sum(moves[cells[p]] for p in of) for name, of in quarters.items()}
        row |= {
            "households": sum(moves.values()),
            "poor_before": row["stayed_in"] + row["left"],
            "not_poor_before": row["entered"] + row["stayed_out"],
            "poor_after": row["stayed_in"] + row["entered"],
        }
        row |= {f"{end}_{name}": 0 for end in ("share", "low", "high") for name in list(row)}
        table = change_shares.tables_of(_rows(moves))[""]
        shown = change_shares.moves_of(row, table, line, 3)
        if shown["poor_before"].count is not None:
            found.append(quarters["stayed_in"] | quarters["left"])
        if shown["left"].count is not None:
            found += quarters.values()
    return found


def _solved(asked: set[int], known: list[set[int]]) -> bool:
    equations = np.array([[float(at in of) for at in range(16)] for of in known])
    unit = np.array([[float(at in asked) for at in range(16)]])
    return np.linalg.matrix_rank(np.vstack([equations, unit])) == np.linalg.matrix_rank(equations)


def bases_told(lines: list[list[str]]) -> dict[tuple[str, str], set[int]]:
    """Of how many households the shares of a file are, by table and row, found from each line
    alone: from number and share, or from a share of 0 or 1 and its Wilson interval."""
    found: dict[tuple[str, str], set[int]] = {}
    for table, row, _, *figures in lines:
        count, share, low, high = (float(one) if one else None for one in figures)
        if share is not None and 0 < share < 1:
            found.setdefault((table, row), set()).add(round(count / share))
        elif low is not None:
            miss = high if share == 0 else 1 - low
            found.setdefault((table, row), set()).add(round(3.841459 * (1 - miss) / miss))
    return found


@pytest.mark.parametrize(
    "moves",
    [
        {(1, 2): 1, (2, 2): 9, (3, 3): 12, (4, 4): 15},
        {(1, 1): 9, (2, 3): 1, (3, 3): 12, (4, 4): 15},
        {(1, 1): 9, (2, 2): 9, (3, 3): 12, (4, 3): 2},
        {(1, 4): 1, (3, 3): 12, (4, 4): 15},
    ],
)
@pytest.mark.parametrize("poor", ["1", "2"])
def test_no_interval_tells_how_many_a_withheld_row_counts(sign_in, tambon_office, moves, poor):
    panel(moves)
    assessed()
    client = sign_in(factories.member("researcher", of=tambon_office))
    address = reverse("reports:change_csv", args=["330103"])
    answer = client.get(f"{address}?poor={poor}")
    lines = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))[1:]
    small = next(a for (a, _), count in moves.items() if count < 3)
    rows = [line for line in lines if line[0] == "levels"][4 * small - 4 : 4 * small]
    assert [row[3:] for row in rows] == [[""] * 4] * 4
    told = bases_told(lines)
    assert all(count >= 3 for counts in told.values() for count in counts)
    levels = [min(counts) for (table, _), counts in told.items() if table == "levels"]
    assert levels, "what is large enough is told"
    assert not 0 < sum(moves.values()) - sum(levels) < 3, "nor does it follow from the others"
    page_text = client.get(reverse("reports:change", args=["330103"]) + f"?poor={poor}").text
    matrix = page_text.split('class="matrix table-cards"')[1].split("</table>")[0]
    row = matrix.split('scope="row"')[small].split("</tr>")[0]
    assert row.count("matrix-none") == 4 and "%" not in row


def test_the_two_lines_together_tell_no_small_level():
    panel({(1, 1): 9, (2, 2): 1, (3, 3): 12, (4, 4): 15})
    assessed()
    one, two = (page(poor=line).moves["poor_before"].count for line in ("1", "2"))
    assert two == 10 and one is None, "10 less 9 would be the one household at level 2"


def test_who_was_poor_before_in_a_place_does_not_follow_from_the_others():
    panel({(1, 1): 5, (3, 3): 5}, "33010301")
    panel({(1, 1): 1, (3, 3): 8}, "33010302")
    panel({(1, 1): 7, (3, 3): 7}, "33010303")
    assessed()
    found = page()
    assert found.moves["poor_before"].count == 13
    told = [place.figures["poor_before"].count for place in found.places]
    assert told == [None, None, 7]
