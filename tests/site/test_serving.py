from __future__ import annotations

import json
import socket

import pytest

from tests.site.commands import wattana

pytestmark = pytest.mark.database  # its own: the real command in a folder
WHOLE = json.dumps({"accounts": [{"role": "tambon_officer", "username": "tambon"}]})


def test_a_demo_is_refused_to_other_machines(tmp_path):
    (tmp_path / "demo.json").write_text(WHOLE)
    done = wattana(tmp_path, "serve", "--host", "0.0.0.0")  # noqa: S104
    assert done.returncode == 2
    assert "this machine only" in done.stderr


def test_serving_a_demo_needs_a_demo(tmp_path):
    done = wattana(tmp_path, "serve", "--demo")
    assert done.returncode == 1
    assert "wattana demo" in done.stderr


def test_a_port_in_use_names_another(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = wattana(tmp_path, "serve", "--port", str(port))
    assert done.returncode == 1
    assert f"PORT={port + 1}" in done.stderr
