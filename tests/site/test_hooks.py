from __future__ import annotations

import select
import socket
from types import SimpleNamespace

import pytest

from wattana.site import hooks


@pytest.mark.skipif(not hasattr(socket, "TCP_DEFER_ACCEPT"), reason="Linux only")
def test_a_connection_that_asks_nothing_takes_no_place():
    with socket.create_server(("127.0.0.1", 0)) as server:
        hooks.when_ready(SimpleNamespace(LISTENERS=[SimpleNamespace(sock=server)]))
        with (
            socket.create_connection(server.getsockname()),
            socket.create_connection(server.getsockname()) as asking,
        ):
            asking.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert select.select([server], [], [], 10)[0]
            with server.accept()[0] as accepted:
                assert accepted.getpeername() == asking.getsockname()
            server.setblocking(False)
            with pytest.raises(BlockingIOError):
                server.accept()
