"""An installation of its own in a folder, and processes that work on it at the same time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WATTANA = Path(sys.executable).with_name("wattana")
_BEGIN = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "wattana.site.settings"
import django
django.setup()
from django.conf import settings
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
from tests.referrals.conftest import *
from tests.referrals import conftest
world = conftest.world.__wrapped__
"""


_INSTALL = """
from django.core.management import call_command
from wattana.kit import vault
vault.create_if_missing()
call_command("migrate", verbosity=0)
"""


def installed(
    code: str, folder: Path, database: str = "", **more: str
) -> tuple[dict[str, str], str]:
    """Tables and keys in an empty folder or database, then `code` there.

    The environment that leads to it, and what the code printed; it has the builders of the tests
    of referrals at hand.
    """
    environment = os.environ | {"WATTANA_DATA": str(folder), "WATTANA_DATABASE": database} | more
    environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(
        [sys.executable, "-c", _BEGIN + _INSTALL + code], env=environment, cwd=ROOT,
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return environment, done.stdout


def worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A real `wattana work --once`."""
    return subprocess.Popen(
        [WATTANA, "work", "--once"], env=environment, cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def begun(code: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A process that runs `code` in an installation."""
    return subprocess.Popen([sys.executable, "-c", _BEGIN + code], env=environment, cwd=ROOT)


def wait_until(true: Callable[[], bool], seconds: float = 120) -> None:
    """Look again and again until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
