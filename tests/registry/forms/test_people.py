"""People are entered and corrected on screen."""

from __future__ import annotations

import re

import pytest

from tests import factories
from tests.registry.forms.conftest import go
from tests.registry.pages import text_of
from tests.rules import rulebooks
from wattana.kernel import keys
from wattana.kernel.problems import Invalid
from wattana.registry import history, kinship
from wattana.registry.actions import persons
from wattana.registry.models import Person

pytestmark = pytest.mark.django_db
ID = "9330100001018"


def test_the_first_person_is_proposed_as_head_and_another_may_follow(desk, home):
    assert '<option value="head" selected>' in desk.get(go("person_new", home.pk)).content.decode()
    form = {"first_name": "สมศรี", "relation": "head", "registered": "here_lives",
            "national_id": ID, "birth_date": "2508", "another": "1"}  # fmt: skip
    assert desk.post(go("person_new", home.pk), form).url == go("person_new", home.pk)
    assert Person.objects.get().birth_year == 1965


def test_a_person_form_wants_a_number_or_the_reason(desk, home):
    form = {"first_name": "ก", "relation": "child", "registered": "unknown"}
    page = desk.post(go("person_new", home.pk), form)
    assert "or the reason why there is none" in text_of(page)
    page = desk.post(go("person_new", home.pk), form | {"national_id": ID, "no_id_reason": "lost"})
    assert page.status_code == 422
    page = desk.post(go("person_new", home.pk), form | {"national_id": "9330100001019"})
    assert "check digit" in text_of(page)
    assert 'value="9330100001019"' in page.content.decode()


def test_number_and_reason_are_not_called_optional_where_one_of_them_is_needed(desk, officer, home):
    page = text_of(desk.get(go("person_new", home.pk)))
    assert "National ID (one of the two)" in page
    assert "Why there is no national ID (one of the two)" in page
    known = persons.create(household=home.pk, by=officer, first_name="ก", national_id=ID)
    page = text_of(desk.get(go("person", known.pk)))
    assert "New national ID (optional)" in page and "one of the two" not in page


def test_a_parent_younger_than_the_head_is_asked_about_and_not_refused(desk, home):
    factories.person(home, relation="head", birth_year=1965)
    form = {"first_name": "ก", "relation": "parent", "registered": "unknown",
            "no_id_reason": "not_asked", "birth_date": "2558"}  # fmt: skip
    asked = desk.post(go("person_new", home.pk), form)
    assert asked.status_code == 422 and Person.objects.count() == 1
    assert "at least 12 years older than the head" in text_of(asked)
    assert _marked(asked) == {"relation", "birth_date"}
    assert 'name="sure"' in asked.content.decode().split('name="birth_date"')[1]
    desk.post(go("person_new", home.pk), form | {"sure": "on"})
    parent = Person.objects.get(relation="parent")
    there = go("person", parent.pk)
    form["birth_date"] = re.search(
        r'name="birth_date" value="([^"]+)"', desk.get(there).content.decode()
    )[1]
    edited = form | {"seen": str(history.latest(parent)), "phone": "0812345678"}
    assert desk.post(there, edited).status_code == 302, "what stood before is not asked again"
    edited |= {"seen": str(history.latest(parent)), "relation": "grandchild"}
    assert desk.post(there, edited).status_code == 302, "fifty years younger"


def _marked(page) -> set[str]:
    """The fields that are shown as needing a look."""
    tags = re.findall(r"<(?:input|select)[^>]*is-invalid[^>]*>", page.content.decode())
    return {re.search(r'name="([^"]+)"', tag)[1] for tag in tags}


BARE = {"first_name": "ก", "relation": "child", "no_id_reason": "not_asked"}


def test_a_sex_left_empty_is_taken_from_the_title_and_told(desk, home):
    form = BARE | {"title": "น.ส."}
    page = desk.post(go("person_new", home.pk), form, follow=True)
    assert Person.objects.get().sex == "female"
    assert "The sex was taken from the title: female." in text_of(page)
    page = desk.post(go("person_new", home.pk), BARE | {"title": "ดร."}, follow=True)
    assert "taken from the title" not in text_of(page)


def test_a_title_against_the_sex_is_asked_about_and_not_refused(desk, home):
    form = BARE | {"title": "นาย", "sex": "female"}
    asked = desk.post(go("person_new", home.pk), form)
    assert asked.status_code == 422 and not Person.objects.exists()
    told = "By the title this person is male. Look at title and sex."
    assert text_of(asked).count(told) == 4, "above and at each of the two fields"
    summary = asked.content.decode().split('id="errors"')[1].split("<form")[0]
    assert re.findall(r'href="#id_(\w+)"', summary) == ["title", "sex"]
    assert _marked(asked) == {"title", "sex"}
    assert "If they are right, tick “It is right as it stands: save it”" in text_of(asked)
    desk.post(go("person_new", home.pk), form | {"sure": "on"})
    one = Person.objects.get()
    assert (one.title, one.sex) == ("นาย", "female")
    edited = form | {"seen": str(history.latest(one)), "phone": "0812345678",
                     "registered": "unknown"}  # fmt: skip
    assert desk.post(go("person", one.pk), edited).status_code == 302, "it stood so before"


def test_who_is_on_no_house_register_is_not_presumed_to_be(desk, home):
    desk.post(go("person_new", home.pk), BARE | {"no_id_reason": "never_registered"})
    desk.post(go("person_new", home.pk), BARE | {"no_id_reason": "", "national_id": ID})
    said = Person.objects.order_by("pk").values_list("registered", flat=True)
    assert list(said) == ["unknown", "here_lives"]


def test_a_birth_never_registered_in_a_house_register_is_asked_about(desk, home):
    form = BARE | {"no_id_reason": "never_registered", "registered": "here_lives"}
    asked = desk.post(go("person_new", home.pk), form)
    assert "stands in no house register" in text_of(asked) and not Person.objects.exists()
    assert _marked(asked) == {"registered", "no_id_reason"}
    assert desk.post(go("person_new", home.pk), form | {"sure": "on"}).status_code == 302


@pytest.mark.parametrize(
    ("relation", "born", "text"),
    [
        ("parent", 1954, "12 years older"),
        ("parent", 1953, ""),
        ("child", 1976, "12 years younger"),
        ("child", 1977, ""),
        ("grandchild", 1988, "24 years younger"),
        ("grandchild", 1989, ""),
        ("spouse", 1999, ""),
        ("parent", None, ""),
    ],
)
def test_relations_and_years_of_birth_that_hardly_fit(home, relation, born, text):
    head = factories.person(home, relation="head", birth_year=1965)
    asked = kinship.doubt(relation, born, [head])
    assert text in str(asked) if text else asked is None
    member = factories.person(home, relation=relation, birth_year=born)
    assert bool(kinship.doubt("head", 1965, [member])) == bool(text), "whoever is entered first"


def test_the_years_that_are_asked_about_stand_in_the_rulebook_and_say_whether_they_are_proposed(
    tmp_path,
):
    root = rulebooks.copy(tmp_path)
    told = str(kinship.read_rule(root).too_young("parent"))
    assert "12 years older than the head, as a rule (proposed)." in told
    rulebooks.change(root, "kinship.yaml", "parent: 12", "parent: 14")
    rulebooks.change(root, "kinship.yaml", "status: proposed", "status: stated")
    told = str(kinship.read_rule(root).too_young("parent"))
    assert "14 years older than the head, as a rule." in told
    rulebooks.change(root, "kinship.yaml", "{child: 12,", "{chlid: 12,")
    with pytest.raises(Invalid, match=r"kinship.yaml.*chlid"):
        kinship.read_rule(root)


def test_a_taken_number_links_to_the_household_of_the_scope(desk, officer, home):
    other = factories.household(house_no="2")
    persons.create(household=other.pk, by=officer, first_name="ข", national_id=ID)
    form = {"first_name": "ก", "relation": "child", "registered": "unknown", "national_id": ID}
    page = desk.post(go("person_new", home.pk), form)
    assert page.status_code == 422
    assert go("household", other.pk) in page.content.decode()
    away = factories.household("33010501")
    Person.objects.update(household=away)
    page = desk.post(go("person_new", home.pk), form)
    assert "in another area already" in text_of(page)
    assert keys.to_text(away.pk) not in page.content.decode()


def test_a_person_is_corrected_and_her_number_stays_hidden(desk, officer, home):
    one = persons.create(
        household=home.pk, by=officer, first_name="ก", national_id=ID, birth_date="25/2/2508"
    )
    page = desk.get(go("person", one.pk))
    body = page.content.decode()
    assert ID not in body
    assert 'value="25/2/1965"' in body
    form = {"first_name": "ข", "relation": "child", "registered": "unknown",
            "birth_date": "25/2/1965", "seen": str(history.latest(one))}  # fmt: skip
    assert desk.post(go("person", one.pk), form).status_code == 302
    one.refresh_from_db()
    assert (one.first_name, one.has_national_id) == ("ข", True)


def test_a_wrong_death_can_be_taken_back(desk, officer, home):
    one = factories.person(home)
    assert "died_on" not in desk.get(go("person", one.pk)).context["form"].fields
    desk.post(go("person_death", one.pk), {"on": "1/1/2568"})
    one.refresh_from_db()
    assert one.died_on
    form = {
        "first_name": "ก",
        "relation": "child",
        "registered": "unknown",
        "no_id_reason": "not_asked",
        "died_on": "",
        "seen": str(history.latest(one)),
    }
    desk.post(go("person", one.pk), form)
    one.refresh_from_db()
    assert one.died_on is None
