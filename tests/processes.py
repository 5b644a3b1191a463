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


def installed(folder: Path, database: str = "", **more: str) -> dict[str, str]:
    """Tables and keys in an empty folder or database; the environment that leads to it."""
    environment = os.environ | {"WATTANA_DATA": str(folder), "WATTANA_DATABASE": database} | more
    environment["PYTHONPATH"] = str(ROOT)
    run(environment, "from django.core.management import call_command\n"
        "from wattana.kit import vault\n"
        "vault.create_if_missing()\n"
        "call_command('migrate', verbosity=0)\n")  # fmt: skip
    return environment


def run(environment: dict[str, str], code: str) -> str:
    """Run Python there to its end; what it printed."""
    with start(environment, code) as process:
        out, err = process.communicate(timeout=180)
    assert process.returncode == 0, err[-3000:]
    return out


def start(environment: dict[str, str], code: str) -> subprocess.Popen[str]:
    """Begin to run Python there, with Django set up and the builders of the referral tests."""
    return subprocess.Popen(
        [sys.executable, "-c", _BEGIN + code], env=environment, cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A real `wattana work --once`."""
    return subprocess.Popen(
        [WATTANA, "work", "--once"], env=environment, cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def wait_until(true: Callable[[], bool], seconds: float = 120) -> None:
    """Look again and again until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
