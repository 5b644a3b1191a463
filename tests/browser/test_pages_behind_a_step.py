"""Pages that no link leads to: they come after something was sent."""

from __future__ import annotations

from tests.browser.test_every_page_is_accessible import faults_of

ROWS = "บ้านเลขที่,หมู่,รหัสตำบล,ชื่อ,นามสกุล\n901,1,330103,สมมติ,ตัวอย่าง\n902,1,339999,สมมติ,ตัวอย่าง\n"


def sent(seat, button: str = "main form .btn-primary") -> None:
    seat.page.locator(button).first.click()
    seat.page.wait_for_load_state("load")


def test_the_way_of_a_file(desk):
    seat, faults = desk("tambon", language="th", width=360), []
    seat.open("/imports/new/")
    seat.page.set_input_files(
        "input[type=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": ROWS.encode()}
    )
    sent(seat)
    assert "/mapping/" in seat.page.url
    faults += faults_of(seat, "th", 360)
    sent(seat)
    assert "339999" in seat.page.inner_text("main")
    faults += faults_of(seat, "th", 360)
    assert faults == []


def test_a_scheme_is_copied_its_rules_looked_at_and_published(desk):
    seat, faults = desk("researcher", language="en", width=1280), []
    seat.open("/assessment/schemes/")
    sent(seat, "main form[action$='/new/'] button")
    draft = seat.page.url
    faults += faults_of(seat, "en", 1280)
    for part in ("/rule/", "/publish/"):
        seat.page.goto(draft)
        seat.page.locator(f"main a[href*='{part}']").first.click()
        seat.page.wait_for_load_state("load")
        assert part in seat.page.url
        faults += faults_of(seat, "en", 1280)
    assert faults == []


def test_other_rules_are_tried(desk):
    seat = desk("researcher", language="th", width=360)
    seat.open("/rights/what-if/new/?programme=old_age_allowance")
    seat.page.locator("main form input[inputmode=decimal]").first.fill("1234")
    sent(seat)
    for _ in range(60):
        if not seat.page.locator("main p[role=status]").count():
            break
        seat.page.wait_for_timeout(1000)
        seat.page.reload()
    assert seat.page.locator("main table").count() >= 1
    assert faults_of(seat, "th", 360) == []


def test_a_complaint_is_sent_and_followed(desk):
    seat, faults = desk(language="th", width=360), []
    seat.open("/grievances/new/")
    faults += faults_of(seat, "th", 360)
    sent(seat)
    assert seat.page.locator("[aria-invalid=true]").count() >= 1
    seat.faults.clear()  # Chromium calls a refused form (422) a fault
    faults += faults_of(seat, "th", 360)
    assert faults == []
