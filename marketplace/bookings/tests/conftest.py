import pytest

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
