"""From text to a parsed tree: only the words and signs of the language, not too long, not too deep.

The words are checked before the parser sees them, so that nothing but a scalar expression can come
out: no statement, no subquery, no comment, no second expression.
"""

from __future__ import annotations

from typing import NoReturn

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from wattana.kernel.problems import N_, Invalid

LONGEST = 4_000
"""Letters of one expression."""
DEEPEST = 12
"""Parentheses and CASEs inside one another."""
_MOST_WORDS = 800
_DEEPEST_TREE = 60

_WORDS = frozenset(
    {
        TokenType.VAR, TokenType.NUMBER, TokenType.STRING,
        TokenType.L_PAREN, TokenType.R_PAREN, TokenType.COMMA,
        TokenType.AND, TokenType.OR, TokenType.NOT, TokenType.IS, TokenType.NULL, TokenType.IN,
        TokenType.BETWEEN, TokenType.TRUE, TokenType.FALSE,
        TokenType.CASE, TokenType.WHEN, TokenType.THEN, TokenType.ELSE, TokenType.END,
        TokenType.EQ, TokenType.NEQ, TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE,
        TokenType.PLUS, TokenType.DASH, TokenType.STAR, TokenType.SLASH, TokenType.DATE,
    }
)  # fmt: skip
_OPEN = frozenset({TokenType.L_PAREN, TokenType.CASE})
_CLOSE = frozenset({TokenType.R_PAREN, TokenType.END})
_PREFIX = frozenset({TokenType.NOT, TokenType.DASH, TokenType.PLUS})


def read(text: str, place: str) -> exp.Expr:
    """Parse one expression. Raises `Invalid`, which names the place and the position."""
    if len(text) > LONGEST:
        _refuse(
            N_("%(place)s: the expression is longer than %(longest)s letters."),
            place,
            longest=LONGEST,
        )
    _check_words(_tokens(text, place), place)
    try:
        tree = sqlglot.parse_one(text, dialect="duckdb")
    except (ParseError, TokenError) as error:
        _refuse_parse(error, place)
    _check_depth(tree, place)
    return tree


def position(node: exp.Expr) -> int:
    """Where a part of the expression begins: the number of its first letter, from 1."""
    starts = [
        int(one.meta["start"])
        for one in node.find_all(exp.Identifier, exp.Literal)
        if "start" in one.meta
    ]
    return min(starts, default=0) + 1


def _tokens(text: str, place: str) -> list[Token]:
    try:
        tokens = sqlglot.tokenize(text, dialect="duckdb")
    except TokenError:
        _refuse(N_("%(place)s: a quotation mark or a sign is not closed."), place)
    if not tokens:
        _refuse(N_("%(place)s: the expression is empty."), place)
    return tokens


def _check_words(tokens: list[Token], place: str) -> None:
    if len(tokens) > _MOST_WORDS:
        _refuse(
            N_("%(place)s: the expression has more than %(most)s words."), place, most=_MOST_WORDS
        )
    depth = run = 0
    for token in tokens:
        if token.token_type not in _WORDS:
            _refuse(
                N_("%(place)s, character %(position)s: “%(word)s” is not part of the language."),
                place,
                position=token.start + 1,
                word=token.text[:40],
            )
        if token.comments:
            _refuse(N_("%(place)s: comments are not allowed in an expression."), place)
        depth += (token.token_type in _OPEN) - (token.token_type in _CLOSE)
        run = run + 1 if token.token_type in _PREFIX else 0
        if depth + run > DEEPEST:
            _refuse(
                N_("%(place)s, character %(position)s: more than %(deepest)s levels deep."),
                place,
                position=token.start + 1,
                deepest=DEEPEST,
            )


def _check_depth(tree: exp.Expr, place: str) -> None:
    level = [tree]
    for _ in range(_DEEPEST_TREE):
        level = [child for node in level for child in node.iter_expressions()]
        if not level:
            return
    _refuse(
        N_("%(place)s: more than %(deepest)s operations in one chain; use IN or a sum function."),
        place,
        deepest=_DEEPEST_TREE,
    )


def _refuse_parse(error: ParseError | TokenError, place: str) -> NoReturn:
    found = error.errors[0] if isinstance(error, ParseError) and error.errors else {}
    _refuse(
        N_(
            "%(place)s, character %(position)s: this cannot be read as an expression. "
            "Look for a missing value, word or bracket."
        ),
        place,
        position=found.get("col") or 1,
    )


def _refuse(message: str, place: str, **params: object) -> NoReturn:
    raise Invalid(message, place=place, **params) from None
