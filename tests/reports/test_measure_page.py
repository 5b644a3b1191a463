from __future__ import annotations

import csv
import re
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from tests import factories
from tests.assessment.poverty.people import MEASURE, Home, counted, homes
from tests.once import once
from wattana.accounts.models import AuditEvent
from wattana.kit import vault

pytestmark = pytest.mark.django_db
PAGE = f"/measures/{MEASURE}/"
TABLES = ("areas", "groups", "dimensions", "indicators", "curve")
WOMAN, MAN = ("female", 70), ("male", 40)


@pytest.fixture(autouse=True)
def installation(settings, tmp_path, db):
    settings.DATA = tmp_path / "data"
    settings.KEYS_FILE = tmp_path / "keys.json"
    vault.create_if_missing()


@once
def run():
    """330103: villages of 12 (3 poor), 20 (10 poor) and 4 (2 poor) households; 330105: 30."""
    for code in ("33010301", "33010302", "33010303", "33010501"):
        factories.area(code)
    return counted(
        homes("33010301", 3, 9, members=(WOMAN, MAN))
        + homes("33010302", 10, 10, members=(MAN,))
        + homes("33010303", 2, 2, members=(MAN,))
        + homes("33010501", 27, 3, members=(MAN,))
    )


@pytest.fixture
def officer(tambon_office, sign_in):
    return sign_in(factories.member("tambon_officer", of=tambon_office))


@pytest.fixture
def district(district_office, sign_in):
    return sign_in(factories.member("district_officer", of=district_office))


def text_of(response) -> str:
    body = re.sub(r"<(svg|select).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def file_of(client, table: str, **asked: str) -> list[list[str]]:
    answer = client.get(f"{PAGE}{table}.csv?{urlencode(asked)}")
    assert answer.status_code == 200
    return list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))


def rows_of(client, table: str, **asked: str) -> dict[str, dict[str, str]]:
    head, *lines = file_of(client, table, **asked)
    return {line[0]: dict(zip(head, line, strict=True)) for line in lines}


def test_the_page_tells_h_a_and_m0_with_intervals_and_whence(district, run):
    said = text_of(district.get(PAGE))
    assert "Mueang Si Sa Ket District" in said
    assert "Households 66" in said
    assert "Share of the poor (H) 63.6% interval" in said
    assert "Intensity of poverty (A) 40.0%" in said
    assert "Adjusted headcount ratio (M0) 0.255" in said
    assert "proposed, not official" in said
    assert "not a random sample" in said


def test_every_chart_is_there(district, run):
    body = district.get(PAGE + "?group=head_sex").content.decode()
    for kind in ("chart-bars", "chart-curves", "chart-stacks", 'class="tiles"'):
        assert kind in body
    assert body.count("chart-bars") == 2
    for table in TABLES:
        assert f'href="{PAGE}{table}.csv?area=3301&amp;group=head_sex"' in body


def test_the_address_holds_all_that_is_asked(district, run):
    query = "?area=330105&k=0.4&unit=persons&figure=censored&indicator=N1&group=head_sex:male"
    page = district.get(PAGE + query)
    said = text_of(page)
    assert "Tambon Chan · Sex of the head: Headed by a man" in said
    assert "Poor and deprived: N1" in said
    body = page.content.decode()
    assert 'value="0.4"' in body
    for option in ("censored", "N1", "head_sex:male", "persons"):
        assert f'<option value="{option}" selected>' in body
    assert "?area=33010501&amp;k=0.4&amp;unit=persons" in body


@pytest.mark.parametrize(
    ("k", "share"), [("", "63.6%"), ("0.4", "63.6%"), ("2/5", "63.6%"), ("๐.๔", "63.6%"),
                     ("0.41", "0.0%"), ("1", "0.0%"), (".2", "63.6%")]
)  # fmt: skip
def test_the_cutoff_moves_the_headcount(district, run, k, share):
    assert f"Share of the poor (H) {share}" in text_of(district.get(PAGE, {"k": k}))


@pytest.mark.parametrize(
    "query",
    [{"k": "0"}, {"k": "2"}, {"k": "abc"}, {"k": "-0.3"}, {"k": "1e999999"}, {"k": "1/0"},
     {"k": "."}, {"k": "nan"}, {"figure": "Q"}, {"unit": "cows"}, {"group": "colour"},
     {"group": "head_sex:purple"}, {"figure": "censored", "indicator": "Q9"},
     {"indicator": "<script>"}],
)  # fmt: skip
@pytest.mark.parametrize("path", [PAGE, PAGE + "areas.csv"])
def test_what_the_measure_does_not_know_is_told_plainly(district, query, path):
    answer = district.get(path, query)
    assert answer.status_code == 400
    assert "<script>" not in answer.content.decode().split("<main")[1]


@pytest.mark.parametrize(
    "path",
    ["/measures/global_mpi/", "/measures/five_capitals/", PAGE + "people.csv", PAGE + "?area=x",
     PAGE + "?area=34", PAGE + "?area=3302", PAGE + "areas.csv?area=3302"],
)  # fmt: skip
def test_what_there_is_not_is_not_found(district, run, path):
    factories.area("330201"), factories.area("34")
    assert district.get(path).status_code == 404


def test_the_file_has_the_figures_of_the_page(district, run):
    rows = rows_of(district, "areas", area="330103", figure="contribution", indicator="natural")
    page = text_of(district.get(PAGE, {"area": "330103"}))
    assert list(rows["33010302"])[:4] == ["Code", "Name", "Households", "Population"]
    assert rows["33010301"]["Households"] == "12"
    shares = {code: row["Share of the poor (H)"] for code, row in rows.items()}
    assert shares == {"33010301": "", "33010302": "0.5", "33010303": ""}
    assert "Moo 2 20 50.0%" in page
    assert rows["33010302"]["Part of M0: Natural capital"] == "0.5"


def test_the_other_files_agree_with_the_figures_of_the_area(district, run):
    curve = file_of(district, "curve")
    assert curve == [["k", "H", "M0"], ["0.4", "0.6364", "0.2545"]]
    indicators = rows_of(district, "indicators")
    assert len(indicators) == 37
    assert indicators["N1"]["Poor and deprived"] == "0.6364"
    assert sum(float(row["Part of M0"]) for row in indicators.values()) == pytest.approx(
        1, abs=1e-3
    )
    groups = rows_of(district, "groups", group="head_sex")
    assert groups["female"]["Share of the poor (H)"] == "0.25"
    dimensions = rows_of(district, "dimensions")
    assert dimensions["330105"]["Natural capital"] == "0.5"


def test_a_group_without_anybody_here_says_so(district, run):
    page = district.get(PAGE, {"area": "330105", "group": "head_sex:female"})
    assert "Nobody here was counted" in text_of(page)


@pytest.mark.parametrize("k", ["", "0.01", "0.5", "1"])
@pytest.mark.parametrize("unit", ["households", "persons"])
def test_no_cutoff_unit_or_file_gets_round_what_is_withheld(district, run, k, unit):
    asked = {"area": "330103", "k": k, "unit": unit}
    hidden = {"33010301", "33010303"}  # four households, and those that keep them company
    rows = rows_of(district, "areas", **asked)
    for code, row in rows.items():
        figures = [value for name, value in row.items() if re.search(r"\(|interval", name)]
        assert (set(figures) == {""}) == (code in hidden)
        assert row["Withheld"] == ("1" if code in hidden else "")
    composition = rows_of(district, "dimensions", **asked)
    assert {code for code, row in composition.items() if row["Natural capital"] == ""} == hidden
    page = district.get(PAGE, asked)
    assert text_of(page).count("withheld") >= len(hidden) * 3


@pytest.mark.parametrize("code", ["33010301", "33010303"])
def test_the_page_of_an_area_that_is_withheld_shows_no_figure(district, run, code):
    page = district.get(PAGE, {"area": code})
    assert "Withheld Figures of fewer" in text_of(page)
    assert "(H)" not in text_of(page).split("Withheld Figures of fewer")[0].split("Moo")[-1]
    assert "chart-curves" not in page.content.decode()
    for table in ("indicators", "curve"):
        assert len(file_of(district, table, area=code)) == 1


def test_too_few_in_a_group_are_withheld_where_all_are_not(district, run):
    rows = rows_of(district, "areas", area="3301", group="elderly:yes")
    assert rows["330103"]["Households"] == "12"
    assert rows["330103"]["Withheld"] == ""
    rows = rows_of(district, "areas", area="330103", group="elderly:yes")
    assert rows["33010301"]["Withheld"] == "1"


def test_a_tambon_officer_sees_her_tambon_only(officer, run):
    page = officer.get(PAGE)
    assert "Tambon Khu Sot" in text_of(page)
    assert officer.get(PAGE, {"area": "330105"}).status_code == 404
    assert officer.get(PAGE + "curve.csv", {"area": "330105"}).status_code == 404
    above = officer.get(PAGE, {"area": "3301"})
    assert "You see a part of this area" in text_of(above)
    assert "Households 36" in text_of(above)
    assert set(rows_of(officer, "areas", area="3301")) == {"330103"}


@pytest.mark.parametrize("role", ["researcher", "agency_caseworker", "enumerator"])
def test_each_role_that_sees_areas_sees_the_measure_of_hers(sign_in, run, role):
    office = factories.organization("X", kind="agency", areas=("3301",))
    factories.agreement(office, areas=("33",))
    client = sign_in(factories.member(role, of=office))
    assert "Households 66" in text_of(client.get(PAGE))


def test_without_an_agreement_in_force_there_is_nothing_to_see(sign_in, run):
    office = factories.organization("6330113", areas=("330103",))
    client = sign_in(factories.member("tambon_officer", of=office))
    page = client.get(PAGE)
    assert "No agreement in force opens an area to you" in text_of(page)
    assert "63.6%" not in text_of(page)
    assert file_of(client, "areas") == []
    assert client.get(PAGE, {"area": "330103"}).status_code == 404


@pytest.mark.parametrize("path", ["/measures/", PAGE, PAGE + "areas.csv"])
def test_a_stranger_is_sent_to_sign_in(client, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("accounts:sign_in"))


@pytest.mark.parametrize("path", ["/measures/", PAGE, PAGE + "areas.csv"])
def test_an_administrator_sees_no_figures(tambon_office, sign_in, path):
    client = sign_in(factories.member("administrator", of=tambon_office))
    assert client.get(path).status_code == 403


def test_before_the_first_count_the_page_says_how_to_get_one(officer, district_office, client):
    factories.area("33010301")
    assert "The province or the university counts it" in text_of(officer.get(PAGE))
    assert "Not counted yet" in text_of(officer.get("/measures/"))
    assert officer.get(PAGE + "areas.csv").status_code == 200


def test_who_may_assess_is_led_to_do_it(sign_in):
    province = factories.organization("P33", kind="province", areas=("33",))
    factories.agreement(province, areas=("33",))
    page = sign_in(factories.member("province_officer", of=province)).get(PAGE)
    assert reverse("assessment:runs") in page.content.decode()
    assert f"wattana assess --measure {MEASURE}" in text_of(page)


def test_the_list_of_measures_leads_to_each(district, run):
    page = district.get("/measures/")
    assert f'href="{PAGE}"' in page.content.decode()
    assert "66 households" in text_of(page)


def test_a_name_that_looks_like_a_formula_is_written_as_text(district, run):
    tambon = factories.area("330105")
    tambon.name_th = tambon.name_en = "=cmd|' /C calc'!A0"
    tambon.save()
    assert rows_of(district, "areas")["330105"]["Name"].startswith("'=")
    assert rows_of(district, "dimensions")["330105"]["Name"].startswith("'=")


def test_opening_and_downloading_are_audited_but_not_each_move_of_the_slider(district, run):
    district.get(PAGE)
    district.get(PAGE, {"k": "0.5"}, headers={"HX-Request": "true"})
    file_of(district, "areas")
    events = AuditEvent.objects.filter(action__startswith="measure.").order_by("pk")
    assert [(one.action, one.area_code) for one in events] == [
        ("measure.view", "3301"), ("measure.export", "3301"),
    ]  # fmt: skip
    assert events[1].detail == {"table": "areas", "rows": 2}


def test_the_page_costs_as_many_queries_with_many_villages_as_with_few(
    officer, installation, django_assert_max_num_queries
):
    codes = [f"330103{number:02d}" for number in range(1, 31)]
    for code in codes:
        factories.area(code)
    counted([Home(code, members=(MAN,)) for code in codes for _ in range(12)])
    officer.get(PAGE)
    with django_assert_max_num_queries(12):
        officer.get(PAGE, {"group": "head_sex"})


def test_the_page_speaks_thai(district, run):
    district.cookies["django_language"] = "th"
    said = text_of(district.get(PAGE, {"group": "size"}))
    assert "สัดส่วนคนจน (H) 63.6%" in said
    assert "อยู่คนเดียว" in said
    assert "อำเภอเมืองศรีสะเกษ" in said
