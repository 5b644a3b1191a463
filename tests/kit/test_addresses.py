from __future__ import annotations

from wattana.kit.templatetags.wattana import together


def test_a_line_breaks_between_the_parts_of_an_address_and_not_within_them():
    assert together("บ้านเลขที่ 25/2, ต.คูซอด") == (
        '<span class="together">บ้านเลขที่ 25/2,</span> <span class="together">ต.คูซอด</span>'
    )
    assert together("<b>") == '<span class="together">&lt;b&gt;</span>'
