"""Rights and welfare programmes as dated, cited rules: rulebook/programmes/*.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources.abc import Traversable

from wattana.rules import codebook as codebooks
from wattana.rules import parameters as parameter_files
from wattana.rules.files import RULEBOOK, Words, read
from wattana.rules.programmes.facts import Facts, read_facts
from wattana.rules.programmes.gateways import check_references, in_order
from wattana.rules.programmes.model import Agency, Amount, Case, Condition, Programme, Rate
from wattana.rules.programmes.reading import Desk, read_programme

__all__ = [
    "Agency", "Amount", "Case", "Condition", "Desk", "Facts", "Programme", "Rate", "desk", "files",
    "load", "read_facts", "read_programme", "read_programmes", "wordings",
]  # fmt: skip

FOLDER = "programmes"


@lru_cache(maxsize=1)
def load() -> Mapping[str, Programme]:
    """The programmes of this installation by id, each after the gateways that it depends on."""
    return read_programmes(files(RULEBOOK), desk(RULEBOOK))


def files(root: Traversable) -> list[Traversable]:
    """The files of programmes under a rulebook, by name."""
    found = (one for one in root.joinpath(FOLDER).iterdir() if one.name.endswith(".yaml"))
    return sorted(found, key=lambda one: one.name)


def desk(root: Traversable = RULEBOOK) -> Desk:
    """What files are read against. Raises `Invalid`."""
    return Desk(codebooks.load(), parameter_files.load(), _agencies(root), _documents(root))


def read_programmes(sources: Iterable[Traversable], against: Desk) -> Mapping[str, Programme]:
    """Read files that belong together. Raises `Invalid`, also for a cycle of gateways."""
    found = {one.id: one for one in (read_programme(source, against) for source in sources)}
    for one in found.values():
        check_references(one, found)
    return {one.id: one for one in in_order(found)}


@lru_cache(maxsize=1)
def wordings() -> Mapping[tuple[str, str], Words]:
    """How an outcome is worded, by outcome and legal class; “all” stands for every class."""
    table = read("outcomes.yaml")
    return {
        (outcome, legal_class): inner.words(legal_class)
        for outcome, inner in table.named()
        for legal_class in inner.left()
    }


def _agencies(root: Traversable) -> dict[str, Agency]:
    table = read("agencies.yaml", root)
    found = {}
    for name, one in table.named():
        found[name] = Agency(name, one.text("kind"), one.words("name"))
        one.end()
    return found


def _documents(root: Traversable) -> dict[str, Words]:
    table = read("documents.yaml", root)
    return {name: table.words(name) for name in table.left()}
