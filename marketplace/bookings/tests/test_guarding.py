"""What venues may not change about a space while its calendar stands on it."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from marketplace.bookings import services
from marketplace.bookings.tests.factories import make_block, make_bookable, make_booking
from marketplace.venues.enums import ListingStatus
from marketplace.venues.models import Space, Venue
from marketplace.venues.services import archive_listing
from marketplace.venues.signals import parts_changing, space_removing, units_lowering
from marketplace.venues.tests.factories import make_venue

pytestmark = pytest.mark.django_db


def soon() -> datetime:
    day = timezone.now() + timedelta(days=10)
    return day.replace(hour=7, minute=0, second=0, microsecond=0)


def long_ago() -> datetime:
    return soon() - timedelta(days=100)


@pytest.fixture
def whole() -> Space:
    whole, one, other = make_venue(spaces=3).spaces.order_by("position")
    whole.parts.set([one, other])
    return whole


def change_parts(space: Space) -> None:
    leaves = sorted([space.pk, *space.parts.values_list("pk", flat=True)])
    parts_changing.send(sender=Space, space_id=space.pk, leaf_ids=leaves)


@pytest.mark.parametrize("make", [make_booking, make_block])
def test_parts_stay_while_the_whole_is_taken(whole: Space, make: object) -> None:
    make(space=whole, starts_at=soon(), **({"now": soon()} if make is make_block else {}))  # type: ignore[operator]

    with pytest.raises(services.SpaceInUse):
        change_parts(whole)


def test_parts_may_change_after_the_last_booking_of_the_whole(whole: Space) -> None:
    make_booking(space=whole, starts_at=long_ago())
    make_booking(space=whole.parts.earliest("pk"), starts_at=soon())

    change_parts(whole)


def test_units_in_use_stay() -> None:
    desks = make_bookable(units=3)
    make_booking(space=desks, starts_at=soon())

    units_lowering.send(sender=Space, space_id=desks.pk, units=1)
    make_booking(space=desks, starts_at=soon())
    with pytest.raises(services.SpaceInUse):
        units_lowering.send(sender=Space, space_id=desks.pk, units=1)


def test_space_that_was_ever_booked_stays(whole: Space) -> None:
    part = whole.parts.earliest("pk")
    space_removing.send(sender=Space, space_id=part.pk)
    make_booking(space=whole, starts_at=long_ago())

    for space in (whole, part):
        with pytest.raises(services.SpaceInUse):
            space_removing.send(sender=Space, space_id=space.pk)


def put_away(space: Space) -> Venue:
    Venue.objects.filter(pk=space.venue_id).update(status=ListingStatus.PAUSED)
    venue = Venue.objects.get(pk=space.venue_id)
    return archive_listing(venue=venue, by=venue.business.owner, now=timezone.now())


@pytest.mark.parametrize("status", ["held", "requested", "confirmed"])
def test_listing_stays_while_somebody_is_to_come(status: str) -> None:
    space = make_bookable()
    make_booking(space=space, starts_at=soon(), status=status)

    with pytest.raises(services.BookingsToCome):
        put_away(space)

    assert Venue.objects.get().status == ListingStatus.PAUSED


def test_listing_is_put_away_after_its_last_booking() -> None:
    space = make_bookable()
    make_booking(space=space, starts_at=long_ago())
    make_booking(space=space, starts_at=soon(), status="cancelled")
    make_block(space=space, starts_at=soon() + timedelta(days=1), now=soon())

    assert put_away(space).status == ListingStatus.ARCHIVED
