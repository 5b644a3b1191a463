from __future__ import annotations

import pytest

from tests import factories
from tests.assessment.conftest import assessed, scored
from wattana.accounts.viewer import NOBODY, Viewer
from wattana.assessment import queries
from wattana.assessment.figures import Wave
from wattana.kernel.problems import Forbidden, NotFound

pytestmark = pytest.mark.usefixtures("installation", "plain")


@pytest.fixture
def province(installation, plain):
    """Five households in three tambons of two districts; the first one was there a year before."""
    first = scored("33010301", 1.5, year=2024)
    scored("33010301", 2.5, home=first, year=2025)
    scored("33010302", 2.5)
    scored("33010501", 3.5)
    scored("330105", 2.0)
    scored("33020101", 3.0)
    assessed()
    return first


def seen(viewer: Viewer, code: str):
    """What a viewer sees of an area: households and mean, and the same of each child."""
    picture = queries.area_figures(viewer, code)
    area = picture.area
    return (
        area and (area.overall.households, round(area.overall.mean, 6), area.partial),
        [(child.code, child.overall.households, child.partial) for child in picture.children],
    )


def test_a_province_officer_sees_the_whole_and_its_districts(province):
    viewer = factories.viewer("province_officer", areas=("33",))
    assert seen(viewer, "33") == ((5, 2.7, False), [("3301", 4, False), ("3302", 1, False)])


def test_a_district_officer_sees_her_district_and_only_its_part_of_the_province(province):
    viewer = factories.viewer("district_officer", areas=("3301",))
    assert seen(viewer, "3301") == ((4, 2.625, False), [("330103", 2, False), ("330105", 2, False)])
    assert seen(viewer, "33") == ((4, 2.625, True), [("3301", 4, False)])
    assert seen(viewer, "3302") == (None, [])


def test_a_tambon_officer_sees_the_sum_of_her_tambons_in_the_district(province):
    viewer = factories.viewer("tambon_officer", areas=("330103", "330105"))
    assert seen(viewer, "3301") == ((4, 2.625, True), [("330103", 2, False), ("330105", 2, False)])
    assert seen(viewer, "330103") == (
        (2, 2.5, False), [("33010301", 1, False), ("33010302", 1, False)]
    )  # fmt: skip
    assert seen(viewer, "33") == ((4, 2.625, True), [("3301", 4, True)])


def test_an_enumerator_sees_her_villages_only(province):
    viewer = factories.viewer("enumerator", areas=("33010302",))
    assert seen(viewer, "330103") == ((1, 2.5, True), [("33010302", 1, False)])
    assert seen(viewer, "33010301") == (None, [])


def test_without_an_agreement_in_force_there_are_no_figures(province):
    viewer = factories.viewer("tambon_officer", areas=(), own_records_only=True)
    for code in ("33", "3301", "330103", "33010301"):
        assert seen(viewer, code) == (None, [])
    assert queries.area_change(viewer, "330103") == []
    assert queries.scope_figures(viewer, queries.current_run()) is None


def test_an_outsider_sees_nothing(province):
    viewer = factories.viewer("tambon_officer", areas=("330201",))
    assert seen(viewer, "330103") == (None, [])
    assert queries.area_change(viewer, "3301") == []


def test_who_may_not_see_figures_is_refused(province):
    for ask in (queries.area_figures, queries.area_change):
        with pytest.raises(Forbidden):
            ask(NOBODY, "33")
        with pytest.raises(Forbidden):
            ask(factories.viewer("administrator", areas=("33",)), "33")


def test_before_the_first_run_there_is_nothing():
    viewer = factories.viewer("province_officer", areas=("33",))
    picture = queries.area_figures(viewer, "33")
    assert (picture.run_id, picture.area, picture.children, picture.waves) == (None, None, [], [])
    assert queries.area_change(viewer, "33") == [] and queries.current_run() is None


def test_an_area_without_a_visit_has_no_figures(province):
    assert seen(factories.viewer("province_officer", areas=("33",)), "330122") == (None, [])


def test_waves_show_the_change_of_an_area(province):
    viewer = factories.viewer("province_officer", areas=("33",))
    change = queries.area_change(viewer, "330103")
    assert [(figures.wave, round(figures.overall.mean, 6)) for figures in change] == [
        (Wave(2024, 1), 1.5), (Wave(2025, 1), 2.5)
    ]  # fmt: skip
    assert (change[1].overall.improved, change[1].capitals["social"].improved) == (1, 1)
    earlier = queries.area_figures(viewer, "33", wave=Wave(2024, 1))
    assert earlier.area.overall.households == 1
    assert earlier.waves == [Wave(2024, 1), Wave(2025, 1)]


def test_the_change_of_a_part_is_the_sum_of_its_parts(province):
    viewer = factories.viewer("tambon_officer", areas=("330103", "330105"))
    [_, latest] = queries.area_change(viewer, "3301")
    assert latest.partial and latest.overall.households == 4


def test_shares_and_completeness_of_an_area(province):
    viewer = factories.viewer("province_officer", areas=("33",))
    overall = queries.area_figures(viewer, "33").area.overall
    assert overall.levels == (0, 1, 3, 1) and overall.shares == (0, 0.2, 0.6, 0.2)
    assert overall.completeness == 1


def test_an_officer_reads_all_rounds_of_her_household_newest_first(province):
    viewer = factories.viewer("tambon_officer", areas=("330103",))
    later, earlier = queries.household_results(viewer, province.pk)
    assert (later.wave, later.latest, later.overall.score) == (Wave(2025, 1), True, 2.5)
    assert later.overall.change == 1 and later.capitals["natural"].level == 3
    assert (earlier.wave, earlier.latest, earlier.overall.change) == (Wave(2024, 1), False, None)


@pytest.mark.parametrize("areas", [("330105",), ("33010302",), ()])
def test_a_household_elsewhere_is_not_found(province, areas):
    with pytest.raises(NotFound):
        queries.household_results(factories.viewer(areas=areas), province.pk)


def test_without_an_agreement_only_own_households_are_read(province):
    own = factories.viewer(areas=(), own_records_only=True, organization_id=province.owner_id)
    other = factories.viewer(areas=(), own_records_only=True, organization_id=province.owner_id + 1)
    assert len(queries.household_results(own, province.pk)) == 2
    with pytest.raises(NotFound):
        queries.household_results(other, province.pk)


def test_who_may_not_see_households_reads_no_result(province):
    with pytest.raises(Forbidden):
        queries.household_results(factories.viewer("researcher", areas=("33",)), province.pk)


def test_runs_are_listed_for_those_who_may_assess(province):
    assert queries.runs(factories.viewer("researcher")).count() == 1
    for role in ("tambon_officer", "district_officer", "enumerator", "agency_caseworker"):
        with pytest.raises(Forbidden):
            queries.runs(factories.viewer(role))
        with pytest.raises(Forbidden):
            queries.snapshots(factories.viewer(role))


def test_a_page_of_an_area_asks_the_database_little(province, django_assert_max_num_queries):
    viewer = factories.viewer("province_officer", areas=("33",))
    with django_assert_max_num_queries(3):
        queries.area_figures(viewer, "33")
