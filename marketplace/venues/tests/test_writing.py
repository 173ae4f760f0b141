"""Every write holds the listing's row, and tells search inside its transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.models import User
from marketplace.core.transactions import in_transaction
from marketplace.venues import services
from marketplace.venues.models import Venue
from marketplace.venues.photos import StoredPhoto
from marketplace.venues.services import SpaceDetails
from marketplace.venues.signals import listing_changed
from marketplace.venues.tests.factories import make_venue
from marketplace.venues.week import Stretch

NOW = datetime(2026, 5, 11, 10, 0, tzinfo=UTC)
HALL = SpaceDetails(name="Hall 1", capacity=60, hourly_rate_minor=1_000_00)
PHOTO = StoredPhoto("a" * 64, 1440, 960, "#204060")
Write = Callable[[Venue, User], object]

WRITES: dict[str, Write] = {
    "hours": lambda venue, by: services.set_opening_hours(
        venue=venue, by=by, now=NOW, stretches=[Stretch(1, 0, 1440)]
    ),
    "terms": lambda venue, by: services.update_terms(
        venue=venue,
        by=by,
        now=NOW,
        rules=venue.rules,
        cancellation_policy="standard_90",
        amenities=[],
    ),
    "space": lambda venue, by: services.update_space(
        space=venue.spaces.all()[0], by=by, now=NOW, details=HALL
    ),
    "new space": lambda venue, by: services.add_space(
        venue=venue, by=by, now=NOW, details=replace(HALL, name="Hall 9")
    ),
    "space away": lambda venue, by: services.remove_space(
        space=venue.spaces.all()[0], by=by, now=NOW
    ),
    "photo": lambda venue, by: services.add_photos(venue=venue, by=by, now=NOW, photos=[PHOTO]),
    "photo away": lambda venue, by: services.remove_photo(
        photo=venue.photos.all()[0], by=by, now=NOW
    ),
    "photo moved": lambda venue, by: services.move_photo(
        photo=venue.photos.all()[0], by=by, now=NOW, places=1
    ),
    "photo described": lambda venue, by: services.describe_photos(
        venue=venue, by=by, now=NOW, texts={venue.photos.all()[0].pk: "The stage"}
    ),
    "pause": lambda venue, by: services.pause_listing(venue=venue, by=by, now=NOW),
}


@pytest.fixture
def venue(owner: User) -> Venue:
    return make_venue(owner=owner, spaces=2, photos=7)


@pytest.mark.parametrize("name", WRITES)
def test_write_locks_the_listing_first(owner: User, venue: Venue, name: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        WRITES[name](venue, owner)

    statements = [query["sql"] for query in queries]
    first_lock = next(sql for sql in statements if "FOR NO KEY UPDATE" in sql)
    first_write = next(sql for sql in statements if sql.startswith(("INSERT", "UPDATE", "DELETE")))
    assert 'FROM "venues_venue"' in first_lock
    assert statements.index(first_lock) < statements.index(first_write)


@pytest.mark.parametrize("name", WRITES)
def test_search_is_told_of_a_live_listing_inside_the_transaction(
    owner: User, venue: Venue, name: str
) -> None:
    told: list[tuple[int, bool]] = []

    def hear(venue_id: int, **_facts: object) -> None:
        told.append((venue_id, in_transaction()))

    listing_changed.connect(hear, weak=False, dispatch_uid="test_writing")
    try:
        WRITES[name](venue, owner)
    finally:
        listing_changed.disconnect(dispatch_uid="test_writing")

    assert told == [(venue.pk, True)]


def test_what_is_undone_leaves_nothing(owner: User, venue: Venue) -> None:
    def pause_and_fail() -> None:
        with transaction.atomic():
            services.pause_listing(venue=venue, by=owner, now=NOW)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        pause_and_fail()

    assert Venue.objects.published().get() == venue
