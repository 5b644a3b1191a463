from __future__ import annotations

import contextlib
import json
import threading

import pytest
from django.utils import translation

from tests import factories, processes
from tests.registry.imports.pages.sending import (
    GOOD,
    at,
    checked,
    fields_of,
    uploaded,
)
from tests.registry.pages import text_of
from tests.waiting import turn_of_another
from wattana.registry.imports import actions, folders, jobs
from wattana.registry.imports.mapping import from_json
from wattana.registry.models import (
    Household,
)

pytestmark = pytest.mark.django_db


@contextlib.contextmanager
def at_work(batch, **state):
    """Somebody works on a batch."""
    folders.tell(
        batch.pk, **({"state": "running", "step": "Beginning", "done": 1, "total": 4} | state)
    )
    with contextlib.closing(jobs._Lock(batch.pk)):
        yield


def test_the_page_of_a_batch_at_work_shows_how_far_it_is_and_asks_again(officer):
    batch = uploaded(officer, *GOOD)
    with at_work(batch):
        body = officer.get(at("batch", batch)).content.decode()
        assert 'hx-trigger="every 1s"' in body
        assert 'value="25"' in body
        part = officer.get(at("batch", batch), headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in part
        assert officer.get(at("mapping", batch)).status_code == 302
        for deed in ("commit", "discard"):
            assert "is being worked on" in told_next(officer, batch, deed)
    answer = officer.get(at("batch", batch), headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"


def told_next(client, batch, deed) -> str:
    return text_of(client.post(at(deed, batch), follow=True))


def test_work_that_was_cut_off_is_told_and_may_be_begun_again(officer):
    batch = uploaded(officer, *GOOD)
    with at_work(batch):
        pass
    page = officer.get(at("batch", batch))
    assert "was cut off" in text_of(page)
    assert at("mapping", batch) in page.content.decode()
    officer.post(at("mapping", batch), fields_of(officer.get(at("mapping", batch))))
    assert "was cut off" not in text_of(officer.get(at("batch", batch)))


@pytest.mark.parametrize("language", ["en", "th"])
def test_how_work_failed_is_told_in_the_language_of_the_page(officer, language):
    batch = uploaded(officer, *GOOD)
    message = "The file has no line %(line)s for the header."
    folders.tell(batch.pk, state="failed", message=message, params=json.dumps({"line": 7}))
    officer.cookies["django_language"] = language
    with translation.override(language):
        expected = translation.gettext(message) % {"line": 7}
    assert expected in text_of(officer.get(at("batch", batch)))


def finished() -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("import-"):
            thread.join(60)


@pytest.mark.django_db(transaction=True)
def test_a_large_file_is_checked_taken_and_undone_beside_the_requests(officer, monkeypatch):
    monkeypatch.setattr(jobs, "IN_REQUEST", 1)
    monkeypatch.setattr(jobs, "ROWS_IN_REQUEST", 1)
    batch = uploaded(officer, *GOOD)
    officer.post(at("mapping", batch), fields_of(officer.get(at("mapping", batch))))
    finished()
    assert "2 rows 2 good" in text_of(officer.get(at("batch", batch)))
    officer.post(at("commit", batch))
    finished()
    assert "2 created" in text_of(officer.get(at("batch", batch)))
    assert Household.objects.count() == 2
    officer.post(at("undo", batch))
    finished()
    batch.refresh_from_db()
    assert batch.status == "undone"
    assert not jobs.is_running(batch.pk)


@pytest.mark.django_db(transaction=True)
def test_what_a_large_file_lacks_is_told_when_the_work_has_ended(officer, monkeypatch):
    monkeypatch.setattr(jobs, "IN_REQUEST", 1)
    batch = uploaded(officer)
    officer.post(at("mapping", batch), fields_of(officer.get(at("mapping", batch))))
    finished()
    assert "a header but no rows" in text_of(officer.get(at("batch", batch)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["en", "th"])
def test_who_has_to_wait_for_another_import_sees_it_and_then_it_goes_on(officer, language):
    batch = checked(officer, *GOOD)
    with turn_of_another("imports", whose=batch.pk):
        officer.post(at("commit", batch))
        officer.cookies["django_language"] = language
        owner = batch.organization
        with translation.override(language):
            waiting = translation.gettext("Waiting until another import is written")
            waiting += {"en": f": that of {owner.name_en}", "th": f" ({owner.name_th}"}[language]
        processes.wait_until(lambda: waiting in text_of(officer.get(at("batch", batch))))
        assert not Household.objects.exists()
    finished()
    batch.refresh_from_db()
    assert (batch.status, Household.objects.count()) == ("committed", 2)


def test_two_cannot_work_on_one_batch(officer):
    batch = uploaded(officer, *GOOD)
    mapping = from_json(batch.mapping)
    with contextlib.closing(jobs._Lock(batch.pk)):
        assert jobs.is_running(batch.pk)
        with pytest.raises(actions.Conflict):
            jobs.check(batch, mapping, factories.viewer())
    assert not jobs.is_running(batch.pk)
