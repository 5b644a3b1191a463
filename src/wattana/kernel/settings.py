"""What an operator sets in the environment: one table of all settings, and how each is read.

docs/settings.md tells what they do. An empty one counts as not set. A mistyped one is refused with
its name, what it was given and what it may be; one that may hold a password is not repeated.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from wattana.kernel.addresses import read_database
from wattana.kernel.problems import N_, Invalid, Phrase

_HOST = r"[\w.-]+|\[[\da-fA-F:.]+\]"
_SHOWN = 80  # characters of what was given


class Mistyped(Invalid):
    """A setting cannot be read."""


@dataclass(frozen=True)
class Setting:
    """How a setting is read: `read` raises `ValueError`, or a `Mistyped` of its own words."""

    read: Callable[[str], Any]
    may_be: str
    default: Any = ""
    secret: bool = False


@dataclass(frozen=True)
class Mail:
    """The operator's mail server."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False


def value(name: str, environment: Mapping[str, str] | None = None) -> Any:
    """What a setting says, its default where it is not set. Raises `Mistyped`."""
    setting = SETTINGS[name]
    given = (os.environ if environment is None else environment).get(name, "").strip()
    if not given:
        return setting.default
    try:
        return setting.read(given)
    except ValueError:  # its text may repeat a password
        raise _mistyped(name, given) from None


def check(environment: Mapping[str, str] | None = None) -> None:
    """Read all settings. Raises `Mistyped` with the first that cannot be read."""
    for name in SETTINGS:
        value(name, environment)


def _mistyped(name: str, given: str) -> Mistyped:
    may_be = Phrase(SETTINGS[name].may_be)
    if SETTINGS[name].secret:
        message = N_(
            "%(setting)s cannot be read (what it says is not shown). It may be: %(may_be)s."
        )
        return Mistyped(message, setting=name, may_be=may_be)
    shown = given if len(given) <= _SHOWN else f"{given[:_SHOWN]}…"
    shown = "".join(sign if sign.isprintable() else "?" for sign in shown)
    message = N_("%(setting)s cannot be “%(given)s”. It may be: %(may_be)s.")
    return Mistyped(message, setting=name, given=shown, may_be=may_be)


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(given: str) -> str:
        if given not in choices:
            raise ValueError
        return given

    return read


def _at_least_one(given: str) -> int:
    if not given.isdecimal() or int(given) < 1:
        raise ValueError
    return int(given)


def _per_cent(given: str) -> int:
    if not given.isdecimal() or int(given) > 100:
        raise ValueError
    return int(given)


def _folder(given: str) -> Path:
    path = Path(given)
    if (path.exists() and not path.is_dir()) or _within_a_file(path):
        raise ValueError
    return path


def _file(given: str) -> Path:
    path = Path(given)
    if path.is_dir() or _within_a_file(path):
        raise ValueError
    return path


def _within_a_file(path: Path) -> bool:
    return any(parent.is_file() for parent in path.absolute().parents)


def _database(given: str) -> Any:
    try:
        return read_database(given)
    except Invalid as fault:
        raise Mistyped(fault.message, **fault.params) from None


def _key(given: str) -> str:
    if len(set(given)) < 4:  # “x”, “1111”: a key that signs sessions is no such word
        raise ValueError
    return given


def _token(given: str) -> str:
    """What a header of HTTP can carry."""
    if not re.fullmatch(r"[!-~]+", given):
        raise ValueError
    return given


def _hosts(given: str) -> list[str]:
    hosts = [one.strip() for one in given.split(",")]
    if not all(re.fullmatch(rf"\*|{_HOST}", one) for one in hosts):
        raise ValueError
    return hosts


def _master(given: str) -> str:
    if not is_spark_master(given):
        raise ValueError
    return given


def is_spark_master(text: str) -> bool:
    """Whether it names where Spark runs: local[threads], or a cluster."""
    return bool(re.fullmatch(r"local|local\[(\d+|\*)\]|spark://[\w.-]+:\d+", text))


def _address(given: str) -> str:
    parts = _split(given, "http", "https")
    if parts.query or parts.fragment:
        raise ValueError
    return given.rstrip("/")


def _gateway(given: str) -> str:
    _split(given, "http", "https")
    return given


def _mail(given: str) -> Mail:
    parts = _split(given, "smtp")
    if parts.query not in ("", "tls") or parts.path not in ("", "/") or parts.fragment:
        raise ValueError
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Mail(parts.hostname or "", parts.port or 25, user, password, parts.query == "tls")


def _split(given: str, *schemes: str) -> SplitResult:
    """The parts of an address. Raises `ValueError`, also where its port is no number."""
    parts = urlsplit(given)
    host = parts.netloc.rpartition("@")[2]
    fits = re.fullmatch(rf"({_HOST})(:\d+)?", host) and parts.port != 0
    if parts.scheme not in schemes or not fits or re.search(r"\s", given):
        raise ValueError
    return parts


def _sender(given: str) -> str:
    if not re.fullmatch(r"[^\s@<>]+@[\w.-]+|[^@<>\n]+<[^\s@<>]+@[\w.-]+>", given):
        raise ValueError
    return given


_WEB_ADDRESS = N_(
    "an address such as https://wattana.example.go.th, without anything behind ? or #"
)
_TOKEN = N_("Latin letters, digits and signs without spaces, as the service gave it")

SETTINGS: Mapping[str, Setting] = {
    "WATTANA_DATA": Setting(_folder, N_("a folder, which may still have to be made"), Path("var")),
    "WATTANA_DATABASE": Setting(
        _database, N_("postgres://user:password@host:port/name"), None, secret=True
    ),
    "WATTANA_KEYS": Setting(_file, N_("the path of a file, which may still have to be made"), None),
    "WATTANA_SECRET_KEY": Setting(
        _key, N_("a long text of your own that nobody can guess"), secret=True
    ),
    "WATTANA_HOSTS": Setting(
        _hosts,
        N_("host names without https:// and without port, separated by commas"),
        ["127.0.0.1", "localhost", "[::1]"],
    ),
    "WATTANA_SMALL_GROUP": Setting(_at_least_one, N_("a whole number from 1 on"), 10),
    "WATTANA_OWN_SURVEYS": Setting(
        _one_of("alone", "never", "always"), "alone, never, always", "alone"
    ),
    "WATTANA_ROUND_BEGUN": Setting(_per_cent, N_("a whole number from 0 to 100"), 5),
    "WATTANA_SPARK_MASTER": Setting(_master, "spark://host:7077, local[2]"),
    "WATTANA_ADDRESS": Setting(_address, _WEB_ADDRESS),
    "WATTANA_EMAIL": Setting(
        _mail,
        N_(
            "smtp://user:password@host:port, with ?tls at its end for STARTTLS, and with "
            "percent-encoding of the signs @ : / ? # within a password"
        ),
        None,
        secret=True,
    ),
    "WATTANA_EMAIL_SENDER": Setting(
        _sender, N_("an e-mail address such as wattana@example.go.th"), "wattana@localhost"
    ),
    "WATTANA_LINE_TOKEN": Setting(_token, _TOKEN, secret=True),
    "WATTANA_LINE_ADDRESS": Setting(_address, _WEB_ADDRESS, "https://api.line.me"),
    "WATTANA_SMS_ADDRESS": Setting(
        _gateway, N_("an address such as https://sms.example.go.th/send"), secret=True
    ),
    "WATTANA_SMS_TOKEN": Setting(_token, _TOKEN, secret=True),
    "WATTANA_HTTPS": Setting(
        _one_of("0", "1"), N_("1 when a proxy in front speaks HTTPS, else 0"), "0"
    ),
}
