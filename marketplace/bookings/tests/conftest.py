"""A site that a crowd can come to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.servers.basehttp import WSGIServer
from pytest_django.live_server_helper import LiveServer


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server with a thread, and a database connection, for each visitor.

    Its queue is long enough that the system turns nobody away before the site has seen them.
    """
    monkeypatch.setattr(WSGIServer, "request_queue_size", 512)
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()
