"""Runs the real command in a folder of its own."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

WATTANA = Path(sys.executable).with_name("wattana")


def wattana(
    folder: Path, *words: str, largest_file: int | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `wattana` on SQLite in `folder`; the caller looks at code and output.

    `largest_file` bytes is all that a file may grow to, as on a disk that is nearly full.
    """

    def narrow() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    inherited = {k: v for k, v in os.environ.items() if k != "WATTANA_SECRET_KEY"}
    settings = inherited | {
        "WATTANA_DATA": str(folder),
        "WATTANA_DATABASE": "",
        "LANG": "en_GB.UTF-8",
    }
    return subprocess.run(
        [WATTANA, *words],
        env=settings | environment,
        capture_output=True,
        text=True,
        timeout=300,
        preexec_fn=narrow if largest_file else None,
    )
