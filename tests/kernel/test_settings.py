"""Every setting of the environment: what it may be, and that a mistyped one is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wattana.kernel.settings import SETTINGS, Mail, Mistyped, check, value

ROOT = Path(__file__).parents[2]
A_FILE = str(Path(__file__))
MISTYPED = [
    ("WATTANA_DATA", A_FILE),
    ("WATTANA_DATA", f"{A_FILE}/data"),
    ("WATTANA_DATABASE", "postgres://u:Geheim1@host:abc/name"),
    ("WATTANA_KEYS", str(Path(__file__).parent)),
    ("WATTANA_KEYS", f"{A_FILE}/keys.json"),
    ("WATTANA_SECRET_KEY", "1111"),
    ("WATTANA_HOSTS", "https://wattana.example.go.th"),
    ("WATTANA_HOSTS", "wattana.example.go.th:8000"),
    ("WATTANA_HOSTS", "a.go.th b.go.th"),
    ("WATTANA_HOSTS", "a.go.th,"),
    ("WATTANA_SMALL_GROUP", "x"),
    ("WATTANA_SMALL_GROUP", "0"),
    ("WATTANA_SMALL_GROUP", "-1"),
    ("WATTANA_SMALL_GROUP", "2.5"),
    ("WATTANA_OWN_SURVEYS", "nver"),
    ("WATTANA_ROUND_BEGUN", "101"),
    ("WATTANA_ROUND_BEGUN", "0.5"),
    ("WATTANA_SPARK_MASTER", "spark://host"),
    ("WATTANA_SPARK_MASTER", "http://host:7077"),
    ("WATTANA_ADDRESS", "wattana.example.go.th"),
    ("WATTANA_ADDRESS", "https://"),
    ("WATTANA_ADDRESS", "https://a.go.th:port"),
    ("WATTANA_ADDRESS", "https://a.go.th/?x=1"),
    ("WATTANA_EMAIL", "mail.example.go.th"),
    ("WATTANA_EMAIL", "smtp://u:Geheim1@host:mail"),
    ("WATTANA_EMAIL", "smtp://u:Geheim1@host?ssl"),
    ("WATTANA_EMAIL", "smtp://u:Ge/heim1@host"),
    ("WATTANA_EMAIL_SENDER", "wattana"),
    ("WATTANA_LINE_TOKEN", "Geheim1 Geheim1"),
    ("WATTANA_LINE_ADDRESS", "api.line.me"),
    ("WATTANA_SMS_ADDRESS", "sms.example.go.th/send?key=Geheim1"),
    ("WATTANA_SMS_TOKEN", "Geheim1\nGeheim1"),
    ("WATTANA_HTTPS", "yes"),
]
READ = [
    ("WATTANA_DATA", "/srv/not/there", Path("/srv/not/there")),
    ("WATTANA_DATA", "", Path("var")),
    ("WATTANA_DATABASE", "", None),
    ("WATTANA_KEYS", "/srv/not/there.json", Path("/srv/not/there.json")),
    ("WATTANA_SECRET_KEY", "of my own, with spaces", "of my own, with spaces"),
    ("WATTANA_HOSTS", "a.go.th, .b.go.th,[::1],*", ["a.go.th", ".b.go.th", "[::1]", "*"]),
    ("WATTANA_SMALL_GROUP", " 5 ", 5),
    ("WATTANA_SMALL_GROUP", "๑๒", 12),
    ("WATTANA_OWN_SURVEYS", "never", "never"),
    ("WATTANA_ROUND_BEGUN", "0", 0),
    ("WATTANA_ROUND_BEGUN", "", 5),
    ("WATTANA_SPARK_MASTER", "spark://host-1.local:7077", "spark://host-1.local:7077"),
    ("WATTANA_SPARK_MASTER", "local[*]", "local[*]"),
    ("WATTANA_ADDRESS", "https://a.go.th:8443/w/", "https://a.go.th:8443/w"),
    ("WATTANA_ADDRESS", "http://[::1]:8000", "http://[::1]:8000"),
    ("WATTANA_EMAIL", "smtp://u:p%40@h:587?tls", Mail("h", 587, "u", "p@", starttls=True)),
    ("WATTANA_EMAIL", "smtp://h", Mail("h")),
    ("WATTANA_EMAIL_SENDER", "Wattana <w@a.go.th>", "Wattana <w@a.go.th>"),
    ("WATTANA_LINE_TOKEN", "aB3+/=", "aB3+/="),
    ("WATTANA_LINE_ADDRESS", "", "https://api.line.me"),
    ("WATTANA_SMS_ADDRESS", "https://s.go.th/send?key=1", "https://s.go.th/send?key=1"),
    ("WATTANA_SMS_TOKEN", "", ""),
    ("WATTANA_HTTPS", "1", "1"),
]


@pytest.mark.parametrize(("name", "given"), MISTYPED)
def test_a_mistyped_setting_is_refused_by_name_and_no_password_is_repeated(name: str, given: str):
    with pytest.raises(Mistyped) as refused:
        check({name: given})
    said = str(refused.value)
    assert name in said and "Geheim1" not in said
    assert (given in said) is not SETTINGS[name].secret
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize(("name", "given", "read"), READ)
def test_a_setting_is_read(name: str, given: str, read: object):
    assert value(name, {name: given}) == read


def test_a_long_or_unprintable_value_is_shown_as_far_as_it_can_be_read():
    with pytest.raises(Mistyped) as refused:
        value("WATTANA_SMALL_GROUP", {"WATTANA_SMALL_GROUP": "1\x1b" + 200 * "9x"})
    assert "“1?9x9x" in str(refused.value) and "\x1b" not in str(refused.value)
    assert len(str(refused.value)) < 200


def test_each_setting_is_tried_here():
    assert set(SETTINGS) == {name for name, _ in MISTYPED} == {name for name, *_ in READ}


def test_the_sources_read_no_setting_past_the_table():
    for file in (ROOT / "src").rglob("*.py"):
        text = file.read_text()
        assert not re.search(r"environ(\.get\(|\[)\"WATTANA_\w+\"(?!\] =)", text), file
        assert set(re.findall(r"\"(WATTANA_\w+)\"", text)) <= set(SETTINGS), file
