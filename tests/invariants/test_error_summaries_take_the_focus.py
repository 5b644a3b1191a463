"""What a form refused is told where the reader is: the summary takes the focus of the page."""

from __future__ import annotations

import re
from pathlib import Path

import wattana

_SUMMARY = re.compile(
    r'\{% if (?:problem|problems|form\.errors) %\}<\w+ class="alert[^>]* role="alert"[^>]*>'
)


def test_every_summary_of_errors_takes_the_focus():
    root = Path(wattana.__file__).parent
    found = [
        (path.relative_to(root), tag)
        for path in root.rglob("*.html")
        for tag in _SUMMARY.findall(path.read_text())
    ]
    assert len(found) > 8
    assert [path for path, tag in found if 'tabindex="-1" autofocus' not in tag] == []
