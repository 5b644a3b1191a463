from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import Resolver404, path, resolve, reverse

from wattana.kernel import keys

urlpatterns = [path("h/<key:household>", lambda request, household: HttpResponse(), name="one")]

pytestmark = pytest.mark.usefixtures("_routes")


@pytest.fixture
def _routes():
    with override_settings(ROOT_URLCONF=__name__):
        yield


def test_a_key_goes_into_the_address_and_comes_back():
    key = keys.new_key()
    address = reverse("one", args=[key])
    assert address == f"/h/{keys.to_text(key)}"
    assert resolve(address).kwargs == {"household": key}


def test_a_key_in_small_letters_is_read():
    key = keys.new_key()
    assert resolve(f"/h/{keys.to_text(key).lower()}").kwargs == {"household": key}


def test_a_key_as_text_goes_into_the_address_as_it_is():
    assert reverse("one", args=["0000000000001"]) == "/h/0000000000001"


@pytest.mark.parametrize("text", ["UUUUUUUUUUUUU", "ZZZZZZZZZZZZZ", "123", "12345678901234"])
def test_what_is_no_key_matches_no_route(text):
    with pytest.raises(Resolver404):
        resolve(f"/h/{text}")
