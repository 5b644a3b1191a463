from __future__ import annotations

import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

import wattana
from tests import factories
from tests.assessment.conftest import assessed, scored
from tests.assessment.prediction.conftest import home
from wattana.accounts.models import AuditEvent
from wattana.accounts.viewer import System
from wattana.assessment.models import HouseholdResult, Prediction
from wattana.assessment.prediction import actions, facts, queries, research
from wattana.assessment.prediction.cli import predict
from wattana.kernel import keys
from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from wattana.kit.vault import vault
from wattana.methods.prediction import Facts
from wattana.methods.prediction.training import TooFew, train
from wattana.registry.actions import consents
from wattana.registry.models import Household
from wattana.rules import codebook as codebooks
from wattana.surveys.models import VisitPerson

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain")]
OFFICER = {"role": "tambon_officer", "areas": ("330103",)}


def officer(**more):
    return factories.viewer(**OFFICER | more)


def trained(**more) -> Prediction:
    return actions.train(by=System(), **more)


def test_training_finds_what_makes_households_poor_and_says_how_wrong_it_is(learnt):
    row = trained()
    card = row.card
    assert row.current and row.households == 150 and row.villages == 12
    assert card["useful"] and card["model"]["auc"] > 0.8 > card["baseline"]["auc"]
    assert set(card["model"]["groups"]) == {"district", "head", "type"}
    assert card["model"]["groups"]["district"]["3301"]["households"] == 100
    assert row.run == learnt
    assert AuditEvent.objects.filter(action="prediction.train", object_id=row.pk).exists()


def test_training_again_gives_the_same_numbers_and_takes_the_place_of_the_first(learnt):
    first, second = trained(), trained()
    assert (first.parameters, first.card) == (second.parameters, second.card)
    assert queries.current().pk == second.pk
    assert Prediction.objects.filter(current=True).count() == 1


def test_the_kept_table_repeats_the_training_and_names_nobody(learnt):
    row = trained()
    file = settings.DATA / "predictions" / keys.to_text(row.pk) / "training.parquet"
    table = pq.read_table(file).to_pandas()
    names = [n for n in table.columns if n not in ("household", "area", "poor")]
    again = train(
        Facts(
            tuple(names),
            table[names].to_numpy(dtype=float),
            table["household"].to_numpy(dtype=str),
            table["area"].to_numpy(dtype=str),
        ),
        table["poor"].to_numpy(),
    )
    assert again.model.as_json() == row.parameters and again.data_hash == row.data_hash
    ids = {str(pk) for pk in Household.objects.values_list("pk", flat=True)}
    assert not ids & set(table["household"])


def test_nothing_of_health_is_read(learnt):
    book = codebooks.load()
    sensitive = {n for n, v in book.variables.items() if v.sensitivity == "sensitive"}
    names = {*facts.REGISTERED, *facts.EARLIER}
    assert not names & sensitive
    assert "earlier_human" not in names and "earlier_score" not in names


def test_who_was_surveyed_before_is_also_known_by_the_round_before(learnt):
    for result in HouseholdResult.objects.filter(run=learnt).select_related("household"):
        again = 1.3 if result.level == 1 else 3.1
        scored(result.household.area_id, again, year=2026, home=result.household)
    assessed()
    row = trained(kind="again")
    assert row.parameters["names"][-2] == "earlier_social"
    assert row.card["model"]["auc"] > 0.95
    assert queries.usual_kind() == "again"  # the page opens with those for whom there is a model
    assert 'value="again" selected' in signed_in().get(reverse("assessment:visit_next")).text
    assert "earlier_social" not in trained().parameters["names"]
    assert queries.usual_kind() == "never"
    assert queries.visit_next(officer(), kind="again").waiting == 0
    scored("33010301", 3.1, year=2027, home=HouseholdResult.objects.first().household)
    assessed()
    found = queries.visit_next(officer(), kind="again")
    assert found.waiting == 0, "one visit ahead of the others makes nobody wait"


def test_too_few_surveyed_households_are_refused_with_the_numbers(installation, plain):
    for _ in range(5):
        scored("33010301", 1.2)
    assessed()
    with pytest.raises(TooFew, match="5 households in 1 villages, 5 of them poor"):
        trained()
    assert not Prediction.objects.exists()
    assert not (settings.DATA / "predictions").exists()


def test_without_a_run_there_is_nothing_to_learn_from(installation):
    with pytest.raises(Conflict, match="nothing to learn from"):
        trained()
    with pytest.raises(Conflict, match="nothing to learn from"):
        research.study(["home_rent"], {})


def test_only_those_who_assess_train(learnt):
    with pytest.raises(Forbidden):
        actions.train(by=officer())


def test_those_not_surveyed_come_in_the_order_of_the_model_with_reasons(learnt):
    small, large = home("33010301", 0), home("33010302", 4)
    trained()
    found = queries.visit_next(officer())
    assert [row.household for row in found.rows] == [large.pk, small.pk]
    assert found.waiting == 2
    said = [str(reason.fact) for reason in found.rows[0].reasons]
    assert any("children" in one or "TPMAP" in one for one in said), said
    assert not hasattr(found.rows[0], "probability")


def test_surveyed_moved_and_foreign_households_are_not_suggested(learnt):
    elsewhere = home("33020101", 4)
    moved = home("33010301", 4)
    Household.objects.filter(pk=moved.pk).update(status="moved")
    trained()
    assert queries.visit_next(officer()).rows == []
    district = officer(areas=("3302",))
    assert [row.household for row in queries.visit_next(district).rows] == [elsewhere.pk]
    with pytest.raises(NotFound):
        queries.visit_next(officer(), "330201")


def test_a_model_no_better_than_chance_suggests_nobody(learnt):
    home("33010301", 4)
    row = trained()
    row.card["useful"] = False
    row.save()
    found = queries.visit_next(officer())
    assert found.waiting == 1 and found.rows == []


def test_a_large_area_offers_its_tambons(learnt, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 1)
    home("33010301", 4)
    home("33010501", 4)
    trained()
    found = queries.visit_next(officer(role="district_officer", areas=("3301",)))
    assert found.rows == [] and found.tambons == {"330103": 1, "330105": 1}


def test_suggesting_leaves_no_trace_on_a_household(learnt):
    home("33010301", 4)
    before = list(Household.objects.order_by("pk").values())
    trained()
    queries.visit_next(officer())
    assert list(Household.objects.order_by("pk").values()) == before


def test_facts_count_who_lives_there_now_and_leave_unknown_what_nobody_recorded(installation):
    made = home("33010301", 2)
    gone = factories.person(made, relation="child", sex="male", birth_year=2020)
    gone.left_on = "2024-01-01"
    gone.save()
    bare = factories.household("33010301")
    factories.person(bare)
    known = facts.known(Household.objects.all(), vault())
    rows = [dict(zip(known.facts.names, row, strict=True)) for row in known.facts.values.tolist()]
    by_id = dict(zip(known.ids, rows, strict=True))
    assert by_id[made.pk]["members"] == 3 and by_id[made.pk]["children_0_6"] == 2
    assert by_id[made.pk]["head_female"] == 1 and by_id[made.pk]["head_age"] == 40
    assert by_id[bare.pk]["members"] == 1
    assert by_id[bare.pk]["children_0_6"] != by_id[bare.pk]["children_0_6"], "not known"
    assert by_id[bare.pk]["head_female"] != by_id[bare.pk]["head_female"], "not known"


# --- research


def test_research_predicts_from_any_variables_and_expressions(learnt):
    study = research.study(["expense__food"], {"size": "count_members()"}).trained
    assert study.model.names == ("expense__food", "size", "place_rate")
    assert study.judged.quality.auc > 0.99, "the plain measure is made of this answer"


def test_choices_become_one_feature_each(learnt):
    names = research.study(["home_condition", "assets", "tap_water"], {}).trained.model.names
    assert "home_condition=strong" in names and "tap_water" in names
    assert any(name.startswith("assets=") for name in names)


@pytest.mark.parametrize(
    ("variables", "features", "says"),
    [
        (["nothing"], {}, "nothing"),
        (["health"], {}, "health or disability"),
        ([], {"ill": "count_members(health = 'bedridden')"}, "health or disability"),
        ([], {"x": "home_kondition"}, "Near to it"),
        ([], {"x": "1; DROP TABLE"}, "x"),
        ([], {}, "at least one"),
        (["home_rent", "home_rent"], {}, "stands twice"),
        (["age"], {}, "--feature NAME=EXPRESSION"),
    ],
)
def test_unsuitable_variables_are_refused(learnt, variables, features, says):
    with pytest.raises(Invalid, match=re.escape(says)):
        research.study(variables, features)


def _withdraw(home, purpose, person=None, again=False):
    by = factories.viewer(areas=("33",), organization_id=home.owner_id)
    given = {"household": home.pk, "purpose": purpose, "method": "spoken", "given_on": "1/1/2568",
             "person": person and person.pk, "by": by}  # fmt: skip
    consents.withdraw(consent=consents.record(**given).pk, by=by)
    if again:
        consents.record(**given)


def test_research_does_without_those_who_withdrew_consent_to_it_and_counts_them(learnt):
    def seen() -> tuple[int, dict]:
        study = research.study(["expense__food"], {"size": "count_members()"})
        return study.trained.judged.quality.households, dict(study.left_out)

    one, two, three, four = Household.objects.filter(visits__isnull=False).order_by("pk")[:4]
    VisitPerson.objects.create(visit=four.visits.get(), person=four.persons.first())
    assessed()
    everybody, left_out = seen()
    assert left_out == {"households": 0, "persons": 0}
    _withdraw(one, "research")
    _withdraw(two, "survey")  # since the snapshot
    _withdraw(three, "research", again=True)
    _withdraw(four, "referral")
    _withdraw(four, "research", person=four.persons.first())
    assert seen() == (everybody - 2, {"households": 2, "persons": 1})


def test_the_command_of_a_study_says_how_many_consent_left_out(learnt):
    _withdraw(Household.objects.filter(visits__isnull=False).first(), "research")
    asked = ["--variables", "expense__food"]
    told = json.loads(CliRunner().invoke(predict, [*asked, "--json"]).stdout)
    assert told["left_out"] == {"households": 1, "persons": 0}
    with translation.override("th"):
        assert "ไม่นำมาวิเคราะห์เพราะถอนความยินยอม" in CliRunner().invoke(predict, asked).stdout


def test_poor_may_mean_a_score_under_a_number(learnt):
    at_level_1 = HouseholdResult.objects.filter(run=learnt, level=1).count()
    study = research.study(["expense__food"], {}, below=1.5).trained
    assert study.judged.quality.poor == at_level_1
    with pytest.raises(TooFew, match="150 of them poor"):
        research.study(["expense__food"], {}, below=3.5)


# --- command


def test_the_command_trains_and_tells_in_json(learnt):
    told = json.loads(CliRunner().invoke(predict, ["--json"]).output)
    assert told["prediction"] == keys.to_text(Prediction.objects.get().pk)
    assert told["model"]["auc"] > 0.8 and told["seed"] == 1 and told["capacity"] == 0.2


def test_the_command_tells_a_person_in_words(learnt):
    with translation.override("th"):
        lines = CliRunner().invoke(predict, []).stdout.splitlines()
    told = dict(line.split(": ", 1) for line in lines)
    assert told["แม่นกว่าการสุ่มและกว่าการดูจากตำบลเพียงอย่างเดียว"] in ("ใช่", "ไม่ใช่")
    assert told["แบบคาดการณ์นี้"].startswith("ครัวเรือน ") and told["เลขตั้งต้น"] == "1"
    assert [name for name in told if re.search("[a-z]", name)] == []


def test_the_command_writes_card_and_model(learnt, tmp_path):
    CliRunner().invoke(predict, ["--out", str(tmp_path / "m"), "--json"])
    card = (tmp_path / "m" / "card.en.md").read_text(encoding="utf-8")
    assert "AUC" in card and "never denies" in card
    assert "ไม่ปฏิเสธ" in (tmp_path / "m" / "card.th.md").read_text(encoding="utf-8")
    stored = json.loads((tmp_path / "m" / "model.json").read_text(encoding="utf-8"))
    assert stored["parameters"] == Prediction.objects.get().parameters


@pytest.mark.parametrize("args", [["--feature", "x"], ["--feature", "1a=1"]])
def test_a_feature_without_a_name_is_refused(learnt, args):
    assert isinstance(CliRunner().invoke(predict, args).exception, Invalid)


def test_research_is_not_put_to_use(learnt):
    done = CliRunner().invoke(predict, ["--variables", "expense__food", "--json"])
    assert json.loads(done.output)["prediction"] is None
    assert not Prediction.objects.exists()


# --- pages


def signed_in(role: str = "tambon_officer", areas: tuple[str, ...] = ("330103",)) -> Client:
    office = factories.organization(f"o-{role}", areas=areas)
    factories.agreement(office, areas=areas)
    client = Client()
    client.force_login(factories.member(role, of=office).user)
    client.cookies["django_language"] = "en"
    return client


def test_the_page_says_that_it_is_a_suggestion_and_leads_to_a_survey(learnt):
    made = home("33010301", 4)
    trained()
    client = signed_in()
    page = client.get(reverse("assessment:visit_next")).text
    assert "A suggestion, nothing more" in page and "no level" in page
    assert reverse("surveys:start", args=[made.pk]) in page
    assert "usual:" in page and ("TPMAP" in page or "children" in page)
    assert AuditEvent.objects.filter(action="prediction.read").exists()
    district = signed_in("district_officer", ("3301",)).get(reverse("assessment:visit_next")).text
    assert reverse("registry:household", args=[made.pk]) in district
    assert reverse("surveys:start", args=[made.pk]) not in district


@pytest.mark.parametrize("role", ["enumerator", "agency_caseworker", "researcher", "administrator"])
def test_others_do_not_see_whom_to_visit(learnt, role):
    assert signed_in(role).get(reverse("assessment:visit_next")).status_code == 403
    assert Client().get(reverse("assessment:visit_next")).status_code == 302


def test_a_foreign_or_unknown_area_is_not_found(learnt):
    trained()
    client = signed_in()
    for area, status in (("330201", 404), ("99", 404), ("x", 400), ("330103' OR 1=1", 400)):
        answer = client.get(reverse("assessment:visit_next"), {"area": area})
        assert answer.status_code == status, area


def test_before_any_model_the_pages_say_what_to_do(installation):
    client = signed_in()
    assert "wattana predict" in client.get(reverse("assessment:visit_next")).text
    assert "wattana predict" in client.get(reverse("assessment:prediction")).text
    assert client.get(reverse("assessment:prediction_json")).status_code == 409
    assert client.get(reverse("assessment:prediction_markdown")).status_code == 409


def test_the_card_is_open_to_every_member_and_holds_no_village(learnt):
    trained()
    client = signed_in("enumerator")
    page = client.get(reverse("assessment:prediction")).text
    assert "never denies" in page and "Mueang Si Sa Ket" in page and "a woman" in page
    text = client.get(reverse("assessment:prediction_json")).text
    assert json.loads(text)["snapshot"] and "33010301" not in text and "330103" not in text
    assert "# Model card" in client.get(reverse("assessment:prediction_markdown")).text
    assert Client().get(reverse("assessment:prediction")).status_code == 302


# --- never a fact

SOURCES = Path(wattana.__file__).parent
MAY_IMPORT = {  # addresses, the command, the demo, what removes old files
    "assessment/urls.py", "site/cli.py", "site/demonstration.py", "demo/actions.py",
    "assessment/pruning.py",
}  # fmt: skip


def test_no_list_export_level_or_right_reads_a_prediction():
    """Only addresses, the command and the demo know the room; nothing else imports it."""
    inside = SOURCES / "assessment" / "prediction"
    knowing = {
        str(file.relative_to(SOURCES))
        for file in SOURCES.rglob("*.py")
        if inside not in file.parents
        and re.search(
            r"assessment\.prediction|methods\.prediction|import .*\bPrediction\b",
            file.read_text(encoding="utf-8"),
        )
    }
    own = ("methods/prediction/", "assessment/models/", "assessment/migrations/")
    assert {name for name in knowing if not name.startswith(own)} <= MAY_IMPORT
