"""Programmes that name others: gateways, such as the disability card before the allowance."""

from __future__ import annotations

from collections.abc import Container, Mapping
from functools import partial

from wattana.kernel.problems import N_, Invalid, gathered
from wattana.rules.programmes.model import Programme

_NO_PROGRAMME = N_("%(place)s: “%(name)s” is not a programme. Correct the id.")


def in_order(programmes: Mapping[str, Programme]) -> list[Programme]:
    """Each after its gateways, else by id. Raises `Invalid` for a cycle."""
    placed: dict[str, Programme] = {}
    for name in sorted(programmes):
        _place(name, (), programmes, placed)
    return list(placed.values())


def check_references(programme: Programme, programmes: Container[str]) -> None:
    """Raises `Invalid` for each name of `excludes`, `see_also` or a gateway that is none."""
    named = [
        *((programme.places["stacking"], one) for one in programme.excludes),
        *((programme.places["see_also"], one) for one in programme.see_also),
        *((_at(programme, one), one) for one in programme.gateways),
    ]
    gathered(partial(_check_name, place, name, programmes) for place, name in named)


def _check_name(place: str, name: str, programmes: Container[str]) -> None:
    if name not in programmes:
        raise Invalid(_NO_PROGRAMME, place=place, name=name[:60])


def _place(
    name: str,
    path: tuple[str, ...],
    programmes: Mapping[str, Programme],
    placed: dict[str, Programme],
) -> None:
    if name in placed:
        return
    programme = programmes[name]
    if name in path:
        raise Invalid(
            N_("%(place)s: the gateways go in a circle: %(circle)s. Take one of them away."),
            place=_at(programmes[path[-1]], name),
            circle=" → ".join((*path[path.index(name) :], name)),
        )
    for gateway in programme.gateways:
        if gateway in programmes:
            _place(gateway, (*path, name), programmes, placed)
    placed[name] = programme


def _at(programme: Programme, gateway: str) -> str:
    """Where a programme names a gateway."""
    return next(one.place for one in programme.conditions if one.gateway == gateway)
