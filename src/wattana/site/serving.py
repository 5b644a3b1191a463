"""`wattana serve` and `wattana install`."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import subprocess
import sys
from typing import NoReturn

import click
from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext as _

from wattana.accounts.models import Member
from wattana.kernel.problems import N_, Conflict, Invalid
from wattana.site import installation

_BEHIND_PAGES = 5  # of niceness: a third of a page's share where both want the processor


@click.command()
def install() -> None:
    """Make the database, the keys and the areas of Thailand; harmless to repeat."""
    installation.ensure()
    click.echo(_("Ready: %(folder)s") % {"folder": settings.DATA})


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--demo", is_flag=True, help="Insist on a demo province.")
@click.option("--work/--no-work", default=True, help="Run the jobs of the queue beside the pages.")
def serve(host: str, port: int, workers: int, demo: bool, work: bool) -> None:
    """Serve the pages until Ctrl-C."""
    if demo and not settings.DEMO:
        raise Conflict(N_("There is no demo province here. Make one with: wattana demo"))
    if settings.DEMO and not _is_loopback(host):
        raise Invalid(N_("A demo province is served on this machine only; use --host 127.0.0.1."))
    _check_free(host, port)
    call_command("clearsessions")
    if settings.DEMO:
        _print_accounts()
    stops = _("Ctrl-C stops it")
    click.echo(f"Wattana: http://{host}:{port}  ({stops})")
    if work:
        _start_worker()
    _become_gunicorn(f"{host}:{port}", workers)


def _start_worker() -> None:
    """A process of its own that ends with this one, whose place gunicorn takes. Pages go first."""
    command = [sys.executable, "-m", "wattana.site.cli", "work", "--beside", str(os.getpid())]
    started = subprocess.Popen(command)  # noqa: S603
    os.setpriority(os.PRIO_PROCESS, started.pid, os.nice(0) + _BEHIND_PAGES)


def _become_gunicorn(address: str, workers: int) -> NoReturn:
    """Let gunicorn take the place of this process, so that Ctrl-C and signals are its own.

    Its master does not load the application: threads of DuckDB and Arrow do not survive a fork.
    """
    options = {
        "config": "python:wattana.site.hooks",
        "bind": address,
        "workers": workers,
        "worker-class": "gthread",
        "threads": 2,
        # As many as it works on: what waits, waits before all processes, for the first one free.
        "worker-connections": 2,
        # No waiting for a next request: whoever reads a page asks long after it would be over, and
        # a connection that stays with its process waits there while another process is free.
        "keep-alive": 0,
        "log-level": "warning",  # no access log: addresses of pages hold record keys
        "timeout": 120,
    }
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", *words]
    os.execv(sys.executable, [*command, "wattana.site.wsgi"])  # noqa: S606


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Conflict(
                N_("Port %(port)s is in use. Choose another, for example: make run PORT=%(next)s"),
                port=port,
                next=port + 1,
            ) from error


def _print_accounts() -> None:
    accounts = json.loads((settings.DATA / "demo.json").read_text())["accounts"]
    click.echo(_("Demo accounts (invented people, this machine only):"))
    for account in accounts:
        name, password = account["username"], settings.DEMO_PASSWORD
        click.echo(f"  {name:<16} {password}  {Member.Role(account['role']).label}")
