"""Which facts are missing, and the smallest set that could settle a question.

A condition is a tree. For each of its parts the smallest sets of unknown facts that could make it
true (or false) are joined from those of its own parts: one of them for `or`, one of each for `and`.
Comparisons count as free of one another: each can come out either way. At each part the sets that
contain another one are dropped, and at most 64 are kept, the smallest first; the rulebook stays far
below. Among sets of one size the one whose facts stand first in the codebook wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from wattana.methods.rights.situation import Seen
from wattana.rules.book import Codebook
from wattana.rules.derived import derivations
from wattana.rules.expressions.nodes import Node

MOST = 64


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact to ask: of a person, or of the household (None)."""

    person: str | None
    variable: str


Sets = list[frozenset[Fact]]
NOTHING: Sets = [frozenset()]
"""Nothing has to be asked: it is so already."""


@dataclass(frozen=True)
class Asking:
    """Finds the missing facts of expressions over the codebook."""

    codebook: Codebook

    def all_of(self, node: Node, seen: Seen) -> frozenset[Fact]:
        """Every unknown fact on which the node depends."""
        if seen.value_of(node) is not None:
            return frozenset()
        key = "all", id(node)
        if key not in seen.kept:
            seen.kept[key] = frozenset(self._unknown(node, seen))
        found: frozenset[Fact] = seen.kept[key]
        return found

    def sets(self, node: Node, wanted: bool, seen: Seen) -> Sets:
        """The smallest sets of facts that could make a condition true, or false."""
        value = seen.value_of(node)
        if value is not None:
            return NOTHING if value == wanted else []
        key = wanted, id(node)
        if key not in seen.kept:
            seen.kept[key] = self._open_sets(node, wanted, seen)
        found: Sets = seen.kept[key]
        return found

    def _open_sets(self, node: Node, wanted: bool, seen: Seen) -> Sets:
        work = _BRANCHES.get(node.op)
        if work:
            return work(self, node, wanted, seen)
        if node.op == "variable" and (inner := self._inner(node)):
            return self.sets(inner, wanted, seen)
        facts = self.all_of(node, seen)
        return [facts] if facts else []

    def all_together(self, families: Iterable[Sets]) -> Sets:
        """One set of each family, joined."""
        joined = NOTHING
        for sets in families:
            joined = self.smallest([one | other for one, other in product(joined, sets)])
        return joined

    def smallest(self, sets: Iterable[frozenset[Fact]]) -> Sets:
        """Without those that contain another, the smallest first, at most `MOST`."""
        found = set(sets)
        if len(found) < 2:
            return list(found)
        kept: Sets = []
        for one in sorted(found, key=self._rank):
            if not any(other <= one for other in kept):
                kept.append(one)
            if len(kept) == MOST:
                break
        return kept

    def in_order(self, facts: Iterable[Fact]) -> list[Fact]:
        """As the codebook asks, the household first."""
        return sorted(facts, key=self._place)

    def _rank(self, facts: frozenset[Fact]) -> tuple[int, list[tuple[int, str]]]:
        return len(facts), sorted(self._place(one) for one in facts)

    def _place(self, fact: Fact) -> tuple[int, str]:
        return _places(self.codebook)[fact.variable], fact.person or ""

    def _inner(self, node: Node) -> Node | None:
        """The expression of a derived fact that nobody can be asked for directly."""
        found = derivations(self.codebook).get(node.variable.name)
        return found.expression.node if found and found.variable.through else None

    def _unknown(self, node: Node, seen: Seen) -> Iterator[Fact]:
        if seen.value_of(node) is not None:
            return
        if node.op == "variable":
            inner = self._inner(node)
            if inner:
                yield from self.all_of(inner, seen)
            else:
                owner = seen.who if node.variable.level == "person" else None
                yield Fact(owner, node.variable.name)
        elif node.op == "aggregate":
            for member in seen.members:
                for arg in node.args:
                    yield from self._unknown(arg, member)
        else:
            for arg in _relevant(node, seen):
                yield from self._unknown(arg, seen)

    # --- the branches of a condition: which sets make it true or false

    def _joined(self, node: Node, wanted: bool, seen: Seen) -> Sets:
        families = [self.sets(one, wanted, seen) for one in node.args]
        return self._folded(families, every=(node.op == "and") == wanted)

    def _folded(self, families: Sequence[Sets], every: bool) -> Sets:
        if every:
            return self.all_together(families)
        return self.smallest(one for sets in families for one in sets)

    def _not(self, node: Node, wanted: bool, seen: Seen) -> Sets:
        return self.sets(node.args[0], not wanted, seen)

    def _coalesce(self, node: Node, wanted: bool, seen: Seen) -> Sets:
        """One known part is enough, as long as those before it stay unknown."""
        return self._folded([self.sets(one, wanted, seen) for one in node.args], every=False)

    def _case(self, node: Node, wanted: bool, seen: Seen) -> Sets:
        """Some branch is reached, and its result is the wanted one."""
        found: list[frozenset[Fact]] = []
        before: Sets = NOTHING
        for condition, result in zip(node.args[:-1:2], node.args[1:-1:2], strict=True):
            reached = [before, self.sets(condition, True, seen), self.sets(result, wanted, seen)]
            found += self.all_together(reached)
            before = self.all_together([before, self.sets(condition, False, seen)])
        found += self.all_together([before, self.sets(node.args[-1], wanted, seen)])
        return self.smallest(found)

    def _aggregate(self, node: Node, wanted: bool, seen: Seen) -> Sets:
        if node.value not in ("any", "all"):
            facts = self.all_of(node, seen)
            return [facts] if facts else []
        families = [self.sets(node.args[0], wanted, one) for one in seen.members]
        if not families:
            return []
        return self._folded(families, every=(node.value == "all") == wanted)


def _relevant(node: Node, seen: Seen) -> Iterator[Node]:
    """The parts that can still matter; in a `case`, those that can still be reached."""
    if node.op != "case":
        yield from node.args
        return
    for condition, result in zip(node.args[:-1:2], node.args[1:-1:2], strict=True):
        held = seen.value_of(condition)
        if held is not False:
            yield condition
            yield result
        if held is True:
            return
    yield node.args[-1]


@lru_cache(maxsize=4)
def _places(codebook: Codebook) -> dict[str, int]:
    return {name: place for place, name in enumerate((*codebook.variables, *codebook.derived))}


_BRANCHES: dict[str, Callable[[Asking, Node, bool, Seen], Sets]] = {
    "and": Asking._joined,
    "or": Asking._joined,
    "not": Asking._not,
    "case": Asking._case,
    "coalesce": Asking._coalesce,
    "aggregate": Asking._aggregate,
}
