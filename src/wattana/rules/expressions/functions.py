"""The functions of the language: of answers, numbers, members, and lines of a table."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from wattana.kernel.problems import N_
from wattana.rules.expressions import dating, nodes
from wattana.rules.expressions.checking import Checker
from wattana.rules.expressions.nodes import NULL, TRUE, Node

Call = Callable[[Checker, exp.Expr, list[exp.Expr]], Node]


def _count(check: Checker, tree: exp.Expr, args: list[exp.Expr], *allowed: int) -> None:
    if len(args) not in allowed:
        check.refuse(
            tree,
            N_("%(place)s, character %(position)s: this function takes %(allowed)s arguments."),
            allowed=" / ".join(map(str, allowed)),
        )


def _numbers(check: Checker, args: list[exp.Expr]) -> tuple[Node, ...]:
    return tuple(check.check(arg, "number") for arg in args)


def _several(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> None:
    if len(args) < 2:
        check.refuse(
            tree, N_("%(place)s, character %(position)s: this function takes several arguments.")
        )


# --- answers


def has(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> Node:
    """has(multi, 'code', …): is any of these among the answers?"""
    _several(check, tree, args)
    multi = check.check(args[0], "multi")
    if multi.op != "variable":
        check.refuse(tree, N_("%(place)s, character %(position)s: name a question with several "
                              "answers first."))  # fmt: skip
    found = []
    for arg in args[1:]:
        code = check.check(arg)
        check.check_code(arg, multi.variable, code)
        found.append(Node("has", "boolean", (multi,), value=code.value))
    return nodes.any_of(*found)


def count_choices(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> Node:
    """How many answers were given; “none of these” counts 0."""
    _count(check, tree, args, 1)
    return Node("count_choices", "number", (check.check(args[0], "multi"),))


def rank_of(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> Node:
    """The rank of a choice, worst 1; unknown for an answer outside the order."""
    choice = _ordered(check, tree, args)
    return Node("lookup", "number", (choice,), value=tuple(choice.variable.ranks.items()))


def scale(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> Node:
    """Rule M: 1 + 3·(rank − 1)/(k − 1) over the k answers that have a rank."""
    choice = _ordered(check, tree, args)
    ranks = choice.variable.ranks
    top = max(ranks.values())
    scores = tuple((code, 1 + 3 * (rank - 1) / (top - 1)) for code, rank in ranks.items())
    return Node("lookup", "number", (choice,), value=scores)


def _ordered(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> Node:
    _count(check, tree, args, 1)
    choice = check.check(args[0], "choice")
    if choice.op != "variable" or len(choice.variable.ranks) < 2:
        check.refuse(
            tree,
            N_("%(place)s, character %(position)s: name a question whose answers have an order."),
        )
    return choice


def count_true(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> Node:
    """How many of the conditions hold; unknown if one of them is."""
    _several(check, tree, args)
    return nodes.plus(*(_as_number(check.check(arg, "boolean")) for arg in args))


def _as_number(condition: Node) -> Node:
    return nodes.case(condition, nodes.number(1), nodes.number(0))


# --- numbers


def _coalesce(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> Node:
    _several(check, tree, args)
    parts = tuple(check.check(arg) for arg in args)
    check.same_types(tree, list(parts))
    return Node("coalesce", nodes.common_type(parts), parts)


def _abs(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> Node:
    _count(check, tree, args, 1)
    return Node("abs", "number", _numbers(check, args))


def _round(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> Node:
    _count(check, tree, args, 1, 2)
    value, places = check.check(args[0], "number"), 0
    if len(args) > 1:
        node = check.check(args[1], "number")
        if node.op != "constant" or node.value not in range(7):
            check.refuse(args[1], N_("%(place)s, character %(position)s: round to 0 … 6 places."))
        places = int(node.value)
    return Node("round", "number", (value,), value=places)


def _extreme(op: str) -> Call:
    def call(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> Node:
        """Unknown if one of the numbers is."""
        _several(check, tree, args)
        return Node(op, "number", _numbers(check, args))

    return call


# --- over the members of the household


def _quantifier(name: str) -> Call:
    """any_member(condition[, which]), all_members(condition[, which])."""

    def call(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> Node:
        _count(check, tree, args, 1, 2)
        condition, which = _over_members(check, tree, args, "boolean")
        if name == "any":
            joined = _both(which, condition)
        else:
            joined = condition if which == TRUE else nodes.any_of(nodes.negation(which), condition)
        return Node("aggregate", "boolean", (joined,), value=name)

    return call


def _member(name: str) -> Call:
    """sum_members(number[, which]) and its like."""

    def call(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> Node:
        _count(check, tree, args, 1, 2)
        return Node("aggregate", "number", _over_members(check, tree, args, "number"), value=name)

    return call


def count_members(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> Node:
    """count_members([which])."""
    _count(check, tree, args, 0, 1)
    which = _over_members(check, tree, args, "boolean")[0] if args else TRUE
    return Node("aggregate", "number", (which,), value="count")


def _over_members(
    check: Checker, tree: exp.Expr, args: list[exp.Expr], kind: nodes.Type
) -> tuple[Node, Node]:
    if check.of_member:
        check.refuse(
            tree,
            N_("%(place)s, character %(position)s: a member function cannot stand inside another."),
        )
    inner = check.inside_member()
    return inner.check(args[0], kind), inner.check(args[1], "boolean") if len(args) > 1 else TRUE


# --- over the lines of a table


def _item(fold: Callable[[list[tuple[Node, Node]]], Node], kind: nodes.Type) -> Call:
    """A function over the lines of one or more tables with the same items.

    Inside it the family's name is the line's answer and `item` the line's code; the second
    argument says which lines count.
    """

    def call(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> Node:
        _count(check, tree, args, 1, 2)
        if check.item:
            check.refuse(
                tree,
                N_("%(place)s, character %(position)s: an item function cannot stand inside "
                   "another."),
            )  # fmt: skip
        lines = []
        for item in _items(check, tree, args):
            at = check.at_item(item)
            condition = at.check(args[1], "boolean") if len(args) > 1 else TRUE
            lines.append((at.check(args[0], kind), condition))
        return fold(lines)

    return call


def _items(check: Checker, tree: exp.Expr, args: list[exp.Expr]) -> tuple[str, ...]:
    families = check.scope.codebook.families
    names = [one.name for arg in args for one in arg.find_all(exp.Column)]
    tables = {tuple(one.item or "" for one in families[name]) for name in names if name in families}
    if len(tables) != 1:
        check.refuse(
            tree,
            N_("%(place)s, character %(position)s: an item function needs a table of several "
               "lines, or tables of the same lines; there are %(families)s."),
            families=", ".join(families),
        )  # fmt: skip
    return tables.pop()


def _any_item(lines: list[tuple[Node, Node]]) -> Node:
    return nodes.any_of(*(_both(condition, value) for value, condition in lines))


def _count_items(lines: list[tuple[Node, Node]]) -> Node:
    return nodes.plus(*(_as_number(_both(condition, value)) for value, condition in lines))


def _sum_items(lines: list[tuple[Node, Node]]) -> Node:
    return nodes.plus(*(_where(condition, value, nodes.number(0)) for value, condition in lines))


def _known(op: str) -> Callable[[list[tuple[Node, Node]]], Node]:
    def fold(lines: list[tuple[Node, Node]]) -> Node:
        return Node(op, "number", tuple(_where(c, value, NULL) for value, c in lines))

    return fold


def _both(condition: Node, value: Node) -> Node:
    return value if condition == TRUE else nodes.all_of(condition, value)


def _where(condition: Node, value: Node, otherwise: Node) -> Node:
    return value if condition == TRUE else nodes.case(condition, value, otherwise)


FUNCTIONS: dict[str, Call] = {
    **dating.FUNCTIONS,
    "has": has,
    "count_choices": count_choices,
    "rank_of": rank_of,
    "scale": scale,
    "count_true": count_true,
    "coalesce": _coalesce,
    "abs": _abs,
    "round": _round,
    "least": _extreme("least"),
    "greatest": _extreme("greatest"),
    "any_member": _quantifier("any"),
    "all_members": _quantifier("all"),
    "count_members": count_members,
    "sum_members": _member("sum"),
    "sum_known_members": _member("sum_known"),
    "avg_members": _member("avg"),
    "min_members": _member("min"),
    "max_members": _member("max"),
    "any_item": _item(_any_item, "boolean"),
    "count_items": _item(_count_items, "boolean"),
    "sum_items": _item(_sum_items, "number"),
    "sum_known_items": _item(_known("sum_known"), "number"),
    "min_items": _item(_known("min_known"), "number"),
    "max_items": _item(_known("max_known"), "number"),
}
