"""A small demo province, served for real, and Debian's Chromium to look at it."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from wattana.site.settings import DEMO_PASSWORD

WATTANA = Path(sys.executable).with_name("wattana")
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
]
WAIT = 15_000  # milliseconds


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of a demo province of 300 households, made once and copied for each worker."""
    folder = tmp_path_factory.getbasetemp()
    if worker_id == "master":
        return _made(folder / "demo")
    together = folder.parent / "demo"
    with (folder.parent / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = together if together.exists() else _made(together)
    return Path(shutil.copytree(made, folder / "demo"))


def _made(folder: Path) -> Path:
    made = subprocess.run(
        [WATTANA, "demo", "--households", "300"],
        env=_environment(folder),
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return folder


def _environment(folder: Path) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if k != "WATTANA_SECRET_KEY"}
    return inherited | {"WATTANA_DATA": str(folder), "WATTANA_DATABASE": ""}


@pytest.fixture(scope="session")
def site(demo: Path) -> Iterator[str]:
    """The address of a running demo province."""
    port = _free_port()
    server = subprocess.Popen(
        [WATTANA, "serve", "--demo", "--port", str(port), "--workers", "1"],
        env=_environment(demo),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        yield address
    finally:
        os.killpg(server.pid, signal.SIGINT)  # as Ctrl-C in a terminal does
        server.wait(timeout=25)  # less than the half minute after which gunicorn kills


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        assert server.poll() is None, "the server stopped"
        try:
            urllib.request.urlopen(address, timeout=10)
        except OSError:  # not there yet, or slow to begin
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the server did not answer within 30 seconds")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if not path:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=60_000)
        yield browser
        browser.close()


class Desk:
    """A browser window of somebody signed in (or not), in one language and width."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.context = context
        self.site = site
        self.page: Page = context.new_page()
        self.page.set_default_timeout(WAIT)
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on(
            "console",
            lambda said: self.faults.append(said.text) if said.type == "error" else None,
        )

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path, wait_until="load")
        return self.page

    def sign_in(self, username: str) -> None:
        self.open("/accounts/sign-in/")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", DEMO_PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(lambda address: "sign-in" not in address)

    def speak(self, language: str) -> None:
        """Change the language as a member does, where it is not the one wanted."""
        if self.page.get_attribute("html", "lang") != language:
            self.page.click(f"header button[lang={language}]")
            self.page.wait_for_load_state("load")


@pytest.fixture
def desk(chromium: Browser, site: str) -> Iterator:
    """Open desks: `desk("tambon", language="th", width=360, scripts=True)`."""
    opened: list[BrowserContext] = []

    def make(
        username: str = "", *, language: str = "th", width: int = 1280, scripts: bool = True
    ) -> Desk:
        context = chromium.new_context(
            viewport={"width": width, "height": 800 if width > 600 else 740},
            java_script_enabled=scripts,
            locale="th-TH" if language == "th" else "en-GB",
        )
        opened.append(context)
        one = Desk(context, site)
        one.context.add_cookies([{"name": "django_language", "value": language, "url": site}])
        if username:
            one.sign_in(username)
            one.speak(language)
        return one

    yield make
    for context in opened:
        context.close()
