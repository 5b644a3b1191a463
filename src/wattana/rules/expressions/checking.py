"""Turn a parsed tree into a typed one; what does not fit the codebook is refused with its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NoReturn

from sqlglot import exp

from wattana.kernel.problems import N_, Invalid
from wattana.rules.expressions import nodes
from wattana.rules.expressions.columns import fault_of
from wattana.rules.expressions.naming import near_names
from wattana.rules.expressions.nodes import Node, Type
from wattana.rules.expressions.reading import position
from wattana.rules.expressions.scope import Scope
from wattana.rules.files import near
from wattana.rules.variables import Variable
from wattana.thai.dates import FIRST_BE

_FEW = 12  # answers that are all named in a message
_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_ARITHMETIC: dict[type[exp.Expr], str] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_FACT_TYPES: dict[str, Type] = {
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "choice": "choice",
    "multi": "multi",
    "date": "date",
    "partial_date": "date",
}
_LARGEST = 10**12
_FRAME = ("age", "sex", "relation", "registered")  # of a person, beside the answers


@dataclass(frozen=True)
class Checker:
    """Checks one expression. `of_member`: inside a member function; `item`: line of a table."""

    scope: Scope
    place: str
    functions: dict[str, Callable[[Checker, exp.Expr, list[exp.Expr]], Node]]
    of_member: bool = False
    item: str | None = None

    def check(self, tree: exp.Expr, wanted: Type | None = None) -> Node:
        """The typed tree, of the wanted type. Raises `Invalid`."""
        node = self._node(tree)
        if wanted:
            self._check_columns(tree, wanted, node)
        if wanted and node.type not in (wanted, "null"):
            self.refuse(
                tree,
                N_("%(place)s, character %(position)s: a %(wanted)s is expected, not a %(found)s."),
                wanted=wanted,
                found=node.type,
            )
        return node

    def refuse(self, tree: exp.Expr, message: str, **params: object) -> NoReturn:
        """Raise `Invalid` at the place of this part."""
        raise Invalid(message, place=self.place, position=position(tree), **params)

    def inside_member(self) -> Checker:
        return replace(self, of_member=True)

    def at_item(self, item: str) -> Checker:
        return replace(self, item=item)

    def _node(self, tree: exp.Expr) -> Node:
        kind = type(tree)
        if kind in _COMPARISONS:
            return self._comparison(tree, _COMPARISONS[kind])
        if kind in _ARITHMETIC:
            left, right = self.check(tree.this, "number"), self.check(tree.expression, "number")
            return Node(_ARITHMETIC[kind], "number", (left, right))
        reader = _READERS.get(kind)
        if reader:
            return reader(self, tree)
        if not isinstance(tree, exp.Func):
            self.refuse(
                tree, N_("%(place)s, character %(position)s: this is not part of the language.")
            )
        return self._function(tree)

    def _paren(self, tree: exp.Expr) -> Node:
        return self._node(tree.this)

    def _literal(self, tree: exp.Expr) -> Node:
        if tree.args["is_string"]:
            return Node("constant", "code", value=tree.this)
        try:
            value = float(tree.this)
        except ValueError:  # 1e, of which the tokens are made as if it were a number
            self.refuse(
                tree,
                N_("%(place)s, character %(position)s: “%(number)s” is no number."),
                number=tree.this[:40],
            )
        if abs(value) > _LARGEST:
            self.refuse(tree, N_("%(place)s, character %(position)s: the number is too large."))
        return nodes.number(int(value) if value.is_integer() else value)

    def _date(self, tree: exp.Expr) -> Node:
        """date '1966-09-02', in CE."""
        written = tree.this
        if not (isinstance(written, exp.Literal) and tree.args["to"].is_type("date")):
            self.refuse(
                tree, N_("%(place)s, character %(position)s: this is not part of the language.")
            )
        try:
            day = dt.date.fromisoformat(written.this)
        except ValueError:
            day = dt.date.max
        if day.year >= FIRST_BE:
            self.refuse(
                tree,
                N_("%(place)s, character %(position)s: write a date as date '2025-10-01', in CE."),
            )
        return Node("constant", "date", value=day)

    def _boolean(self, tree: exp.Expr) -> Node:
        return Node("constant", "boolean", value=bool(tree.this))

    def _null(self, _tree: exp.Expr) -> Node:
        return nodes.NULL

    def _connector(self, tree: exp.Expr) -> Node:
        parts = [self.check(part, "boolean") for part in tree.flatten(unnest=True)]
        return nodes.all_of(*parts) if isinstance(tree, exp.And) else nodes.any_of(*parts)

    def _not(self, tree: exp.Expr) -> Node:
        return nodes.negation(self.check(tree.this, "boolean"))

    def _negated(self, tree: exp.Expr) -> Node:
        return Node("-", "number", (nodes.number(0), self.check(tree.this, "number")))

    def _is_null(self, tree: exp.Expr) -> Node:
        if not isinstance(tree.expression, exp.Null):
            self.refuse(
                tree, N_("%(place)s, character %(position)s: write IS NULL or IS NOT NULL.")
            )
        return Node("is_null", "boolean", (self._node(tree.this),))

    def _between(self, tree: exp.Expr) -> Node:
        return nodes.all_of(
            self._compared(tree, ">=", tree.this, tree.args["low"]),
            self._compared(tree, "<=", tree.this, tree.args["high"]),
        )

    def _in(self, tree: exp.Expr) -> Node:
        thing, options = self._node(tree.this), tree.expressions
        if thing.type not in ("choice", "number") or not options:
            self.refuse(
                tree,
                N_("%(place)s, character %(position)s: IN takes a choice and some of its codes."),
            )
        values = []
        for option in options:
            value = self._node(option)
            if value.op != "constant" or value.type == "null":
                self.refuse(
                    option, N_("%(place)s, character %(position)s: IN takes a list of constants.")
                )
            if thing.type == "choice":
                self.check_code(option, thing.variable, value)
            elif value.type != "number":
                self.refuse(
                    option, N_("%(place)s, character %(position)s: numbers are expected here.")
                )
            values.append(value.value)
        return Node("in", "boolean", (thing,), value=tuple(values))

    def _case(self, tree: exp.Expr) -> Node:
        parts: list[Node] = []
        for branch in tree.args["ifs"]:
            condition = (
                self._compared(branch, "=", tree.this, branch.this)
                if tree.this
                else self.check(branch.this, "boolean")
            )
            parts += [condition, self._node(branch.args["true"])]
        default = tree.args.get("default")
        node = nodes.case(*parts, self._node(default) if default else nodes.NULL)
        self.same_types(tree, [*node.args[1:-1:2], node.args[-1]])
        return node

    def same_types(self, tree: exp.Expr, results: list[Node]) -> None:
        """Refuse results of several types, or of one that cannot be a result."""
        types = {one.type for one in results if one.type != "null"}
        if len(types) > 1 or not types <= {"boolean", "number"}:
            self.refuse(
                tree,
                N_("%(place)s, character %(position)s: the results have to be all numbers or all "
                   "conditions."),
            )  # fmt: skip

    def _comparison(self, tree: exp.Expr, sign: str) -> Node:
        return self._compared(tree, sign, tree.this, tree.expression)

    def _compared(self, tree: exp.Expr, sign: str, one: exp.Expr, other: exp.Expr) -> Node:
        left, right = self._node(one), self._node(other)
        if left.type == "code" and right.type == "choice":
            left, right, sign, other = right, left, _TURNED[sign], one
        types = {left.type, right.type} - {"null"}
        if types == {"date"}:
            return Node(sign, "boolean", (left, right))
        if left.type == "choice" and right.type == "code":
            return self._compared_choice(tree, sign, left, right, other)
        self._check_columns(tree, None, left, right)
        if not (types <= {"number"} or (types <= {"boolean"} and sign in ("=", "<>"))):
            self.refuse(
                tree,
                N_("%(place)s, character %(position)s: a %(left)s cannot be compared so with a "
                   "%(right)s."),
                left=left.type,
                right=right.type,
            )  # fmt: skip
        return Node(sign, "boolean", (left, right))

    def _check_columns(self, tree: exp.Expr, wanted: Type | None, *sides: Node) -> None:
        """Columns of a file that do not fit: tell what they hold and what to write."""
        fault = fault_of(sides, wanted) if self.scope.codebook.of_file else None
        if fault:
            self.refuse(tree, fault[0], **fault[1])

    def _compared_choice(
        self, tree: exp.Expr, sign: str, choice: Node, code: Node, at: exp.Expr
    ) -> Node:
        self.check_code(at, choice.variable, code)
        if sign in ("=", "<>"):
            return Node(sign, "boolean", (choice, code))
        ranks = choice.variable.ranks
        if code.value not in ranks:
            self.refuse(
                at,
                N_("%(place)s, character %(position)s: the answers of “%(variable)s” that have an "
                   "order are: %(allowed)s."),
                variable=choice.variable.name,
                allowed=", ".join(ranks) or "–",
            )  # fmt: skip
        rank = Node("lookup", "number", (choice,), value=tuple(ranks.items()))
        return Node(sign, "boolean", (rank, nodes.number(ranks[code.value])))

    def check_code(self, tree: exp.Expr, variable: Variable, code: Node) -> None:
        """Refuse a text that is no code of the variable's answers."""
        if self.scope.codebook.of_file:
            self._check_columns(tree, None, Node("variable", "choice", value=variable), code)
            return
        if code.type != "code" or code.value not in variable.codes:
            allowed = variable.codes
            if len(allowed) > _FEW:
                allowed = (*(near(str(code.value), allowed) or allowed[:_FEW]), "…")
            self.refuse(
                tree,
                N_("%(place)s, character %(position)s: “%(code)s” is not an answer of "
                   "“%(variable)s”; allowed are %(allowed)s."),
                code=str(code.value)[:40],
                variable=variable.name,
                allowed=", ".join(allowed),
            )  # fmt: skip

    def _function(self, tree: exp.Func) -> Node:
        name = (tree.name if isinstance(tree, exp.Anonymous) else tree.sql_name()).lower()
        function = self.functions.get(name)
        if function is None:
            self.refuse(
                tree,
                N_("%(place)s, character %(position)s: there is no function “%(name)s”; there are "
                   "%(allowed)s."),
                name=name[:40],
                allowed=", ".join(sorted(self.functions)),
            )  # fmt: skip
        return function(self, tree, arguments(tree))

    def _column(self, tree: exp.Expr) -> Node:
        name = tree.name
        scope = self.scope
        if tree.args.get("table") or tree.this.args.get("quoted"):
            self.refuse(
                tree, N_("%(place)s, character %(position)s: write a name without dots or quotes.")
            )
        if self.item and name == "item":
            return Node("constant", "code", value=self.item)
        if name in scope.values and not self.of_member:
            return scope.values[name]
        if name in scope.constants:
            return nodes.number(scope.constants[name])
        if name in scope.parameters:
            return Node("parameter", "number", value=scope.parameters[name])
        return self._variable(tree, name)

    def _variable(self, tree: exp.Expr, name: str) -> Node:
        codebook = self.scope.codebook
        if self.item and name in codebook.families:
            name = f"{name}__{self.item}"
        variable = codebook.variables.get(name) or codebook.derived.get(name)
        if variable is None:
            self._refuse_name(tree, name)
        self._check_level(tree, variable)
        kind = _FACT_TYPES.get(variable.kind)
        if kind is None or variable.name not in self._usable():
            self.refuse(
                tree,
                N_("%(place)s, character %(position)s: “%(name)s” cannot stand in an expression: "
                   "texts, in a measure also dates, and what identifies people are left out."),
                name=name,
            )  # fmt: skip
        return Node("variable", kind, value=variable)

    def _usable(self) -> frozenset[str]:
        return usable_names(self.scope)

    def _check_level(self, tree: exp.Expr, variable: Variable) -> None:
        here = "person" if self.of_member else self.scope.level
        if variable.level == here or (here == "person" and not self.of_member):
            return
        message = (
            N_("%(place)s, character %(position)s: “%(name)s” is asked of each member; use it in a "
               "member function, such as any_member(…).")
            if variable.level == "person"
            else N_("%(place)s, character %(position)s: “%(name)s” is asked of the household; it "
                    "cannot stand inside a member function.")
        )  # fmt: skip
        self.refuse(tree, message, name=variable.name)

    def _refuse_name(self, tree: exp.Expr, name: str) -> NoReturn:
        scope = self.scope
        if name in scope.codebook.families:
            self.refuse(
                tree,
                N_("%(place)s, character %(position)s: “%(name)s” is a table of several lines; use "
                   "it in an item function, such as any_item(…)."),
                name=name,
            )  # fmt: skip
        self.refuse(
            tree,
            N_("%(place)s, character %(position)s: the data have no column “%(name)s”. Write one "
               "of: %(near)s.")
            if scope.codebook.of_file
            else N_("%(place)s, character %(position)s: the codebook has no “%(name)s”. Near to "
                    "it: %(near)s."),
            name=name[:60],
            near=", ".join(near_names(name, scope)) or "–",
        )  # fmt: skip


def usable_names(scope: Scope) -> frozenset[str]:
    """Variables that a snapshot holds; for rights also dates and the facts derived from them."""
    book = scope.codebook
    columns = (*book.columns("household"), *book.columns("person"))
    if scope.rights:
        return frozenset({*_FRAME, "birth_date", *book.derived, *(one.name for one in columns)})
    counted = (one.name for one in book.derived.values() if one.counted)
    return frozenset({*_FRAME, *counted, *(one.name for one in columns if one.kind != "date")})


def arguments(tree: exp.Expr) -> list[exp.Expr]:
    """The arguments of a function call, in their order."""
    if isinstance(tree, exp.Anonymous):
        return list(tree.expressions)
    first = [tree.this] if tree.args.get("this") is not None else []
    more = [tree.args[key] for key in ("decimals",) if tree.args.get(key) is not None]
    return [*first, *more, *tree.expressions]


_READERS: dict[type[exp.Expr], Callable[[Checker, exp.Expr], Node]] = {
    exp.Paren: Checker._paren,
    exp.Literal: Checker._literal,
    exp.Boolean: Checker._boolean,
    exp.Null: Checker._null,
    exp.Cast: Checker._date,
    exp.And: Checker._connector,
    exp.Or: Checker._connector,
    exp.Not: Checker._not,
    exp.Neg: Checker._negated,
    exp.Is: Checker._is_null,
    exp.Between: Checker._between,
    exp.In: Checker._in,
    exp.Case: Checker._case,
    exp.Column: Checker._column,
}
