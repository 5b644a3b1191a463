"""Documents of docs/ as pages: Markdown of the house's own, never of a user's.

A room lays a link to the document into its folder `guides/`, named by language, so that an
installation without docs/ has it, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from markdown_it import MarkdownIt
from markdown_it.token import Token

from wattana.kit.words import kept_by_language

_ONLY_A_LINK = re.compile(r"\[[^]]+\]\([\w.-]+\.md\)")  # to the document in the other language


@dataclass(frozen=True)
class Guide:
    """A document in one language: its first heading, and all that follows as HTML."""

    title: str
    body: SafeString


@kept_by_language(16)
def guide(folder: Path, name: str) -> Guide:
    """`folder/name.LANGUAGE.md` in the language in force."""
    language = "th" if get_language() == "th" else "en"
    tokens = _reader().parse((folder / f"{name}.{language}.md").read_text(encoding="utf-8"))
    title = tokens[1].content  # after the opening of the heading, before its end
    told = _without_lone_links(tokens[3:])
    for token in told:
        _leave_out_other_documents(token)
    reader = _reader()
    body = reader.renderer.render(told, reader.options, {})
    return Guide(title, mark_safe(body))  # noqa: S308  HTML in the document is shown as text


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("table_open", _open_table)
    reader.add_render_rule("table_close", lambda *_: "</table></div>\n")
    reader.add_render_rule("fence", _block)
    return reader


def _open_table(*_: Any) -> str:
    label = gettext("Table")
    return (
        f'<div class="table-responsive" role="group" tabindex="0" aria-label="{label}">'
        '<table class="table">\n'
    )


def _block(renderer: Any, tokens: list[Token], at: int, options: Any, _env: Any) -> str:
    """Lines as they are typed; who uses the keyboard can move them aside where they are long."""
    code = renderer.code_block(tokens, at, options, {})
    return str(code).replace("<pre>", '<pre tabindex="0">', 1)


def _without_lone_links(tokens: list[Token]) -> list[Token]:
    kept: list[Token] = []
    for token in tokens:
        if token.type == "paragraph_close" and _ONLY_A_LINK.fullmatch(kept[-1].content):
            del kept[-2:]
        else:
            kept.append(token)
    return kept


def _leave_out_other_documents(token: Token) -> None:
    """A link to another file of docs/ leads nowhere here: its words stay."""
    within = False
    for child in token.children or ():
        if child.type == "link_open":
            within = ":" not in str(child.attrs["href"])
        if within and child.type in ("link_open", "link_close"):
            child.tag, child.attrs = "span", {}
