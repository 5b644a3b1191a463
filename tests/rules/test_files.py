from __future__ import annotations

import pytest

from wattana.kernel.problems import Invalid
from wattana.rules.files import read_lined


@pytest.mark.parametrize("text", ["[" * 300_000, "{a: " * 200_000, "- " * 300_000])
def test_what_is_nested_too_deep_is_refused_at_its_line(tmp_path, text):
    file = tmp_path / "deep.yaml"
    file.write_text(f"a: 1\nb: {text}" if text[0] != "-" else f"a: 1\nb:\n{text}")
    with pytest.raises(Invalid, match=r"deep.yaml is not proper YAML at line [23]"):
        read_lined(file)
