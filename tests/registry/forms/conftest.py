"""A desk at which forms are filled in, and a household to fill them in for."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import factories


@pytest.fixture
def desk(sign_in):
    factories.area("330103")
    return sign_in()


@pytest.fixture
def home(db):
    return factories.household(house_no="1")


def go(name, *arguments):
    return reverse(f"registry:{name}", args=arguments)
