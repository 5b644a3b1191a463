"""Files of a case are what their bytes say, sealed on disk."""

from __future__ import annotations

import pytest

from tests.referrals.conftest import member_of
from wattana.kernel.problems import Forbidden, Invalid, NotFound
from wattana.kit import attached
from wattana.referrals.actions import attachments

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
PDF = b"%PDF-1.7\n1 0 obj\n"


def test_both_sides_open_what_one_attached(world, installation):
    case = world.at("sent")
    made = attachments.add(referral=case.pk, name="บ้าน.PNG", content=PNG, by=world.sender)
    assert (made.content_type, made.size) == ("image/png", len(PNG))
    _, content = attachments.open_file(world.receiver, made.pk)
    assert content == PNG
    (stored,) = (installation / "attachments").iterdir()
    assert b"PNG" not in stored.read_bytes()
    assert case.events.filter(action="attach").count() == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.png", b"", "empty"),
        ("a.exe", b"MZ\x90\0", "something else"),
        ("a.pdf", b"<html><script>alert(1)</script>", "something else"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "something else"),
        ("a.docm", b"PK\x03\x04", "something else"),
        ("a.pdf", PNG, "Rename it"),
        ("a.png.exe", PNG, "Rename it"),
        ("a.pdf", PDF + b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>", "script"),
        ("a.pdf", PDF + b"/EmbeddedFile", "script"),
        ("a.png", PNG + b"\0" * attached.LARGEST, "10 MB"),
    ],
)
def test_anything_else_is_named(world, name, content, says):
    case = world.draft()
    with pytest.raises(Invalid, match=says):
        attachments.add(referral=case.pk, name=name, content=content, by=world.sender)
    assert not case.attachments.exists()


def test_an_outsider_gets_none_and_only_its_owner_takes_it_back(world, installation):
    case = world.at("sent")
    made = attachments.add(referral=case.pk, name="a.pdf", content=PDF, by=world.sender)
    outsider = member_of(world.other, "agency_caseworker", ("33",))
    with pytest.raises(NotFound):
        attachments.open_file(outsider, made.pk)
    with pytest.raises(NotFound):  # sees the case of her district, acts on neither side
        attachments.open_file(member_of(world.other, "district_officer", ("3301",)), made.pk)
    with pytest.raises(Forbidden):
        attachments.remove(attachment=made.pk, by=world.receiver)
    attachments.remove(attachment=made.pk, by=world.sender)
    with pytest.raises(NotFound):
        attachments.open_file(world.sender, made.pk)


def test_a_file_that_was_lost_says_so(world, installation):
    case = world.draft()
    made = attachments.add(referral=case.pk, name="a.pdf", content=PDF, by=world.sender)
    (installation / "attachments" / f"referrals_attachment-{made.pk}.sealed").unlink()
    with pytest.raises(NotFound, match="not there"):
        attachments.open_file(world.sender, made.pk)
