"""Reading pages in tests."""

from __future__ import annotations

import re
from typing import Any


def text_of(response: Any) -> str:
    """What a page says, without markup, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def listed(response: Any) -> list[str]:
    """The first cells of the page's rows."""
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', response.content.decode())
