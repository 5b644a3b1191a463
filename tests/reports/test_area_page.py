from __future__ import annotations

import csv
import re

import pytest
from django.urls import reverse

from tests import factories
from tests.reports import rows
from wattana.accounts.models import AuditEvent
from wattana.areas.models import Boundary, BoundarySource
from wattana.assessment.models import AreaFigure

pytestmark = pytest.mark.django_db
AREA = "/areas/330103/"


def text_of(response) -> str:
    """What the page says, without markup, in one line."""
    body = re.sub(r"<(svg).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def table_of(response) -> list[str]:
    """The names in the table of the areas below, in its order."""
    table = response.content.decode().split('class="table table-areas"')[1].split("</table>")[0]
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', table)


def without_records(response) -> list[str]:
    """The names that stand folded below the table."""
    folded = response.content.decode().split('<details class="without-records">')[1]
    return re.findall(r'<li><a href="[^"]+">([^<]+)</a>', folded.split("</details>")[0])


def tiles_of(response) -> list[str]:
    """The values on the tiles."""
    tiles = response.content.decode().split('<ul class="tiles"')[1].split("</ul>")[0]
    return re.findall(r"<strong>([^<]+)</strong>", tiles)


@pytest.fixture
def officer(tambon_office, sign_in):
    return sign_in(factories.member("tambon_officer", of=tambon_office))


@pytest.fixture
def villages():
    return [factories.area(f"3301030{number}") for number in (1, 2, 3)]


def test_the_page_tells_counts_scores_and_where_they_come_from(officer, villages):
    rows.surveyed(("33010301",))
    page = officer.get(AREA)
    said = text_of(page)
    assert page.status_code == 200
    assert "Tambon Khu Sot" in said
    assert "Households surveyed 10" in said
    assert "Mean score 2.00" in said
    assert "withdrew consent after the data were frozen still counts in these figures" in said
    assert "At level 1 2 20.0% of the 10 scored" in said
    assert "proposed, not official" in said
    assert "duckdb 1.5" in said


def test_the_chart_of_levels_and_the_radar_are_on_the_page(officer, villages):
    rows.surveyed(("33010301",))
    body = officer.get(AREA).content.decode()
    assert "chart-stacked" in body and "chart-radar" in body


def test_each_share_of_a_level_says_of_how_many_it_is(officer, villages):
    run = rows.surveyed(("33010301",))
    AreaFigure.objects.filter(run=run, code="330103", aspect="overall").update(households=40)
    said = text_of(officer.get(AREA))
    assert "At level 1 2 20.0% of the 10 scored" in said
    assert "Shares of all 40 surveyed, with or without a score." in said
    officer.cookies["django_language"] = "th"
    said = text_of(officer.get(AREA))
    assert "20.0% ของ 10 ครัวเรือนที่มีคะแนน" in said
    assert "ร้อยละของครัวเรือนที่สำรวจแล้วทั้งหมด 40 ครัวเรือน ทั้งที่มีและไม่มีคะแนน" in said


def test_opening_an_area_is_audited(officer, villages):
    rows.surveyed(("33010301",))
    officer.get(AREA + "?show=human")
    event = AuditEvent.objects.get(action="area.view")
    assert (event.area_code, event.detail) == ("330103", {"show": "human"})


def test_areas_below_without_figures_stand_folded_below_the_table(officer, villages):
    rows.surveyed(("33010302",))
    page = officer.get(AREA)
    assert table_of(page) == ["Moo 2"]
    assert without_records(page) == ["Moo 1", "Moo 3"]
    assert "Villages without records: 2" in text_of(page)


def test_the_table_is_sorted_by_the_address(officer, villages):
    run = rows.surveyed(("33010301",))
    rows.figures(run, "33010302", 1.2)
    assert table_of(officer.get(AREA + "?sort=score")) == ["Moo 2", "Moo 1"]
    assert table_of(officer.get(AREA + "?sort=-score")) == ["Moo 1", "Moo 2"]


@pytest.mark.parametrize(
    "query", ["?sort=nothing", "?show=nothing", "?sort=--score", "?by=nothing"]
)
def test_an_address_that_was_tampered_with_is_told_plainly(officer, villages, query):
    rows.surveyed(("33010301",))
    page = officer.get(AREA + query)
    assert page.status_code == 400
    assert "nothing" in text_of(page) or "--score" in text_of(page)


def test_the_chosen_measure_colours_the_tiles(officer, villages):
    run = rows.surveyed(("33010301",))
    rows.figures(run, "33010302", human=1.25)
    page = officer.get(AREA + "?show=human")
    assert tiles_of(page) == ["2.00", "1.25", "–"]
    assert 'id="show-human" href="?show=human" aria-current="true"' in page.content.decode()


def test_choosing_a_measure_keeps_the_order_of_the_table(officer, villages):
    rows.surveyed(("33010301",))
    body = officer.get(AREA + "?show=human&sort=-score").content.decode()
    assert 'href="?show=social&amp;sort=-score"' in body
    assert 'href="?show=human&amp;sort=score"' in body


def test_with_outlines_there_is_a_map_with_its_attribution(district_office, sign_in):
    client = sign_in(factories.member("district_officer", of=district_office))
    source = BoundarySource.objects.create(name="x", attribution="Survey Department")
    for number, code in enumerate(("330103", "330105")):
        ring = [[104 + number, 15], [105 + number, 15], [105 + number, 16], [104 + number, 15]]
        Boundary.objects.create(
            area=factories.area(code), source=source, label_lon=104.7 + number, label_lat=15.2,
            geometry={"type": "Polygon", "coordinates": [ring]},
        )  # fmt: skip
    factories.area("330122")
    rows.surveyed(("330103",))
    body = client.get("/areas/3301/").content.decode()
    assert "chart-map" in body and "Survey Department" in body
    assert "1 area has no outline" in body
    assert '<a href="/areas/330103/" tabindex="-1">' in body


def test_a_province_can_be_shown_by_tambon(sign_in):
    office = factories.organization("P33", kind="province", areas=("33",))
    factories.agreement(office, areas=("33",))
    for code in ("330103", "330105", "330201"):
        factories.area(code)
    rows.surveyed(("330103", "330201"))
    client = sign_in(factories.member("province_officer", of=office))
    coarse, fine = (client.get(f"/areas/33/{query}") for query in ("", "?by=tambon&show=human"))
    assert [tiles_of(page) for page in (coarse, fine)] == [
        ["2.00", "2.00"],
        ["2.00", "–", "2.00"],
    ]
    assert table_of(coarse) == ["Mueang Si Sa Ket", "Yang Chum Noi"]
    assert (table_of(fine), without_records(fine)) == (["Khu Sot", "Yang Chum Noi"], ["Chan"])
    assert ("Districts" in text_of(coarse), "Tambons" in text_of(fine)) == (True, True)


def test_a_part_of_a_province_cannot_be_shown_by_tambon(officer):
    factories.area("330105")
    rows.surveyed(("33010301", "33010501"))
    page = officer.get("/areas/33/?by=tambon")
    assert tiles_of(page) == ["2.00"]
    assert "By tambon" not in text_of(page)


def test_one_round_is_compared_with_nothing(officer, villages):
    run = rows.surveyed(("33010301",), waves=((2024, 1),))
    rows.figures(run, "330103", 1.5, wave=(2024, 1))
    assert "chart-rounds" not in officer.get(AREA).content.decode()


def test_rounds_are_compared_once_there_are_two(officer, villages):
    run = rows.surveyed(("33010301",), waves=((2024, 1), (2025, 1)))
    rows.figures(run, "330103", 1.5, wave=(2024, 1))
    rows.figures(run, "330103", 2.25, wave=(2025, 1), change=(6, 3, 1))
    page = officer.get(AREA)
    assert "chart-rounds" in page.content.decode()
    assert "2024/1 10 1.50" in text_of(page)
    assert "Dashed outline: round 2024/1" in text_of(page)


def test_the_figures_at_the_top_and_those_of_a_round_say_whom_they_count(officer, villages):
    """Of 12 households 10 are in the newest round: both figures are right, of other households."""
    run = rows.run(waves=((2024, 1), (2025, 1)))
    rows.figures(run, "330103", 2.0, levels=(4, 5, 3, 0), change=(7, 3, 2))
    rows.figures(run, "330103", 1.5, wave=(2024, 1))
    rows.figures(run, "330103", 2.25, wave=(2025, 1), change=(6, 3, 1))
    told = text_of(officer.get(AREA))
    assert "Latest round of each household against its round before 7 improved, 2 declined" in told
    assert "count every household once, by its latest round, whichever that is" in told
    assert "Each round counts only the households surveyed in it" in told


def test_with_one_round_nothing_is_said_of_others(officer, villages):
    rows.surveyed(("33010301",))
    assert "whichever that is" not in text_of(officer.get(AREA))


def test_a_capital_without_scores_is_a_dash_not_a_one(officer, villages):
    run = rows.run()
    rows.figures(run, "330103", 2.5, natural=None)
    assert "Natural –" in text_of(officer.get(AREA))


def test_a_village_leads_to_its_household_list(officer, villages):
    rows.surveyed(("33010301",))
    page = officer.get("/areas/33010301/")
    assert page.status_code == 200
    assert f"{reverse('registry:list')}?area=33010301" in page.content.decode()
    assert "table-areas" not in page.content.decode()


def test_the_levels_lead_to_the_list_of_that_level(officer, villages):
    rows.surveyed(("33010301",))
    body = officer.get(AREA).content.decode()
    assert f"{reverse('registry:list')}?area=330103&amp;level=1" in body


def test_who_may_not_list_households_is_not_led_there(sign_in):
    agency = factories.organization("MSO", kind="agency", areas=("33",))
    factories.agreement(agency, areas=("33",))
    factories.area("330103")
    rows.surveyed(("33010301",))
    page = sign_in(factories.member("agency_caseworker", of=agency)).get(AREA)
    assert page.status_code == 200
    assert reverse("registry:list") not in page.content.decode()


def test_above_her_area_the_officer_sees_her_part_only_and_is_told(officer):
    factories.area("330105")
    rows.surveyed(("33010301", "33010501"))
    page = officer.get("/areas/3301/")
    assert "You see a part of this area" in text_of(page)
    assert table_of(page) == ["Khu Sot"]
    assert "Households surveyed 10" in text_of(page)


@pytest.mark.parametrize("code", ["330105", "3302", "34", "99", "x", "330103011", "33010"])
def test_another_area_does_not_exist_for_her(officer, villages, code):
    factories.area("330105"), factories.area("330201"), factories.area("34")
    rows.surveyed(("33010301", "33010501"))
    assert officer.get(f"/areas/{code}/").status_code == 404
    assert officer.get(f"/areas/{code}/table.csv").status_code == 404


def test_without_an_agreement_in_force_no_area_is_open(sign_in):
    office = factories.organization("6330113", areas=("330103",))
    client = sign_in(factories.member("tambon_officer", of=office))
    rows.surveyed(("33010301",))
    assert client.get(AREA).status_code == 404
    page = client.get("/areas/")
    assert "No agreement in force opens an area to you" in text_of(page)
    assert (
        f'href="{reverse("registry:list")}">Records of your organisation' in page.content.decode()
    )


@pytest.mark.parametrize("path", ["/areas/", AREA, AREA + "table.csv"])
def test_a_stranger_is_sent_to_sign_in(client, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("accounts:sign_in"))


@pytest.mark.parametrize("path", ["/areas/", AREA, AREA + "table.csv"])
def test_an_administrator_sees_no_figures(tambon_office, sign_in, path):
    client = sign_in(factories.member("administrator", of=tambon_office))
    assert client.get(path).status_code == 403


def test_areas_leads_to_the_smallest_area_that_holds_all_of_hers(officer, villages):
    assert officer.get("/areas/")["Location"] == AREA


def test_areas_offers_a_choice_where_nothing_holds_all(sign_in):
    agency = factories.organization("MSO", kind="agency", areas=("33", "34"))
    factories.agreement(agency, areas=("33", "34"))
    page = sign_in(factories.member("agency_caseworker", of=agency)).get("/areas/")
    assert "/areas/33/" in page.content.decode() and "/areas/34/" in page.content.decode()


def test_before_the_first_run_the_page_says_what_to_do(officer, villages, sign_in):
    assert "There are no scores yet" in text_of(officer.get(AREA))
    province = factories.organization("P33", kind="province", areas=("33",))
    factories.agreement(province, areas=("33",))
    page = sign_in(factories.member("province_officer", of=province)).get(AREA)
    assert reverse("assessment:runs") in page.content.decode()


def test_where_nobody_was_surveyed_the_page_says_what_to_do(officer, villages):
    rows.surveyed(("33010501",))
    assert "Nobody here has been surveyed" in text_of(officer.get(AREA))


def test_the_table_as_a_file_has_the_figures_in_its_order(officer, villages):
    run = rows.surveyed(("33010301",))
    rows.figures(run, "33010302", 1.2)
    answer = officer.get(AREA + "table.csv?sort=score")
    content = answer.content.decode("utf-8-sig")
    lines = list(csv.reader(content.splitlines()))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert lines[0][:4] == ["Code", "Area", "Households", "Scored"]
    assert [line[0] for line in lines[1:]] == ["33010302", "33010301", "33010303"]
    assert lines[1][2:5] == ["10", "10", "1.2"]
    assert lines[3][2:] == [""] * len(lines[3][2:])
    assert AuditEvent.objects.get(action="area.export").detail == {"rows": 3}


def test_a_name_that_looks_like_a_formula_is_written_as_text(district_office, sign_in):
    tambon = factories.area("330103")
    tambon.name_th = tambon.name_en = "=cmd|' /C calc'!A0"
    tambon.save()
    rows.surveyed(("330103",))
    client = sign_in(factories.member("district_officer", of=district_office))
    content = client.get("/areas/3301/table.csv").content.decode("utf-8-sig")
    assert next(csv.reader(content.splitlines()[1:]))[1].startswith("'=")


def test_the_page_costs_as_many_queries_with_many_villages_as_with_few(
    officer, django_assert_max_num_queries
):
    codes = tuple(f"330103{number:02d}" for number in range(1, 31))
    for code in codes:
        factories.area(code)
    rows.surveyed(codes)
    officer.get(AREA)
    with django_assert_max_num_queries(13):
        officer.get(AREA)


def test_the_page_speaks_thai(officer, villages):
    rows.surveyed(("33010301",))
    officer.cookies["django_language"] = "th"
    said = text_of(officer.get(AREA))
    assert "ตำบลคูซอด" in said and "คะแนนเฉลี่ย" in said


def test_a_figure_that_is_too_small_to_publish_is_shown_nowhere(officer, villages):
    run = rows.surveyed(("33010301", "33010303"))
    rows.figures(run, "33010302", 1.36, levels=(3, 0, 0, 0))
    rows.withheld(run, "33010302")
    for query in ("", "?show=level1", "?show=social&sort=-social"):
        page = officer.get(AREA + query)
        assert "1.36" not in text_of(page) + str(tiles_of(page))
        assert "100%" not in tiles_of(page)
        assert "withheld" in tiles_of(page)
    content = officer.get(AREA + "table.csv").content.decode("utf-8-sig")
    line = next(line for line in csv.reader(content.splitlines()) if line[0] == "33010302")
    assert line[2:4] == ["3", "3"]  # how many there are is no secret
    assert {*line[4:11], *line[12:-1]} == {""}
    assert line[-1] == "1"


def test_the_page_of_an_area_with_too_few_says_so_and_leads_to_the_list(officer, villages):
    run = rows.surveyed(("33010301",))
    rows.withheld(run, "33010301")
    page = officer.get("/areas/33010301/")
    assert "Withheld Figures of fewer" in text_of(page)
    assert "Mean score" not in text_of(page).split("Each capital")[0]
    assert "chart-stacked" not in page.content.decode()
    assert f"{reverse('registry:list')}?area=33010301" in page.content.decode()


def test_a_part_of_a_district_does_not_give_a_withheld_tambon_away(sign_in):
    office = factories.organization("x", areas=("330103", "330105"))
    factories.agreement(office, areas=("33",))
    factories.area("330103"), factories.area("330105")
    run = rows.surveyed(("33010301", "33010501"))
    rows.withheld(run, "330105")
    client = sign_in(factories.member("tambon_officer", of=office))
    page = client.get("/areas/3301/")  # 330103 and both together would tell 330105
    assert "Withheld Figures of fewer" in text_of(page)
    assert tiles_of(page) == ["2.00", "withheld"]


def test_intervals_stand_beside_the_share_at_level_1_and_the_mean(officer, villages):
    run = rows.surveyed(("33010301",))
    rows.figures(run, "33010302", 1.6, levels=(6, 4, 0, 0))
    page = officer.get(AREA + "?show=level1")
    assert 'class="interval">6–51%<' in page.content.decode()
    assert "interval" in text_of(page).split("Completeness")[0]
    assert "What the interval means" in text_of(page)


def test_the_file_holds_the_ends_of_the_intervals(officer, villages):
    rows.surveyed(("33010301",))
    content = officer.get(AREA + "table.csv").content.decode("utf-8-sig")
    head, first, *_ = list(csv.reader(content.splitlines()))
    told = dict(zip(head, first, strict=True))
    assert told["At level 1, interval from"] == "0.0567"
    assert told["At level 1, interval to"] == "0.5098"


def test_the_file_of_a_province_by_tambon_has_the_rows_of_the_page(sign_in):
    office = factories.organization("P33", kind="province", areas=("33",))
    factories.agreement(office, areas=("33",))
    for code in ("330103", "330105", "330201"):
        factories.area(code)
    rows.surveyed(("330103", "330201"))
    client = sign_in(factories.member("province_officer", of=office))
    page = client.get("/areas/33/?by=tambon&sort=-score")
    link = re.search(r'href="([^"]+table\.csv[^"]*)"', page.content.decode())[1]
    content = client.get(link.replace("&amp;", "&")).content.decode("utf-8-sig")
    assert [line[0] for line in csv.reader(content.splitlines())][1:] == [
        "330103", "330201", "330105",
    ]  # fmt: skip


def test_figures_that_hardly_differ_have_one_colour_of_the_same_legend(officer):
    run = rows.run()
    rows.figures(run, "330103", 1.6)
    for number in range(1, 6):
        factories.area(f"3301030{number}")
        rows.figures(run, f"3301030{number}", 1.55 + number / 50)
    body = officer.get(AREA).content.decode()
    tiles = body.split('class="tiles"')[1].split("</ul>")[0]
    assert len(set(re.findall(r'fill="(#\w+)"', tiles))) == 1
    assert "1.38–1.74" in body.split('class="legend"')[1].split("</ul>")[0]


def test_the_credit_of_a_known_source_is_in_the_language_of_the_page(district_office, sign_in):
    client = sign_in(factories.member("district_officer", of=district_office))
    source = BoundarySource.objects.create(name="x", attribution="from OCHA/HDX COD-AB Thailand")
    ring = [[104, 15], [105, 15], [105, 16], [104, 15]]
    Boundary.objects.create(
        area=factories.area("330103"), source=source, label_lon=104.7, label_lat=15.2,
        geometry={"type": "Polygon", "coordinates": [ring]},
    )  # fmt: skip
    rows.surveyed(("330103",))
    client.cookies["django_language"] = "th"
    body = client.get("/areas/3301/").content.decode()
    assert "กรมแผนที่ทหาร" in body and "from OCHA" not in body
