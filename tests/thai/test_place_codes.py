from __future__ import annotations

import pytest

from wattana.kernel.problems import Invalid
from wattana.thai import place_codes


@pytest.mark.parametrize("code", ["33", "3301", "330122", "33012201", "33012299"])
def test_a_code_in_use_is_taken(code):
    place_codes.check(code)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("99", "There is no area with the code 99"),
        ("3399", "There is no area with the code 3399"),
        ("999999", "There is no area with the code 999999"),
        ("99999901", "There is no area with the code 999999"),
        ("33012200", "33012200 has no village number"),
        ("33010801", "33010801 belongs to a tambon code no longer in use, today 332004"),
        ("330108", "330108 (โนนเพ็ก) is no longer in use. It may now be 332004"),
    ],
)
def test_a_code_that_no_area_has_is_refused(code, told):
    with pytest.raises(Invalid) as refused:
        place_codes.check(code)
    assert told in str(refused.value)
