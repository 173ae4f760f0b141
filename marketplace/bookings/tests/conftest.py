"""The people and the place of most tests, and a site that a crowd can come to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.servers.basehttp import WSGIServer
from pytest_django.live_server_helper import LiveServer

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import Cast, make_cast
from marketplace.bookings.tests.factories import make_bookable
from marketplace.venues.models import Space


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def renter(cast: Cast) -> User:
    return cast.renter


@pytest.fixture
def owner(cast: Cast) -> User:
    return cast.owner


@pytest.fixture
def space(owner: User) -> Space:
    """A hall for sixty, open daily from 9 to 22, half an hour kept after each booking."""
    return make_bookable(owner=owner)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server with a thread, and a database connection, for each visitor.

    Its queue is long enough that the system turns nobody away before the site has seen them.
    """
    monkeypatch.setattr(WSGIServer, "request_queue_size", 512)
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()
