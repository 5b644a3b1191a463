"""Codes of areas of the Department of Provincial Administration, without a database."""

from __future__ import annotations

import geothai
from geothai.abolished import abolished_areas

from wattana.kernel.problems import N_, Invalid


def check(code: str) -> None:
    """Refuse a code of 2, 4, 6 or 8 digits that no area has today.

    Of a village the tambon and the number are looked at: no national list of villages is here.
    Raises `Invalid`, which names the successors of a retired code.
    """
    if len(code) == 8 and code.endswith("00"):
        raise Invalid(N_("The village code %(code)s has no village number (moo)."), code=code)
    above = code[:6]
    known = {2: geothai.province, 4: geothai.district, 6: geothai.subdistrict}[len(above)]
    if known(above) is not None:
        return
    retired = next((one for one in abolished_areas() if one.code == above), None)
    if retired is None:
        raise Invalid(N_("There is no area with the code %(code)s."), code=above)
    today = ", ".join(retired.successors) or "–"
    if len(code) == 8:
        raise Invalid(
            N_("The village code %(code)s belongs to a tambon code no longer in use, today "
               "%(candidates)s. Village numbers changed too: give the new village code."),
            code=code,
            candidates=today,
        )  # fmt: skip
    raise Invalid(
        N_("The code %(code)s (%(name)s) is no longer in use. It may now be %(candidates)s: give "
           "today's code."),
        code=code,
        name=retired.name_th,
        candidates=today,
    )  # fmt: skip
