"""What was typed for a case that somebody led on meanwhile is kept and shown beside what stands."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.referrals.test_pages import hidden
from wattana.referrals.models import Referral


def post(client, name: str, *arguments, **sent):
    answer = client.post(reverse(f"referrals:{name}", args=arguments), sent)
    return answer.status_code, answer.content.decode()


def test_a_second_press_after_somebody_was_faster_is_decided_on_what_is_shown(world, sit):
    case = world.at("received")
    before = case.version
    world.step(case, "find_facts")
    client, typed = sit(world.receiver), {"reason": "no_budget", "note": "typed words"}
    status, shown = post(client, "step", case.pk, "refuse", version=before, **typed)
    assert status == 422 and "Somebody was faster" in shown and "typed words" in shown
    assert "What stands now" in shown and "press once more" in shown
    assert Referral.objects.get().state == "fact_finding"
    again = hidden(shown, "version")
    status, _ = post(client, "step", case.pk, "refuse", version=again, **typed)
    assert (status, Referral.objects.get().state) == (302, "refused")


def test_a_step_that_is_not_possible_any_more_keeps_the_words_and_has_no_button(world, sit):
    case = world.at("received")
    before = case.version
    world.step(case, "cancel", note="moved away")
    status, shown = post(
        sit(world.receiver), "step", case.pk, "refuse", version=before, reason="no_budget",
        note="typed words",
    )  # fmt: skip
    assert status == 422 and "typed words" in shown and "not possible any more" in shown
    assert "moved away" in shown and "Back without saving" in shown
    assert shown.count('class="btn btn-primary"') == 0


def test_a_field_left_out_does_not_hide_that_the_case_has_moved(world, sit):
    case = world.at("received")
    before = case.version
    world.step(case, "find_facts")
    status, shown = post(sit(world.receiver), "step", case.pk, "refuse", version=before, reason="")
    assert status == 422 and "Somebody was faster" in shown and "is-invalid" in shown


@pytest.mark.parametrize("moves", [True, False])
def test_the_answer_of_a_household_is_written_down_on_what_stands(world, sit, moves):
    case = world.at("helped")
    before = case.version
    if moves:
        world.step(case, "confirm")
    typed = {"came": "no", "channel": "call", "note": "nothing came"}
    client = sit(world.sender)
    status, shown = post(client, "answer_for", case.pk, version=before, **typed)
    assert status == (422 if moves else 302)
    if moves:
        assert "What stands now" in shown and "nothing came" in shown
        again = hidden(shown, "version")
        assert post(client, "answer_for", case.pk, version=again, **typed)[0] == 302
    assert Referral.objects.get().state == "approved"
