"""Agreements on their pages: recorded, renewed and ended early."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from tests import factories
from wattana.accounts.models import Agreement
from wattana.kit.dates import format_date

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(operator):
    factories.area("3301")
    return {
        "title_th": "บันทึกข้อตกลง",
        "title_en": "Agreement",
        "starts": "1/1/2570",
        "ends": "31 ธ.ค. 2572",
        "purposes": ["collect", "refer"],
        "parties": [operator.organization_id, factories.organization().pk],
        "areas": "3301 เมืองศรีสะเกษ",
    }


def test_an_agreement_is_recorded_on_the_page(operator, form, signed_in):
    client = signed_in(operator)
    answer = client.post(reverse("accounts:agreement_new"), form)
    made = Agreement.objects.get()
    assert answer.url == reverse("accounts:agreement", args=[made.pk])
    assert (made.starts, made.ends) == (dt.date(2027, 1, 1), dt.date(2029, 12, 31))
    page = client.get(answer.url).content.decode()
    assert "not begun" in page and "collect and record household data" in page


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"areas": "3301\n\n3301\n330120x"}, "Row 3: 3301 stands here twice. Remove one."),
        ({"areas": "เมือง"}, "does not begin with an area code"),
        ({"areas": "33O1"}, "“33O1” does not begin with an area code"),
        ({"areas": "33 01"}, "“33 01” does not begin with an area code"),
        ({"areas": "33-01"}, "“33-01” does not begin with an area code"),
        ({"areas": ""}, "This field is required."),
        ({"starts": "1/1/2573"}, "The last day lies before the first day."),
        ({"starts": "31/2/2570"}, "31/2/2570"),
        ({"purposes": []}, "This field is required."),
        ({"purposes": ["sell"]}, "Select a valid choice."),
        ({"parties": [1, 2]}, "Select a valid choice."),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_and_what_was_typed_is_kept(operator, form, signed_in, wrong, text):
    page = signed_in(operator).post(reverse("accounts:agreement_new"), form | wrong)
    assert page.status_code == 200
    shown = page.content.decode()
    assert text in shown and 'role="alert"' in shown
    assert 'value="บันทึกข้อตกลง"' in shown
    assert not Agreement.objects.exists()


def test_one_party_is_not_enough(operator, form, signed_in):
    page = signed_in(operator).post(
        reverse("accounts:agreement_new"), form | {"parties": form["parties"][:1]}
    )
    assert "Choose at least two parties." in page.content.decode()


def test_a_renewal_begins_where_the_old_one_stopped(operator, signed_in):
    old = factories.agreement(
        operator.organization,
        factories.organization(),
        starts=dt.date(2022, 5, 30),
        ends=dt.date(2025, 5, 30),
    )
    client = signed_in(operator)
    page = reverse("accounts:agreement_renew", args=[old.pk])
    shown = client.get(page).content.decode()
    assert 'value="31 May 2025"' in shown and "3301 Mueang Si Sa Ket" in shown
    given = {
        "title_th": "ฉบับที่สอง", "title_en": "", "starts": "31 May 2025", "ends": "30/5/2571",
        "purposes": ["collect"], "parties": list(old.parties.values_list("pk", flat=True)),
        "areas": "3301 เมืองศรีสะเกษ",
    }  # fmt: skip
    early = client.post(page, given | {"starts": "30/5/2568"})
    assert "begins after the last day" in early.content.decode()
    answer = client.post(page, given)
    assert Agreement.objects.get(renews=old).title_th == "ฉบับที่สอง"
    history = client.get(answer.url).content.decode()
    assert reverse("accounts:agreement", args=[old.pk]) in history and "ended" in history


def test_what_was_ended_early_is_renewed_from_that_day_on_without_a_gap(operator, signed_in):
    old = factories.agreement(
        operator.organization, factories.organization(), ended_early_at=timezone.now()
    )
    with translation.override("en"):
        today = format_date(timezone.localdate())
    shown = signed_in(operator).get(reverse("accounts:agreement_renew", args=[old.pk])).text
    assert f'name="starts" value="{today}"' in shown
    assert f"whose last day is {today}" in shown


def test_an_agreement_is_ended_early_after_a_question(operator, signed_in):
    made = factories.agreement(operator.organization, factories.organization())
    client = signed_in(operator)
    page = reverse("accounts:agreement_end", args=[made.pk])
    assert "closed at once" in client.get(page).content.decode()
    made.refresh_from_db()
    assert made.ended_early_at is None
    assert "The agreement has ended." in client.post(page, follow=True).content.decode()
    assert "ended already" in client.post(page, follow=True).content.decode()


def test_the_page_that_ends_an_agreement_says_that_its_renewal_stays(operator, signed_in):
    made = factories.agreement(operator.organization, factories.organization())
    client = signed_in(operator)
    page = reverse("accounts:agreement_end", args=[made.pk])
    assert "renewal" not in client.get(page).content.decode()
    renewal = factories.agreement(
        operator.organization, renews=made, title_en="What follows",
        starts=dt.date(2031, 5, 30), ends=dt.date(2034, 5, 30),
    )  # fmt: skip
    told = client.get(page).content.decode()
    assert "stays as it is, and begins no sooner than 30 May 2031" in told
    assert reverse("accounts:agreement", args=[renewal.pk]) in told
