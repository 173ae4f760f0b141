"""A venue's page for guests is never stale, though it is kept (promise P2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import make_user
from marketplace.bookings import services
from marketplace.bookings.enums import Side
from marketplace.bookings.models import Block, Booking
from marketplace.bookings.tests.factories import make_bookable
from marketplace.core.period import Period
from marketplace.core.shelf import Shelf
from marketplace.discovery.vocabulary import vocabulary
from marketplace.storefront import page_cache
from marketplace.storefront.page_cache import KeptPage
from marketplace.storefront.slot_url import page_url, slot_choice
from marketplace.venues.models import Space, Venue
from marketplace.venues.services import (
    SpaceDetails,
    archive_listing,
    pause_listing,
    resume_listing,
    update_space,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Nothing is kept before a test, and no minute ends during it."""
    moment = timezone.now().replace(second=0, microsecond=0)
    monkeypatch.setattr(page_cache, "pages", Shelf[KeptPage](most_bytes=10_000_000))
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


@pytest.fixture
def owner() -> User:
    return make_user()


@pytest.fixture
def space(owner: User) -> Space:
    return make_bookable(owner=owner)


@pytest.fixture
def noon(now: datetime) -> Period:
    """Three hours from noon in Almaty, ten days ahead."""
    start = (now + timedelta(days=10)).replace(hour=7, minute=0)
    return Period(start, start + timedelta(hours=3))


type Look = Callable[[], str]


@pytest.fixture
def look(client: Client, space: Space, noon: Period) -> Look:
    """What a guest is told who asks for that very slot: its price, or "taken"."""
    address = page_url(slot_choice(space, noon, guests=5))

    def seen() -> str:
        answer = client.get(address)
        if answer.status_code == 404:
            return "gone"
        page = answer.content.decode()
        if "Book for" not in page:
            return "taken"
        return page.partition("Book for")[2].partition("<")[0].replace("\N{NO-BREAK SPACE}", " ")

    return seen


def hold(space: Space, period: Period, now: datetime) -> Booking:
    return services.hold_slot(
        space=space, period=period, guests=5, renter=make_user(), expected_total=None, now=now
    )


def change(space: Space, owner: User, now: datetime, **values: object) -> None:
    details = replace(SpaceDetails.of(space), **values)  # type: ignore[arg-type]
    update_space(space=space, by=owner, now=now, details=details)


def test_a_page_that_is_kept_takes_one_query(
    look: Look, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    vocabulary()
    price = look()

    with django_assert_num_queries(1):
        assert look() == price == " 68 250 ₸"


def test_a_hold_and_its_release_show_at_once(
    look: Look, space: Space, noon: Period, now: datetime
) -> None:
    before = look()
    booking = hold(space, noon, now)
    held = look()

    services.release_hold(booking=booking, by=booking.renter, now=now)

    assert (held, look()) == ("taken", before)


def test_a_hold_that_ran_out_is_free_before_anybody_sweeps(
    look: Look, space: Space, noon: Period, now: datetime
) -> None:
    booking = hold(space, noon, now)
    held = look()

    booking.occupancies.update(expires_at=now)

    assert (held, look()[:3]) == ("taken", " 68")


def test_a_neighbouring_booking_shows_by_its_buffer(
    look: Look, space: Space, noon: Period, now: datetime
) -> None:
    look()

    hold(space, Period(noon.end, noon.end + timedelta(hours=2)), now)

    assert look() == "taken"


def test_a_cancelled_booking_frees_the_slot(
    look: Look, space: Space, noon: Period, now: datetime
) -> None:
    booking = hold(space, noon, now)
    held = look()

    services.cancel_booking(booking=booking, by=None, side=Side.PLATFORM, now=now)

    assert (held, look()[:3]) == ("taken", " 68")


def test_a_block_that_comes_moves_and_goes_shows(
    look: Look, space: Space, noon: Period, owner: User, now: datetime
) -> None:
    before = look()
    block = services.block_time(space=space, period=noon, note="", by=owner, now=now)
    blocked = look()

    block.occupancies.update(during=noon.padded(after=timedelta(days=1)).to_range())
    moved = look()
    services.unblock_time(block=Block.objects.get(), by=owner, now=now)

    assert (before, blocked, moved, look()) == (before, "taken", "taken", before)


def test_another_price_shows_at_once(look: Look, space: Space, owner: User, now: datetime) -> None:
    before = look()

    change(space, owner, now, hourly_rate_minor=30_000_00)

    assert (before, look()) == (" 68 250 ₸", " 99 750 ₸")


def test_another_booking_rule_shows_at_once(
    look: Look, space: Space, owner: User, now: datetime
) -> None:
    look()

    change(space, owner, now, minimum_minutes=240)

    assert look() == "taken"


def test_a_paused_listing_is_gone_and_comes_back(
    look: Look, space: Space, owner: User, now: datetime
) -> None:
    before = look()
    venue = Venue.objects.get(pk=space.venue_id)
    pause_listing(venue=venue, by=owner, now=now)
    paused = look()

    resume_listing(venue=venue, by=owner, now=now)

    assert (paused, look()) == ("gone", before)


def test_a_listing_put_away_is_gone(look: Look, space: Space, owner: User, now: datetime) -> None:
    look()
    venue = Venue.objects.get(pk=space.venue_id)
    pause_listing(venue=venue, by=owner, now=now)

    archive_listing(venue=venue, by=owner, now=now)

    assert look() == "gone"


def test_the_calendar_of_another_venue_leaves_the_page_kept(
    look: Look, noon: Period, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    vocabulary()
    look()

    hold(make_bookable(), noon, now)

    with django_assert_num_queries(1):
        look()


def test_a_member_is_never_shown_the_kept_page(client: Client, look: Look, space: Space) -> None:
    look()
    client.force_login(make_user())

    page = client.get(space.venue.get_absolute_url()).content.decode()

    assert "csrf" in page.lower()


def test_a_new_version_of_the_listing_is_a_new_page(
    client: Client, space: Space, look: Look
) -> None:
    address = space.venue.get_absolute_url()
    client.get(address)

    Venue.objects.filter(pk=space.venue_id).update(
        name="Quite another hall", version=F("version") + 1
    )

    assert "Quite another hall" in client.get(address).content.decode()
