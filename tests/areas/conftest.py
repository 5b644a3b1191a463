"""Areas for this folder's tests."""

from __future__ import annotations

import pytest

from tests.once import once
from wattana.areas import actions


@once
def thailand():
    """All provinces, districts, tambons and retired codes."""
    actions.load_areas()


@once
def two_provinces():
    """Sisaket and Bangkok, as `load_areas` loads them, for speed."""
    provinces, retired = actions.geothai.provinces(), actions.abolished_areas()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            actions.geothai, "provinces", lambda: [one for one in provinces if one.code in _TWO]
        )
        patch.setattr(
            actions, "abolished_areas", lambda: [one for one in retired if one.code[:2] in _TWO]
        )
        actions.load_areas()


_TWO = ("10", "33")
