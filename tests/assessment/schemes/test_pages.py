from __future__ import annotations

import json

import pytest
import yaml
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.assessment.conftest import assessed
from tests.assessment.schemes.conftest import publish, surveyed
from wattana.accounts.viewer import Viewer
from wattana.assessment import cli
from wattana.assessment.models import Run, SchemeDraft, SchemeVersion
from wattana.assessment.schemes import actions, fields, queries

pytestmark = pytest.mark.usefixtures("installation")


def signed_in(role: str = "researcher", *, areas: tuple[str, ...] = ("33",), language: str = "en"):
    office = factories.organization(f"o-{role}", areas=areas, kind="province")
    if areas:
        factories.agreement(office, areas=areas)
    client = Client()
    client.force_login(factories.member(role, of=office).user)
    client.cookies["django_language"] = language
    return client


def copied(client: Client) -> str:
    """Copy the shipped scheme; the address of the draft."""
    return client.post(reverse("assessment:scheme_new"), {"version": "2569.1"}).url


def test_a_scheme_is_copied_changed_tried_published_and_chosen_on_the_pages():
    surveyed(home_condition="strong")
    surveyed()
    assessed()
    client = signed_in()
    address = copied(client)
    assert "Draft of a scheme" in client.get(address).text
    client.post(address, {"cut_points.0": "3", "cut_points.1": "3.2", "cut_points.2": "3.5"})
    effect = client.get(f"{address}effect/").text
    assert "<strong>1</strong> of 2 households would change their level" in effect
    assert "Mueang Si Sa Ket" in effect
    assert "Khu Sot" in client.get(f"{address}effect/?by=tambon").text
    named = {"name_th": "เข้มงวด", "name_en": "Strict", "version": "2569.2", "note": "why"}
    page = client.post(f"{address}publish/", named, follow=True).text
    assert "Version 2569.2 is published" in page and "Strict" in page and "why" in page
    client.post(reverse("assessment:scheme_choose"), {"version": "2569.2"})
    assert "version 2569.2" in client.get(reverse("assessment:runs")).text
    done = CliRunner().invoke(cli.assess, ["--json"], catch_exceptions=False)
    told = json.loads(done.output)
    assert told["measure_version"] == "2569.2"
    run = Run.objects.get(current=True)
    shown = client.get(reverse("assessment:run", args=[run.pk])).text
    assert "Strict" in shown and told["definitions_hash"] in shown


def test_faults_stand_beside_their_fields_and_nothing_typed_is_lost():
    client = signed_in()
    address = f"{copied(client)}rule/P2/"
    typed = {"P2.expression": "scale(home_kondition)", "P2.rubric.th": "<script>"}
    page = client.post(address, typed, follow=True).text
    assert "scale(home_kondition)" in page and "Near to it: home_condition" in page
    assert "P2 Condition of the home: rule of the score, character 7" in page
    assert "&lt;script&gt;" in page and "<script>" not in page.split("<main")[1]
    again = signed_in_again(client).get(address).text
    assert "scale(home_kondition)" in again


def signed_in_again(client: Client) -> Client:
    """The same person in a new browser."""
    user = client.session["_auth_user_id"]
    other = Client()
    other.force_login(factories.User.objects.get(pk=user))
    other.cookies["django_language"] = "en"
    return other


def test_a_browser_with_script_gets_faults_and_effect_for_each_change():
    client = signed_in()
    answer = client.post(
        copied(client), {"P1.weight": "heavy"}, headers={"HX-Request": "true"}
    ).text
    assert 'id="fault-P1-weight" hx-swap-oob' in answer and "has to be a number" in answer
    assert "1 field has a fault" in answer and "<html" not in answer


def test_a_taken_version_and_a_faulty_draft_are_refused_with_what_was_typed():
    client = signed_in()
    address = copied(client)
    client.post(address, {"P1.weight": "2"})
    named = {"name_th": "ก", "name_en": "My name", "version": "2569.1", "note": ""}
    refused = client.post(f"{address}publish/", named)
    assert refused.status_code == 400
    assert "exists already" in refused.text and 'value="My name"' in refused.text
    client.post(address, {"P1.weight": "no"})
    refused = client.post(f"{address}publish/", named | {"version": "3"})
    assert refused.status_code == 400 and "Mend the faults" in refused.text
    assert not SchemeVersion.objects.exists()


def test_a_draft_is_thrown_away():
    client = signed_in()
    client.post(f"{copied(client)}discard/")
    assert not SchemeDraft.objects.exists()


def test_two_versions_are_compared_in_words():
    client = signed_in()
    address = copied(client)
    client.post(address, {"boundary_rule": "lower", "P1.weight": "2.5", "natural.weight": "3"})
    publish(SchemeDraft.objects.get(), _author())
    page = client.get(reverse("assessment:scheme_compare"), {"a": "2569.1", "b": "2569.2"}).text
    assert "A score exactly on a boundary" in page and "belongs to the lower level" in page
    assert "P1 Ownership of the home: weight" in page and "2.5" in page
    assert "Natural capital: weight" in page
    same = client.get(reverse("assessment:scheme_compare"), {"a": "2569.2", "b": "2569.2"}).text
    assert "They say the same" in same
    assert client.get(reverse("assessment:scheme_compare"), {"a": "nothing"}).status_code == 404


def _author() -> Viewer:
    return factories.viewer("researcher", user_id=SchemeDraft.objects.get().created_by)


def test_a_version_is_shown_and_downloaded_as_the_reader_reads_it(draft, editor):
    draft = actions.save(draft=draft, typed={"P1.weight": "2"}, by=editor)
    made = publish(draft, editor)
    client = signed_in("province_officer")
    shown = client.get(reverse("assessment:scheme_version", args=[made.pk])).text
    assert "Trial" in shown and "weight 2" in shown and made.definitions_hash in shown
    text = client.get(reverse("assessment:scheme_yaml", args=[made.pk])).text
    assert fields.read("five_capitals", yaml.safe_load(text)).definitions_hash == (
        made.definitions_hash
    )


def test_a_province_officer_reads_schemes_but_does_not_change_them(draft):
    client = signed_in("province_officer")
    page = client.get(reverse("assessment:schemes")).text
    assert "2569.1" in page and "Copy" not in page
    for name in ("scheme_new", "scheme_choose"):
        assert client.post(reverse(f"assessment:{name}"), {"version": "2569.1"}).status_code == 403


def test_another_researchers_draft_does_not_exist(draft):
    client = signed_in()
    for name in ("scheme_draft", "scheme_effect", "scheme_publish"):
        assert client.get(reverse(f"assessment:{name}", args=[draft.pk])).status_code == 404
    for name in ("scheme_draft", "scheme_publish", "scheme_discard"):
        assert client.post(reverse(f"assessment:{name}", args=[draft.pk])).status_code == 404
    assert SchemeDraft.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize("code", ["X9", "human", "settings"])
def test_a_rule_that_cannot_be_changed_is_not_found(code):
    client = signed_in()
    assert client.get(f"{copied(client)}rule/{code}/").status_code == 404


def test_an_unknown_version_is_not_copied_chosen_or_run():
    client = signed_in()
    for name in ("scheme_new", "scheme_choose"):
        assert client.post(reverse(f"assessment:{name}"), {"version": "x"}).status_code == 404
    assert client.get(reverse("assessment:scheme_version", args=[12345])).status_code == 404
    assert not SchemeDraft.objects.exists()


def test_the_pages_speak_thai():
    surveyed()
    assessed()
    client = signed_in(language="th")
    address = copied(client)
    page = client.get(address).text
    assert "ฉบับร่าง" in page and "Draft" not in page.split("<main")[1]
    effect = client.get(f"{address}effect/").text
    assert "อยู่ลำบาก" in effect and "households" not in effect


def test_the_list_says_which_scheme_is_in_use_and_which_comes_next(draft, editor):
    surveyed()
    assessed()
    made = publish(actions.save(draft=draft, typed={"P1.weight": "2"}, by=editor), editor)
    actions.choose(scheme=queries.scheme(made.pk), by=editor)
    rows = signed_in().get(reverse("assessment:schemes")).text.split("<tr>")
    new, old = rows[2], rows[3]
    assert "2569.2" in new and "next run" in new and "in the current run" not in new
    assert "2569.1" in old and "in the current run" in old and "Use for the next run" in old
