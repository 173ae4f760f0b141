import pytest

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def owner(cast: Cast) -> User:
    return cast.owner


@pytest.fixture
def moderator(cast: Cast) -> User:
    return cast.moderator
