from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.registry.conftest import office
from tests.registry.imports.pages.sending import (
    BAD,
    GOOD,
    HEADER,
    ROUTES,
    at,
    checked,
    fields_of,
    send,
    uploaded,
)
from tests.registry.imports.tables import table
from tests.registry.pages import text_of
from wattana.registry.models import (
    ImportBatch,
)

pytestmark = pytest.mark.django_db


def test_a_row_of_another_area_is_rejected_with_its_line(officer):
    factories.area("330105")
    header = [*HEADER[:2], "รหัสตำบล"]
    answer = send(officer, table(header, ["1", "3", "330103"], ["2", "3", "330105"]))
    assert answer.status_code == 302
    batch = ImportBatch.objects.get()
    sent = fields_of(officer.get(at("mapping", batch)))
    assert sent["column-2"] == "area_code"
    said = text_of(officer.post(at("mapping", batch), sent, follow=True))
    assert "2 rows 1 good 1 rejected" in said


def test_the_list_shows_own_imports_and_says_what_to_do_first(officer, sign_in):
    assert "Nothing has been imported yet" in text_of(officer.get(reverse("imports:list")))
    batch = checked(officer, *GOOD, BAD)
    page = officer.get(reverse("imports:list"))
    assert at("batch", batch) in page.content.decode()
    assert "checked" in text_of(page)
    other = sign_in(of=office("6330105", areas=("330105",)))
    assert at("batch", batch) not in other.get(reverse("imports:list")).content.decode()


def test_the_list_says_when_and_how_a_file_came(officer):
    batch = checked(officer, *GOOD)
    hour = timezone.localtime(batch.uploaded_at).strftime("%H:%M")
    said = text_of(officer.get(reverse("imports:list")))
    assert f"{hour}, on the page by " in said
    ImportBatch.objects.update(uploaded_by=None)
    assert f"{hour}, a command of the operator" in text_of(officer.get(reverse("imports:list")))
    assert f"{hour}, by a command of the operator" in text_of(officer.get(at("batch", batch)))


@pytest.mark.parametrize("route", ROUTES)
def test_an_import_of_another_organisation_does_not_exist(officer, sign_in, route):
    batch = checked(officer, *GOOD, BAD)
    other = sign_in(of=office("6330105", areas=("330103",)))
    assert other.get(at(route, batch)).status_code in (404, 405)
    assert other.post(at(route, batch)).status_code in (404, 405)
    assert 404 in (
        other.get(at(route, batch)).status_code,
        other.post(at(route, batch)).status_code,
    )
    batch.refresh_from_db()
    assert batch.status == "checked"


@pytest.mark.parametrize("role", ["enumerator", "district_officer", "province_officer"])
def test_a_role_without_imports_is_refused(officer, sign_in, client, role):
    batch = uploaded(officer, *GOOD)
    addresses = [reverse("imports:list"), reverse("imports:new"), reverse("imports:help")]
    addresses += [at(route, batch) for route in ROUTES]
    other = sign_in(role)
    for address in addresses:
        assert other.get(address).status_code == 403
        assert other.post(address).status_code == 403


def test_nobody_imports_without_signing_in(officer, client):
    batch = uploaded(officer, *GOOD)
    client.logout()
    alone = [reverse("imports:list"), reverse("imports:help")]
    for address in [*alone, *[at(route, batch) for route in ROUTES]]:
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("accounts:sign_in"))


def test_without_an_agreement_nothing_is_taken_in(sign_in):
    factories.area("330106")
    client = sign_in(of=office("6330106", areas=("330106",), agreed=False))
    answer = send(client, table(HEADER, *GOOD))
    assert answer.status_code == 422
    assert "No area is open" in text_of(answer)
