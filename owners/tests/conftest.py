import pytest
from django.test import Client

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import Cast, make_cast


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
