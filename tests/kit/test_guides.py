"""Documents in Markdown become pages: nothing of them runs, no link leads nowhere."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from wattana.kit.guides import guide

TEXT = """# Files & more

[ภาษาไทย](files.th.md)

See [speed](speed.md) and [the source](https://example.org/a). <script>alert(1)</script>

| a | b |
|---|---|
| `x` | <b>bold</b> |

```yaml
columns: {a: b}
```
"""


@pytest.fixture
def shown(tmp_path):
    (tmp_path / "files.en.md").write_text(TEXT)
    (tmp_path / "files.th.md").write_text("# ไฟล์\n\nข้อความ\n")
    return tmp_path


def test_a_document_is_read_in_the_language_of_the_reader(shown):
    with override("th"):
        assert (guide(shown, "files").title, "ข้อความ" in guide(shown, "files").body) == (
            "ไฟล์",
            True,
        )
    with override("en"):
        assert guide(shown, "files").title == "Files & more"


def test_html_in_it_is_text_and_links_to_other_documents_are_their_words(shown):
    with override("en"):
        body = guide(shown, "files").body
    assert "<script>" not in body and "&lt;b&gt;" in body
    assert "files.th.md" not in body and "<span>speed</span>" in body
    assert '<a href="https://example.org/a">the source</a>' in body
    assert "<h1" not in body


def test_what_may_be_wider_than_a_phone_is_moved_with_the_keyboard_too(shown):
    with override("en"):
        body = guide(shown, "files").body
    assert 'tabindex="0" aria-label="Table"><table class="table">' in body
    assert '<pre tabindex="0">' in body and "columns: {a: b}" in body
