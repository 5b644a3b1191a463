from __future__ import annotations

import subprocess
import sys

from wattana.kernel.later import Later

_PAGES = """
import sys
from wattana.site.wsgi import application
from django.urls import get_resolver
get_resolver().url_patterns
print(*sys.modules)
"""
_SELDOM = {"holidays", "numba", "pyspark", "pythainlp", "scipy", "sklearn", "xlsxwriter"}


def test_a_library_is_loaded_when_something_of_it_is_used():
    sys.modules.pop("wave", None)
    wave = Later("wave")
    assert "wave" not in sys.modules
    assert wave.open is sys.modules["wave"].open


def test_a_process_of_pages_starts_without_the_libraries_that_few_pages_need():
    done = subprocess.run(
        [sys.executable, "-c", _PAGES], capture_output=True, text=True, check=True, timeout=300
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "wattana" in loaded
    assert not _SELDOM & loaded
