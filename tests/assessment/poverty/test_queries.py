from __future__ import annotations

from fractions import Fraction

import pytest

from tests import factories
from tests.assessment.poverty.people import HALF, Home, counted, homes
from tests.once import once
from wattana.accounts.viewer import NOBODY
from wattana.assessment.poverty.figures import CENSORED, CONTRIBUTION, M0
from wattana.assessment.poverty.queries import Question, picture
from wattana.kernel.problems import Conflict, Forbidden, Invalid

pytestmark = pytest.mark.usefixtures("installation")
THIRD = Fraction(1, 3)
WOMAN, MAN = ("female", 70), ("male", 40)


def seen(run, code="3301", areas=("33",), **asked):
    viewer = factories.viewer("province_officer", areas=areas)
    return picture(viewer, run, code, Question(**asked))


@once(SMALL_GROUP=1)
def run():
    """Two tambons. 330103: 6 of 20 poor in two villages; 330105: 9 of 10 poor in one."""
    return counted(
        homes("33010301", 2, 8, members=(MAN,))
        + homes("33010302", 4, 6, members=(WOMAN, MAN))
        + homes("33010501", 9, 1, members=(MAN, MAN, MAN))
        + [Home("33010501", HALF, scored=False)]
    )


def test_poor_is_who_is_deprived_in_at_least_k(run):
    found = seen(run).area
    assert (found.households, found.population) == (30, 30)
    assert found.H.value == pytest.approx(15 / 30)
    assert found.A.value == pytest.approx(2 / 5)
    assert found.M0.value == pytest.approx(15 / 30 * 2 / 5)


def test_a_household_without_a_score_is_not_counted(run):
    assert seen(run, "330105").area.households == 10


@pytest.mark.parametrize(
    ("k", "poor"), [(Fraction(2, 5), 15), (Fraction(401, 1000), 0), (Fraction(1, 100), 15)]
)
def test_who_stands_exactly_on_the_cutoff_is_poor(run, k, poor):
    assert seen(run, cutoff=k).area.H.value == poor / 30


def test_persons_are_counted_by_their_households_members(run):
    found = seen(run, unit="persons").area
    assert (found.households, found.population) == (30, 10 + 20 + 30)
    assert found.H.value == pytest.approx((2 + 8 + 27) / 60)


def test_the_areas_below_have_their_own_figures(run):
    found = seen(run).parts
    assert {code: of.H.value for code, of in found.items()} == {"330103": 0.3, "330105": 0.9}
    assert set(seen(run, "33").parts) == {"3301"}
    assert seen(run, "33010301").parts == {}


def test_one_indicator_and_what_m0_is_made_of(run):
    censored = seen(run, figure=CENSORED, indicator="N1").area
    assert censored.shown.value == pytest.approx(0.5)
    assert seen(run, figure=CENSORED, indicator="H1").area.shown.value == 0
    of_natural = seen(run, figure=CONTRIBUTION, indicator="natural").area
    assert of_natural.shown.value == pytest.approx(0.5)
    assert sum(of_natural.contribution) == pytest.approx(1)
    assert sum(of_natural.censored[:5]) == 0


def test_the_curve_falls_from_all_to_none_and_meets_the_figures(run):
    found = seen(run)
    assert [(step.k, step.H) for step in found.curve] == [(pytest.approx(0.4), 0.5)]
    [step] = found.curve
    assert step.M0 == pytest.approx(0.2)  # noqa: SIM300


def test_groups_part_the_households_and_add_up(run):
    found = seen(run, grouping="head_sex")
    assert {name: (of.households, of.H.value) for name, of in found.groups.items()} == {
        "female": (10, pytest.approx(0.4)),
        "male": (20, pytest.approx(11 / 20)),
    }
    one = seen(run, grouping="head_sex", group="female")
    assert one.area.households == 10
    assert set(one.parts) == {"330103"}


def test_whose_age_is_not_known_is_in_neither_group(installation):
    ages = (("female", None), ("male", 70)), (("female", None), ("male", 30)), (("female", 20),)
    run = counted([Home("33010301", members=members) for members in ages])
    found = seen(run, grouping="elderly").groups
    assert {name: of.households for name, of in found.items()} == {
        "yes": 1, "no": 1, "unknown": 1,
    }  # fmt: skip


def test_the_interval_comes_from_how_the_villages_differ(run):
    found = seen(run, "330103")
    assert found.area.H.interval.low < 0.3 < found.area.H.interval.high
    alone = found.parts["33010301"]
    assert (alone.H.interval.low, alone.H.interval.high) == pytest.approx(
        (0.0567, 0.5098), abs=1e-4
    )
    assert alone.M0.interval is None
    assert seen(run, "33010301", unit="persons").area.H.interval is None


def test_a_viewer_sees_the_figures_of_her_parts_only(run):
    found = seen(run, "3301", areas=("330103",))
    assert found.area.households == 20
    assert set(found.parts) == {"330103"}
    assert seen(run, "330105", areas=("330103",)).area is None


def test_who_may_not_see_figures_is_refused(run):
    with pytest.raises(Forbidden):
        picture(NOBODY, run, "33", Question())


@pytest.mark.parametrize("figure", [CENSORED, CONTRIBUTION])
def test_an_indicator_that_there_is_not_is_refused(run, figure):
    with pytest.raises(Invalid):
        seen(run, figure=figure, indicator="Q9")


def test_a_household_of_no_village_counts_in_its_tambon_and_has_no_row(installation):
    run = counted(homes("330105", 3, 2) + homes("33010501", 1, 9))
    found = seen(run, "330105")
    assert found.area.households == 15
    assert set(found.parts) == {"33010501"}


def test_files_that_are_gone_are_told(run, installation):
    for file in (installation / "runs").rglob("profiles.*"):
        file.unlink()
    with pytest.raises(Conflict):
        seen(run, figure=M0)


@once(SMALL_GROUP=10)
def few():
    """A small village between larger ones, and a small tambon beside a larger one."""
    return counted(
        homes("33010301", 2, 2)
        + homes("33010302", 4, 8, members=(WOMAN,))
        + homes("33010303", 9, 21)
        + homes("33010304", 9, 31)
        + homes("33010501", 1, 5)
        + homes("33012201", 20, 10)
    )


@pytest.mark.parametrize("k", [None, Fraction(1, 100), Fraction(1, 2), Fraction(1)])
@pytest.mark.parametrize("unit", ["households", "persons"])
def test_what_is_withheld_depends_on_neither_k_nor_unit(few, k, unit):
    found = seen(few, "330103", cutoff=k, unit=unit, figure=M0).parts
    hidden = {code for code, of in found.items() if of.withheld}
    assert hidden == {"33010301", "33010302"}  # the second keeps the first company
    for code in hidden:
        assert (found[code].H.value, found[code].M0.value, found[code].shown.value) == (None,) * 3
        assert found[code].censored == found[code].contribution == ()


def test_what_is_withheld_is_so_from_wherever_one_looks(few):
    assert seen(few, "33010302").area.withheld
    assert seen(few, "33010302").curve == []
    assert seen(few, "330105").area.withheld
    assert {code for code, of in seen(few).parts.items() if of.withheld} == {"330105", "330122"}
    assert seen(few, "33012201").area.withheld  # the whole of a tambon that is withheld


def test_a_sum_of_parts_does_not_give_a_withheld_one_away(few):
    assert seen(few, "3301", areas=("330103", "330105")).area.withheld
    assert seen(few, "330103", areas=("33010303", "33010301")).area.withheld
    assert not seen(few, "330103", areas=("33010303", "33010304")).area.withheld
    assert not seen(few, "330103", areas=("33010301", "33010302", "33010303")).area.withheld


def test_a_group_in_a_village_is_withheld_with_its_company(few):
    found = seen(few, "330103", grouping="head_sex", group="female").parts
    assert {code: of.withheld for code, of in found.items()} == {"33010302": True}
    groups = seen(few, "330103", grouping="head_sex").groups
    assert not any(of.withheld for of in groups.values())  # 12 and 74 households
