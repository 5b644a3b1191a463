"""Local servers that hold to the protocols of LINE, of an SMS gateway and of SMTP, and say so."""

from __future__ import annotations

import json
import re
import socketserver
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "a-token"
_USER = re.compile(r"U[0-9a-f]{32}")
_NUMBER = re.compile(r"\+?[0-9 -]{9,20}")


@dataclass
class Gateway:
    """What a fake has accepted, and how it answers next; `hold` runs before it answers."""

    accepted: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[tuple[str, int]] = field(default_factory=list)  # reference and answer
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    hold: Callable[[], None] = lambda: None
    address: str = ""


def line(gateway: Gateway, path: str, headers: Any, body: Any) -> tuple[str, int]:
    """POST /v2/bot/message/push of the Messaging API."""
    key = headers.get("X-Line-Retry-Key", "")
    texts = body.get("messages", []) if isinstance(body, dict) else []
    right = (
        path == "/v2/bot/message/push"
        and _is_uuid(key)
        and _USER.fullmatch(str(body.get("to", ""))) is not None
        and 1 <= len(texts) <= 5
        and all(one.get("type") == "text" and 0 < len(one["text"]) <= 5000 for one in texts)
    )
    return key, 200 if right else 400


def sms(gateway: Gateway, path: str, headers: Any, body: Any) -> tuple[str, int]:
    """The JSON gateway of docs/settings.md: to, text, reference."""
    key = str(body.get("reference", ""))
    right = (
        set(body) == {"to", "text", "reference"}
        and _is_uuid(key)
        and _NUMBER.fullmatch(body["to"]) is not None
        and 0 < len(body["text"]) <= 480
    )
    return key, 200 if right else 400


@contextmanager
def serving(protocol: Callable[[Gateway, str, Any, Any], tuple[str, int]]) -> Iterator[Gateway]:
    """A gateway on a port of its own. A reference that it has accepted it answers with 409."""
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            status, more = self._judged(content)
            gateway.hold()
            answer = b"{}"
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def _judged(self, content: bytes) -> tuple[int, dict[str, str]]:
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                return 401, {}
            if self.headers.get("Content-Type") != "application/json":
                return 415, {}
            body = json.loads(content)
            key, status = protocol(gateway, self.path, self.headers, body)
            if status == 200 and gateway.answers:
                status, more = gateway.answers.pop(0)
                gateway.requests.append((key, status))
                return status, more
            if status == 200 and key in gateway.accepted:
                status = 409
            if status == 200:
                gateway.accepted[key] = body
            gateway.requests.append((key, status))
            return status, {}

        def log_message(self, *arguments: Any) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    gateway.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Mailbox:
    """What a fake mail server took in."""

    port: int = 0
    refuse: str = ""  # the answer to RCPT TO, instead of 250
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)


class _Session(socketserver.StreamRequestHandler):
    box: Mailbox

    def handle(self) -> None:
        self._say("220 here")
        expected = ("EHLO", "HELO")
        for raw in self.rfile:
            word = raw.decode().strip().upper()
            if word == "QUIT":
                self._say("221 bye")
                return
            if word == "RSET":
                self._say("250 ok")
                continue
            if not word.startswith(expected):
                self._say("503 bad sequence")
                continue
            expected = self._step(word, raw.decode())

    def _step(self, word: str, line: str) -> tuple[str, ...]:
        if word.startswith("MAIL FROM"):
            self._say("250 ok")
            return ("RCPT TO",)
        if word.startswith("RCPT TO"):
            self._say(self.box.refuse or "250 ok")
            self.box.recipients.append(line.partition("<")[2].partition(">")[0])
            return ("RCPT TO", "DATA")
        if word == "DATA":
            self._say("354 go on")
            content = b"".join(iter(self.rfile.readline, b".\r\n"))
            self.box.mails.append(message_from_bytes(content, policy=policy.default))
            self._say("250 taken")
        else:
            self._say("250 here")
        return ("MAIL FROM",)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail() -> Iterator[Mailbox]:
    """A mail server that asks for HELO, MAIL, RCPT and DATA in their order."""
    box = Mailbox()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), type("Session", (_Session,), {"box": box}))
    box.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
