"""Questions, rows and pages are passed over with a reason."""

from __future__ import annotations


def test_a_question_is_passed_over_and_taken_up_again(house, enumerating, page_of):
    address = house.address("skip", "tap_water")
    answer = enumerating.post(address, {"skip:tap_water": "refused"})
    page = page_of(answer)
    assert page.typed("skip:tap_water") == ["refused"]
    house.visit.refresh_from_db()
    assert house.visit.skips == {"tap_water": "refused"}
    enumerating.post(address, {"skip:tap_water": "clear"})
    house.visit.refresh_from_db()
    assert house.visit.skips == {}


def test_a_table_s_row_is_passed_over_by_itself(house, enumerating, page_of):
    sent = {"skip:group_member__finance": "unknown", "revision": "0"}
    answer = enumerating.post(house.address("skip_row", "group_member__finance"), sent)
    assert answer["X-Question"] == "group_member__finance"
    assert 'id="m-group_help__finance"' in answer.content.decode()
    house.visit.refresh_from_db()
    row = {"group_member__finance": "unknown", "group_help__finance": "unknown"}
    assert house.visit.skips == row
    page = page_of(enumerating.get(house.address("section", "social")))
    assert page.typed("skip:group_member__finance") == ["unknown"]


def test_without_javascript_a_row_s_reason_is_for_its_open_questions(house, enumerating, page_of):
    address = house.address("section", "social")
    opened = page_of(enumerating.get(address)).values
    sent = {
        "group_member__welfare": ["true"],
        "skip:group_member__welfare": ["absent"],
        "skip:activity_level__religion": ["refused"],
    }
    enumerating.post(address, opened | sent)
    house.visit.refresh_from_db()
    assert house.visit.answers == {"group_member__welfare": True}
    assert house.visit.skips == {
        "group_help__welfare": "absent",
        "activity_level__religion": "refused",
        "activity_frequency__religion": "refused",
    }


def test_a_page_is_passed_over_as_a_whole(house, enumerating):
    answer = enumerating.post(house.address("skip_section", "social"), {"reason": "refused"})
    assert answer.url == house.address("section", "social")
    house.visit.refresh_from_db()
    assert set(house.visit.skips.values()) == {"refused"}
