"""Runs the real command in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

WATTANA = Path(sys.executable).with_name("wattana")


def wattana(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `wattana` on SQLite in `folder`; the caller looks at code and output."""
    inherited = {k: v for k, v in os.environ.items() if k != "WATTANA_SECRET_KEY"}
    settings = inherited | {"WATTANA_DATA": str(folder), "WATTANA_DATABASE": "", "LANG": "C.UTF-8"}
    return subprocess.run(
        [WATTANA, *words],
        env=settings | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
