"""Where a page lies in the menu."""

from __future__ import annotations

import re

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("page", "marked"),
    [
        ("/imports/", [("/imports/", "page")]),
        ("/imports/new/", [("/imports/", "true")]),
        ("/households/new/", [("/households/", "true")]),
        ("/areas/330103/", [("/areas/", "true")]),
        ("/notices/", []),
        ("/accounts/me/", []),
    ],
)
def test_the_menu_marks_the_place_under_which_a_page_lies(client, page, marked):
    own = factories.organization()
    factories.agreement(own)
    client.force_login(factories.member("tambon_officer", of=own).user)
    menu = client.get(page).text.split('class="site-nav"')[1].split("</ul>")[0]
    assert re.findall(r'href="([^"]+)" aria-current="(\w+)"', menu) == marked


def test_the_nearest_of_two_places_is_marked(client):
    """The table of agencies has an address under that of the referrals, and an entry of its own."""
    university = factories.organization("SSKRU", kind="university", areas=("33",), is_operator=True)
    client.force_login(factories.member("administrator", of=university).user)
    menu = client.get("/referrals/agencies/").text.split('class="site-nav"')[1].split("</ul>")[0]
    assert re.findall(r'href="([^"]+)" aria-current="(\w+)"', menu) == [
        ("/referrals/agencies/", "page")
    ]
