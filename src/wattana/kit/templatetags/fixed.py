"""`{% translate "…" %}` that is looked up once for each language; built in, for every template.

Django goes through its catalogues each time that a sentence is shown, and a page shows dozens.
"""

from __future__ import annotations

from django import template
from django.template.base import FilterExpression, Node, Parser, Token
from django.template.context import Context
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.translation import get_language

register = template.Library()


class FixedNode(Node):
    """A sentence without values: it depends on the language alone."""

    child_nodelists = ()

    def __init__(self, sentence: TranslateNode) -> None:
        self.sentence = sentence
        self.said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        said = self.said.get(language)
        if said is None:
            said = self.said[language] = self.sentence.render(context)
        return said


@register.tag
def translate(parser: Parser, token: Token) -> Node:
    """As Django's own; what it says of a variable, or keeps in one, is worked out each time."""
    node: TranslateNode = do_translate(parser, token)
    plain = node.asvar is None and not node.noop
    told = (node.filter_expression, node.message_context)
    return FixedNode(node) if plain and all(map(_is_fixed, told)) else node


def _is_fixed(said: FilterExpression | None) -> bool:
    """Whether it is a text of the template, without a filter; so is no context at all."""
    if said is None:
        return True
    return not said.filters and getattr(said.var, "lookups", None) is None
