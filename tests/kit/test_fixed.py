"""A sentence of a template is looked up once for each language, and says what Django's would."""

from __future__ import annotations

import pytest
from django.template import Context, engines
from django.utils.translation import override

from wattana.kit.templatetags.fixed import FixedNode


def written(text: str, language: str, **context: object) -> str:
    with override(language):
        return engines["django"].engine.from_string(text).render(Context(context))


def nodes(text: str) -> list[FixedNode]:
    template = engines["django"].engine.from_string(text)
    return list(template.nodelist.get_nodes_by_type(FixedNode))


def test_one_template_speaks_the_language_in_force_each_time():
    template = engines["django"].engine.from_string('{% translate "Households" %}')
    for language, said in (("th", "ครัวเรือน"), ("en", "Households"), ("th", "ครัวเรือน")):
        with override(language):
            assert template.render(Context()) == said


def test_it_is_looked_up_once_for_each_language(monkeypatch):
    (node,) = nodes('{% translate "Households" %}')
    asked = []
    monkeypatch.setattr(node.sentence, "render", lambda context: asked.append(1) or "…")
    for language in ("th", "en", "th", "en"):
        with override(language):
            node.render(Context())
    assert len(asked) == 2


def test_a_context_tells_words_apart():
    text = '{% translate "member" context "audit" %}'
    assert len(nodes(text)) == 1
    assert written(text, "th") == "สมาชิก"
    assert written('{% translate "member" %}', "th") == "member"


@pytest.mark.parametrize(
    "text",
    [
        "{% translate said %}",
        '{% translate "Households" as said %}{{ said }}',
        '{% translate "Households"|upper %}',
        '{% translate "Households" noop %}',
    ],
)
def test_what_depends_on_more_than_the_language_is_worked_out_each_time(text):
    assert nodes(text) == []


def test_of_a_variable_it_says_what_stands_there_now():
    template = engines["django"].engine.from_string("{% translate said %}")
    with override("th"):
        assert template.render(Context({"said": "Households"})) == "ครัวเรือน"
        assert template.render(Context({"said": "<b>"})) == "&lt;b&gt;"


def test_percent_signs_stand_as_they_were_written():
    assert written('{% translate "100% of all" %}', "en") == "100% of all"
