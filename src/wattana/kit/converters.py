"""Path converters: `<key:household>` in a route gives the record's key as an int."""

from __future__ import annotations

from wattana.kernel import keys
from wattana.kernel.problems import Invalid


class KeyConverter:
    """A record key, 13 letters and digits in the address (registered as "key" by the kit's app)."""

    regex = "[0-9A-Za-z]{13}"

    def to_python(self, value: str) -> int:
        """The key; ValueError, so that no route matches, when it is none."""
        try:
            return keys.from_text(value)
        except Invalid as error:
            raise ValueError(value) from error

    def to_url(self, value: int | str) -> str:
        return value if isinstance(value, str) else keys.to_text(value)
