"""Jobs come again, once each; one that failed soon, one that a killed worker had in hand too."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests import factories
from wattana.notices import jobs
from wattana.referrals.jobs import look_at_referrals


def ready() -> list[DBTaskResult]:
    return list(DBTaskResult.objects.filter(status="READY"))


def test_the_next_run_is_left_once(db):
    for _ in range(3):
        jobs.again(jobs.send_notices, timezone.now())
    assert len(ready()) == 1


def test_a_daily_job_comes_tomorrow(db):
    with jobs.each_day(look_at_referrals, dt.time(5, 30)):
        pass
    (row,) = ready()
    local = timezone.localtime(row.run_after)
    assert (local.date() - timezone.localdate()).days == 1
    assert (local.hour, local.minute) == (5, 30)


def test_a_daily_job_that_failed_comes_again_within_minutes(db):
    with pytest.raises(OSError), jobs.each_day(look_at_referrals, dt.time(5, 30)):
        raise OSError
    (row,) = ready()
    assert row.run_after < timezone.now() + dt.timedelta(minutes=11)


def test_what_a_killed_worker_had_in_hand_goes_back_after_a_while(db):
    jobs.again(jobs.send_notices, timezone.now())
    begun = timezone.now() - dt.timedelta(minutes=5)
    DBTaskResult.objects.update(status="RUNNING", started_at=begun)
    assert jobs.take_up() == 0
    DBTaskResult.objects.update(started_at=begun - dt.timedelta(hours=1))
    assert jobs.take_up() == 1
    assert len(ready()) == 1


def test_old_jobs_are_forgotten(db):
    jobs.again(jobs.send_notices, timezone.now())
    DBTaskResult.objects.update(
        status="SUCCESSFUL", finished_at=timezone.now() - dt.timedelta(days=31)
    )
    assert jobs.tidy() == 1


def test_administrators_see_jobs_and_what_did_not_go_through_and_nobody_else_does(db):
    jobs.again(look_at_referrals, timezone.now())
    DBTaskResult.objects.update(status="FAILED", exception_class_path="builtins.OSError")
    administrator, officer = factories.member("administrator"), factories.member("tambon_officer")
    answers = {}
    for one in (administrator, officer):
        client = Client()
        client.force_login(one.user)
        client.cookies["django_language"] = "en"
        answers[one.role] = client.get(reverse("notices:jobs"))
    page = answers["administrator"].content.decode()
    assert "daily look at referrals" in page and "OSError" in page
    assert answers["tambon_officer"].status_code == 403
