from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.utils import timezone

from tests import factories
from wattana.accounts import queries
from wattana.accounts.actions import agreements, organizations
from wattana.accounts.models import Agreement, AuditEvent, Member, Organization
from wattana.accounts.queries.agreements import history
from wattana.accounts.viewer import System
from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound

pytestmark = pytest.mark.django_db


def day(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


@pytest.fixture
def by(operator, viewer_of):
    return viewer_of(operator)


@pytest.fixture
def terms(operator):
    return agreements.Terms(
        title_th="บันทึกข้อตกลง",
        title_en="Agreement",
        purposes=["refer", "collect"],
        starts=day(0),
        ends=day(365),
        parties=[operator.organization_id, factories.organization().pk],
        areas=["330103", factories.area("3301").code],
    )


def test_an_agreement_is_recorded_with_its_parties_purposes_and_widest_areas(by, terms):
    made = agreements.create(terms=terms, by=by)
    assert made.purposes == ["collect", "refer"]
    assert made.parties.count() == 2
    assert [area.code for area in made.areas.all()] == ["3301"]
    event = AuditEvent.objects.get()
    assert (event.action, event.object_id, event.detail["areas"]) == (
        "agreement.create", made.pk, ["3301"],
    )  # fmt: skip


def test_it_opens_its_areas_to_a_party_at_once(by, terms):
    officer = factories.member("tambon_officer")
    assert queries.viewer_of(officer.user, None).areas == ()
    agreements.create(terms=terms, by=by)
    assert queries.viewer_of(officer.user, None).areas == ("330103",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends": day(-1)},
        {"purposes": []},
        {"purposes": ["sell"]},
        {"areas": []},
        {"areas": ["339999"]},
        {"parties": []},
        {"parties": [1, 2]},
    ],
    ids=str,
)
def test_terms_that_cannot_be_are_refused(by, terms, wrong):
    with pytest.raises(Invalid):
        agreements.create(terms=dataclasses.replace(terms, **wrong), by=by)
    assert not Agreement.objects.exists()


def test_a_party_stands_once(by, terms):
    with pytest.raises(Invalid):
        agreements.create(terms=dataclasses.replace(terms, parties=[terms.parties[0]] * 2), by=by)


def test_a_renewal_follows_and_the_history_is_kept(by, terms):
    past = dataclasses.replace(terms, starts=dt.date(2022, 5, 30), ends=dt.date(2025, 5, 30))
    old = agreements.create(terms=past, by=by)
    new = agreements.renew(old.pk, terms=terms, by=by)
    assert new.renews == old
    assert Agreement.objects.get(pk=old.pk).ends == dt.date(2025, 5, 30)
    for shown in (old, new):
        assert [row.id for row in history(by, shown)] == [old.pk, new.pk]


def test_a_renewal_does_not_overlap(by, terms):
    old = agreements.create(terms=terms, by=by)
    with pytest.raises(Invalid):
        agreements.renew(old.pk, terms=dataclasses.replace(terms, starts=day(365)), by=by)
    following = dataclasses.replace(terms, starts=day(366), ends=day(700))
    agreements.renew(old.pk, terms=following, by=by)
    with pytest.raises(Conflict):
        agreements.renew(old.pk, terms=following, by=by)


def test_ending_early_closes_at_once_and_a_renewal_may_begin_the_same_day(by, terms):
    officer = factories.member("tambon_officer")
    made = agreements.create(terms=terms, by=by)
    agreements.end_early(made.pk, by=by)
    assert queries.viewer_of(officer.user, None).own_records_only
    with pytest.raises(Conflict):
        agreements.end_early(made.pk, by=by)
    agreements.renew(made.pk, terms=terms, by=by)
    assert queries.viewer_of(officer.user, None).areas == ("330103",)


def test_an_agreement_that_ended_by_itself_is_not_ended_early(by, terms):
    past = dataclasses.replace(terms, starts=day(-9), ends=day(-1))
    made = agreements.create(terms=past, by=by)
    with pytest.raises(Conflict):
        agreements.end_early(made.pk, by=by)


def test_an_unknown_agreement_is_not_found(by, terms):
    with pytest.raises(NotFound):
        agreements.end_early(1, by=by)


@pytest.mark.parametrize("role", Member.Role.values)
def test_nobody_but_the_operators_administrator_writes_agreements(role, terms, viewer_of):
    by = viewer_of(factories.member(role))
    made = factories.agreement(factories.organization(), ends=day(10))
    with pytest.raises(Forbidden):
        agreements.create(terms=terms, by=by)
    with pytest.raises(Forbidden):
        agreements.renew(made.pk, terms=terms, by=by)
    with pytest.raises(Forbidden):
        agreements.end_early(made.pk, by=by)
    with pytest.raises(Forbidden):
        organizations.create(code="X1", kind="tao", name_th="ก", areas={}, by=by)
    with pytest.raises(Forbidden):
        organizations.update(
            made.parties.get().pk, kind="tao", name_th="ก", name_en="", areas={}, by=by
        )


def test_a_reader_finds_only_the_agreements_of_her_organization(by, viewer_of):
    reader = viewer_of(factories.member("tambon_officer"))
    own = factories.agreement(factories.organization())
    others = factories.agreement(factories.organization("6330999", areas=("330201",)))
    assert [row.id for row in queries.agreements(reader).rows] == [own.pk]
    assert len(queries.agreements(by).rows) == 2
    with pytest.raises(NotFound):
        queries.agreement(reader, others.pk)


@pytest.mark.parametrize(
    ("state", "titles"),
    [
        ("in_force", {"now", "soon"}),
        ("ending", {"soon"}),
        ("ended", {"past"}),
        ("not_begun", {"later"}),
        ("ended_early", {"cut"}),
        ("", {"now", "soon", "past", "later", "cut"}),
    ],
)
def test_agreements_are_listed_by_state(by, state, titles):
    party = factories.organization()
    factories.agreement(party, title_th="now")
    factories.agreement(party, title_th="soon", ends=day(20))
    factories.agreement(party, title_th="past", ends=day(-2))
    factories.agreement(party, title_th="later", starts=day(2))
    factories.agreement(party, title_th="cut", ended_early_at=timezone.now(), ended_early_by=1)
    rows = queries.agreements(by, state=state).rows
    assert {row.title_th for row in rows} == titles
    if state:
        assert state in {row.state for row in rows}


def test_an_organization_is_recorded_with_its_areas(by):
    factories.area("330103")
    made = organizations.create(
        code="6330113", kind="tao", name_th="อบต.คูซอด", areas={"330103": "part"}, by=by
    )
    assert made.organizationarea_set.get().coverage == "part"
    with pytest.raises(Conflict):
        organizations.create(code="6330113", kind="tao", name_th="อีกแห่ง", areas={}, by=by)
    with pytest.raises(Invalid):
        organizations.create(code="1", kind="club", name_th="ชมรม", areas={}, by=by)
    with pytest.raises(Invalid):
        organizations.create(code="2", kind="tao", name_th="ก", areas={"339999": "whole"}, by=by)


def test_changing_an_organization_is_audited_with_both_sets_of_areas(by):
    made = factories.organization()
    factories.area("330105")
    organizations.update(
        made.pk, kind="tao", name_th="ใหม่", name_en="New", areas={"330105": "whole"}, by=by
    )
    made.refresh_from_db()
    assert made.name_th == "ใหม่"
    event = AuditEvent.objects.get()
    assert event.detail == {"areas_before": ["330103"], "areas_after": ["330105"]}


def test_only_a_command_on_the_machine_names_the_operator(by):
    with pytest.raises(Forbidden):
        organizations.create(code="X9", kind="tao", name_th="ก", areas={}, is_operator=True, by=by)
    organizations.create(
        code="X9", kind="university", name_th="ก", areas={}, is_operator=True, by=System()
    )
    assert Organization.objects.get(code="X9").is_operator
