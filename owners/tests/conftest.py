from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import Cast, make_cast
from marketplace.bookings.tests.factories import NOW


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def owner(cast: Cast) -> User:
    return cast.owner


@pytest.fixture
def client(client: Client, owner: User) -> Client:
    """A browser in which the owner is logged in."""
    client.force_login(owner)
    return client


@pytest.fixture
def noon() -> Iterator[None]:
    """Noon of a Thursday in Almaty."""
    with time_machine.travel(NOW, tick=False):
        yield
