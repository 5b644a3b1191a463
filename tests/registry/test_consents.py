from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.translation import override

from tests import factories
from tests.registry.pages import text_of
from wattana.accounts.models import AuditEvent
from wattana.accounts.viewer import System
from wattana.kernel.problems import Conflict, Invalid, NotFound
from wattana.registry import naming, notice, panels, sections
from wattana.registry.actions import consents
from wattana.registry.models import Consent, FieldChange, PrivacyNotice

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(db):
    return factories.household()


def record(home, officer, **more):
    return consents.record(
        **{"household": home.pk, "purpose": "survey", "method": "signature",
           "given_on": "5/1/2568", "by": officer} | more
    )  # fmt: skip


def test_a_consent_keeps_the_version_that_was_told(officer, home):
    made = record(home, officer)
    assert made.notice.version == notice.VERSION
    consents.publish_notice(version="2", text_th="ข้อความ", text_en="Text", by=System())
    assert record(home, officer, purpose="referral").notice.version == "2"
    assert record(home, officer, purpose="research", notice_version=notice.VERSION).notice == (
        made.notice
    )


def test_a_published_version_is_never_changed():
    consents.publish_notice(version="2", text_th="ก", text_en="a", by=System())
    with pytest.raises(Conflict):
        consents.publish_notice(version="2", text_th="ข", text_en="b", by=System())
    assert PrivacyNotice.objects.get().text_th == "ก"


def test_a_version_that_was_never_published_is_not_found(officer, home):
    with pytest.raises(NotFound):
        record(home, officer, notice_version="9")


def test_the_same_consent_is_not_recorded_twice(officer, home):
    first = record(home, officer)
    with pytest.raises(Conflict):
        record(home, officer)
    consents.withdraw(consent=first.pk, by=officer)
    record(home, officer)
    assert Consent.objects.count() == 2


def test_one_person_may_consent_for_herself(officer, home):
    one = factories.person(home)
    assert record(home, officer, person=one.pk).person == one
    other = factories.person(factories.household(house_no="2"))
    with pytest.raises(NotFound):
        record(home, officer, person=other.pk)


def test_a_withdrawal_keeps_the_row_and_says_who(officer, home):
    made = record(home, officer)
    done = consents.withdraw(consent=made.pk, by=officer, reason="เปลี่ยนใจ")
    assert (done.withdrawn_by, done.withdrawn_at is not None) == (1, True)
    row = FieldChange.objects.get()
    assert (row.kind, row.field, row.reason) == ("consent", "withdrawn_at", "เปลี่ยนใจ")
    assert "consent.withdraw" in AuditEvent.objects.values_list("action", flat=True)
    with pytest.raises(Conflict):
        consents.withdraw(consent=made.pk, by=officer)


@pytest.mark.parametrize(
    "more",
    [{"purpose": "sale"}, {"method": "guess"}, {"given_on": ""}, {"given_on": "1/1/2699"}],
)
def test_what_is_not_well_formed_is_refused(officer, home, more):
    with pytest.raises(Invalid):
        record(home, officer, **more)


def test_consents_of_another_area_are_not_found(officer, outsider, home):
    made = record(home, officer)
    with pytest.raises(NotFound):
        record(home, outsider, purpose="research")
    with pytest.raises(NotFound):
        consents.withdraw(consent=made.pk, by=outsider)


@pytest.mark.parametrize("purpose", Consent.Purpose.values)
def test_the_household_page_says_what_a_consent_is_for_since_when_and_what_withdrawing_does(
    sign_in, officer, home, purpose
):
    made = record(home, officer, purpose=purpose)
    with override("en"):
        use, withdrawal = (str(words) for words in naming.PURPOSES[purpose])
    client, address = sign_in(), panels.address(home.pk, sections.CONSENT)
    said = text_of(client.get(address))
    assert "the whole household Given 5 Jan 2025, signature, notice version 1" in said
    assert f"{use} When withdrawn: {withdrawal} Withdraw" in said
    asked = text_of(client.get(reverse("registry:consent_withdraw", args=[made.pk])))
    assert f"When withdrawn: {withdrawal} What was done before stays as it is." in asked
    client.post(reverse("registry:consent_withdraw", args=[made.pk]), {"reason": ""})
    assert withdrawal not in text_of(client.get(address)), "it is done"


def test_what_stands_comes_before_what_was_withdrawn(sign_in, officer, home):
    record(home, officer, purpose="survey", given_on="1/1/2567")
    gone = record(home, officer, purpose="research")
    consents.withdraw(consent=gone.pk, by=officer)
    said = text_of(sign_in().get(panels.address(home.pk, sections.CONSENT)))
    assert said.index("Survey and analysis , the") < said.index("Research without names , the")


def test_the_form_says_to_what_the_household_agreed_already(sign_in, officer, home):
    record(home, officer, person=factories.person(home).pk, purpose="research")
    record(home, officer, purpose="referral")
    said = text_of(sign_in().get(reverse("registry:consent_new", args=[home.pk])))
    assert said.count("The household agreed on") == 1
    assert "sent to it. (The household agreed on 5 Jan 2025.)" in said
