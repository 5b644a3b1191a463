"""A simple expression in words, so that a page need not show the language of rules.

Labels of variables, choices and figures of law come from the rulebook. What is more than
comparisons joined by and, or, not has no words here; a page then shows the expression itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from wattana.rules.expressions.nodes import Node
from wattana.rules.parameters import Parameter
from wattana.rules.variables import Variable

_WORDS: Mapping[str, Mapping[str, str]] = {
    "th": {
        "and": " และ", "or": " หรือ", "not": "ไม่ใช่: {}", "between": "{} {}–{}", "<": "{} ต่ำกว่า {}",
        "<=": "{} ไม่เกิน {}", ">": "{} มากกว่า {}", ">=": "{} {} ขึ้นไป", "=": "{}: {}",
        "<>": "{} ไม่ใช่ {}", "before": "{} ก่อน {}", "until": "{} ไม่หลัง {}", "after": "{} หลัง {}",
        "from": "{} ตั้งแต่ {}", "members >=": "สมาชิกที่{} ตั้งแต่ {} คน",
        "members <": "สมาชิกที่{} น้อยกว่า {} คน", "members =": "สมาชิกที่{} {} คน",
        "day": "วันที่พิจารณา", "months later": "วันครบ {1} เดือนหลัง{0}", "age on": "อายุ ณ {}",
    },
    "en": {
        "and": " and ", "or": " or ", "not": "not: {}", "between": "{} {}–{}", "<": "{} below {}",
        "<=": "{} at most {}", ">": "{} above {}", ">=": "{} {} or more", "=": "{}: {}",
        "<>": "{} not {}", "before": "{} before {}", "until": "{} not after {}",
        "after": "{} after {}", "from": "{} from {}", "members >=": "{1} members or more with {0}",
        "members <": "fewer than {1} members with {0}", "members =": "{1} members with {0}",
        "day": "the day asked about", "months later": "{1} months after {0}", "age on": "age on {}",
    },
}  # fmt: skip
_DATED = {"<": "before", "<=": "until", ">": "after", ">=": "from", "=": "=", "<>": "<>"}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}


def said(node: Node, language: str, date: Callable[[dt.date], str]) -> str | None:
    """The words in “th” or “en”, or None where there are none; `date` writes a day."""
    try:
        return _Speaker(language, date).of(node)
    except _Unsayable:
        return None


class _Unsayable(Exception):
    """There are no words for a part."""


@dataclass(frozen=True)
class _Speaker:
    language: str
    date: Callable[[dt.date], str]

    def of(self, node: Node) -> str:
        if node.op == "and" and (band := self._band(node)):
            return band
        if node.op == "or" and (answers := self._answers(node.args)):
            return answers
        if node.op in ("and", "or"):
            return self._word(node.op).join(self.of(one) for one in node.args)
        if node.op == "not":
            return self._word("not").format(self.of(node.args[0]))
        if node.op in _TURNED:
            return self._comparison(node.op, *node.args)
        if node.op == "in":
            names = self._word("or").join(self._value(one, node.args[0]) for one in node.value)
            return self._word("=").format(self._subject(node.args[0]), names)
        if node.op == "has":
            return self._answers([node]) or ""
        if node.op == "variable" and node.type == "boolean":
            return self._subject(node)
        raise _Unsayable

    def _comparison(self, op: str, left: Node, right: Node) -> str:
        if left.op == "constant":
            left, right, op = right, left, _TURNED[op]
        form = _DATED[op] if right.type == "date" else op
        if left.op == "aggregate":
            form = f"members {op}"
        limit = self._value(right.value, left) if right.op == "constant" else self._limit(right)
        return self._word(form).format(self._subject(left), limit)

    def _limit(self, node: Node) -> str:
        """What is compared with, where it is no constant."""
        if node.op == "parameter":
            return self._label(node.value)
        if node.op == "months_later":
            return self._word("months later").format(self._subject(node.args[0]), node.value)
        raise _Unsayable

    def _answers(self, nodes: Sequence[Node]) -> str | None:
        """“needs: food or shelter” for one question of which any of these answers counts."""
        if any(one.op != "has" or one.args != nodes[0].args for one in nodes):
            return None
        names = self._word("or").join(self._value(one.value, one.args[0]) for one in nodes)
        return self._word("=").format(self._subject(nodes[0].args[0]), names)

    def _band(self, node: Node) -> str | None:
        """“age 60–69” for two bounds of one thing."""
        lowest = [one.args for one in node.args if one.op == ">="]
        highest = [one.args for one in node.args if one.op == "<="]
        if len(node.args) != 2 or len(lowest) != 1 or len(highest) != 1:
            return None
        (subject, low), (other, high) = lowest[0], highest[0]
        if subject != other or low.op != "constant" or high.op != "constant":
            return None
        bounds = (self._value(low.value, subject), self._value(high.value, subject))
        return self._word("between").format(self._subject(subject), *bounds)

    def _subject(self, node: Node) -> str:
        if node.op == "variable":
            return self._label(node.variable)
        if node.op == "aggregate" and node.value == "count" and len(node.args) == 1:
            return self.of(node.args[0])
        if node.op == "day":
            return self._word("day")
        if node.op == "years_between" and node.args[0].op == "variable":
            since, until = node.args
            if since.variable.name == "birth_date":
                return self._word("age on").format(self._subject(until))
        raise _Unsayable

    def _label(self, named: Variable | Parameter) -> str:
        return named.label_th if self.language == "th" else named.label_en

    def _value(self, value: object, subject: Node) -> str:
        if isinstance(value, Node):
            value = value.value
        if isinstance(value, dt.date):
            return self.date(value)
        if isinstance(value, str):
            return self._choice(value, subject)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _Unsayable
        return f"{value:,.10g}"

    def _choice(self, code: str, subject: Node) -> str:
        choices = subject.variable.choices if subject.op == "variable" else ()
        found = next((one for one in choices if one.code == code), None)
        if found is None:
            raise _Unsayable
        return found.label_th if self.language == "th" else found.label_en

    def _word(self, key: str) -> str:
        if key not in _WORDS[self.language]:
            raise _Unsayable
        return _WORDS[self.language][key]
