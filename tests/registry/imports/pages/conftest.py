from __future__ import annotations

import pytest

from tests import factories


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def officer(sign_in):
    factories.area("330103")
    return sign_in()
