"""Areas for this folder's tests."""

from __future__ import annotations

import pytest

from wattana.areas import actions


@pytest.fixture
def thailand(db):
    """All provinces, districts, tambons and retired codes."""
    actions.load_areas()


@pytest.fixture
def two_provinces(db, monkeypatch):
    """Sisaket and Bangkok, as `load_areas` loads them, for speed."""
    provinces, retired = actions.geothai.provinces(), actions.abolished_areas()
    with monkeypatch.context() as patch:
        patch.setattr(
            actions.geothai, "provinces", lambda: [one for one in provinces if one.code in _TWO]
        )
        patch.setattr(
            actions, "abolished_areas", lambda: [one for one in retired if one.code[:2] in _TWO]
        )
        actions.load_areas()


_TWO = ("10", "33")
