import time
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from marketplace.bookings.tests.factories import make_booking
from marketplace.core.money import Money
from marketplace.discovery.models import EditorsPick, Promotion
from marketplace.discovery.selectors import (
    home_selection,
    market_figures,
    popular_entries,
    similar_venues,
)
from marketplace.discovery.services import refresh_search_entries
from marketplace.discovery.vocabulary import SECONDS_KEPT, vocabulary
from marketplace.venues.models import Category, Venue, VenuePhoto
from marketplace.venues.tests.factories import make_reference, make_space, make_venue

pytestmark = pytest.mark.django_db

PUBLISHED = datetime(2026, 3, 1, tzinfo=UTC)
NOW = datetime(2026, 7, 1, tzinfo=UTC)


def booked(venue: Venue, *, days_ago: int = 30, hour: int = 0, status: str = "confirmed") -> None:
    """A booking of its hall that was confirmed so many days before now."""
    made_at = NOW - timedelta(days=days_ago)
    make_booking(
        space=venue.spaces.get(),
        status=status,
        # From nine in the morning, in Almaty.
        starts_at=(made_at + timedelta(days=10)).replace(hour=4 + hour),
        hours=2,
        now=made_at,
    )


def test_home_shows_picks_in_their_order_and_the_newest_after_them() -> None:
    names = [f"Room {number}" for number in range(8)]
    venues = [
        make_venue(name=name, published_at=PUBLISHED + timedelta(days=number))
        for number, name in enumerate(names)
    ]
    for position, venue in enumerate(reversed(venues[:5])):
        EditorsPick.objects.create(venue=venue, position=position)

    selection = home_selection(vocabulary(), now=NOW)

    assert [card.name for card in selection.hero] == ["Room 4", "Room 3", "Room 2"]
    assert [card.name for card in selection.picks] == ["Room 1", "Room 0"]
    assert [card.name for card in selection.newest] == ["Room 7", "Room 6", "Room 5"]


def test_home_shows_no_cover_twice() -> None:
    venues = [make_venue() for _ in range(4)]
    VenuePhoto.objects.filter(venue__in=venues[:2], position=0).update(key="a" * 64)

    selection = home_selection(vocabulary(), now=NOW)

    shown = [*selection.hero, *selection.picks, *selection.newest]
    covers = [card.cover_key for card in shown]
    assert len(covers) == 3
    tile_photo = selection.tiles[0].photo
    assert tile_photo is not None
    assert tile_photo.key not in covers


def test_popular_are_most_booked_first_and_the_newest_among_equals() -> None:
    venues = [
        make_venue(name=name, published_at=PUBLISHED + timedelta(days=number))
        for number, name in enumerate(["Once", "Twice", "Once too", "Never", "New", "Newer"])
    ]
    for number, venue in enumerate(venues):
        EditorsPick.objects.create(venue=venue, position=9 - number)
    for number, hour in ((0, 0), (1, 0), (1, 3), (2, 0)):
        booked(venues[number], hour=hour)

    popular = [entry.venue.name for entry in popular_entries(NOW)]

    assert popular == ["Twice", "Once too", "Once"]


def test_home_shows_popular_venues_that_it_does_not_show_already() -> None:
    for number in range(5):
        make_venue(name=f"New {number}", published_at=PUBLISHED + timedelta(days=1 + number))
    booked(make_venue(name="Old and liked", published_at=PUBLISHED))

    selection = home_selection(vocabulary(), now=NOW)

    assert [card.name for card in selection.popular] == ["Old and liked"]
    assert "Old and liked" not in [card.name for card in selection.newest]


def test_popular_counts_what_stands_and_is_recent_and_can_be_found() -> None:
    cancelled, old, paused, recent, over = (
        make_venue(name=name) for name in ("Cancelled", "Old", "Paused", "Recent", "Over")
    )
    booked(cancelled, status="cancelled")
    booked(old, days_ago=91)
    booked(paused)
    booked(recent, days_ago=89)
    booked(over, status="completed")
    Venue.objects.filter(pk=paused.pk).update(status="paused")
    refresh_search_entries(venue_id=paused.pk)

    assert {entry.venue.name for entry in popular_entries(NOW)} == {"Recent", "Over"}


def promote(venue: Venue, *, began: int = 1, lasts: int = 10) -> None:
    """From so many days before now, for so many."""
    starts_at = NOW - timedelta(days=began)
    Promotion.objects.create(
        venue=venue, starts_at=starts_at, ends_at=starts_at + timedelta(days=lasts)
    )


def test_home_shows_what_is_promoted_now_and_can_be_booked() -> None:
    names = ("First", "Last", "Over", "Ahead", "Paused", "Plain")
    first, last, over, ahead, paused, _plain = (make_venue(name=name) for name in names)
    promote(first, began=5)
    promote(last, began=2)
    promote(over, began=10)
    promote(ahead, began=-1)
    promote(paused)
    Venue.objects.filter(pk=paused.pk).update(status="paused")
    refresh_search_entries(venue_id=paused.pk)

    selection = home_selection(vocabulary(), now=NOW)

    assert [(card.name, card.is_promoted) for card in selection.promoted] == [
        ("Last", True),
        ("First", True),
    ]
    others = [*selection.hero, *selection.newest]
    assert {card.name for card in others} == {"Over", "Ahead", "Plain"}
    assert not any(card.is_promoted for card in others)


def test_home_shows_no_venue_twice_in_its_rails() -> None:
    venues = [make_venue() for _ in range(30)]
    for number, venue in enumerate(venues[:5]):
        EditorsPick.objects.create(venue=venue, position=number)
    promote(venues[0])
    booked(venues[1])
    booked(venues[6])

    selection = home_selection(vocabulary(), now=NOW)

    rails = (
        selection.promoted,
        selection.hero,
        selection.picks,
        selection.popular,
        selection.newest,
        selection.nearby,
    )
    assert [len(rail) for rail in rails] == [1, 3, 1, 1, 8, 8]
    assert len({card.venue_id for rail in rails for card in rail}) == 22


@pytest.mark.parametrize(
    ("asked", "shown"), [("", "almaty"), ("astana", "astana"), ("atlantis", "almaty")]
)
def test_nearby_is_the_city_asked_for_or_the_one_with_most_venues(asked: str, shown: str) -> None:
    words = make_reference()
    for _ in range(16):
        make_venue()
        make_venue(city=words.other_city)
    make_venue()

    selection = home_selection(vocabulary(), now=NOW, city=asked)

    assert selection.city is not None
    assert selection.city.slug == shown
    assert selection.nearby
    assert {card.city for card in selection.nearby} == {selection.city.label}


def test_home_without_venues_is_empty() -> None:
    make_reference()

    selection = home_selection(vocabulary(), now=NOW)

    assert (selection.hero, selection.popular, selection.figure) == ((), (), None)
    assert (selection.promoted, selection.nearby, selection.city) == ((), (), None)
    assert selection.tiles == ()


def test_tiles_count_venues_of_their_category_in_all_cities() -> None:
    words = make_reference()
    make_venue(spaces=2)
    make_venue(city=words.other_city)
    make_venue(category=words.other_category, photos=0)

    tiles = home_selection(vocabulary(), now=NOW).tiles

    assert [(tile.category.slug, tile.venues) for tile in tiles] == [
        (words.category.slug, 2),
        (words.other_category.slug, 1),
    ]
    assert tiles[1].photo is None


def test_market_figure_is_the_middle_rate() -> None:
    for rate in (10_000_00, 30_000_00, 90_000_00):
        venue = make_venue(spaces=0)
        make_space(venue=venue, hourly_rate_minor=rate)
        refresh_search_entries(venue_id=venue.pk)

    (figure,) = market_figures(vocabulary())

    assert figure.venues == 3
    assert figure.hourly_rate == Money(30_000_00, "KZT")
    assert figure.monthly(40) == Money(1_200_000_00, "KZT")


@pytest.mark.django_db(transaction=True)  # the vocabulary is not kept inside a transaction
@pytest.mark.parametrize("venues", [1, 30])
def test_home_takes_eight_queries(
    venues: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for position in range(venues):
        EditorsPick.objects.create(venue=make_venue(), position=position)
    words = vocabulary()

    with django_assert_num_queries(8):
        home_selection(words, now=NOW)


def test_similar_venues_are_of_the_same_kind_and_city() -> None:
    words = make_reference()
    venue = make_venue()
    make_venue(name="Alike")
    make_venue(name="Like it")
    make_venue(name="Elsewhere", city=words.other_city)
    make_venue(name="Different", category=words.other_category)
    make_venue(name="Paused", status="paused")

    assert similar_venues(venue) == []

    make_venue(name="Near it")

    assert {card.name for card in similar_venues(venue)} == {"Alike", "Like it", "Near it"}


def test_vocabulary_is_read_by_one_query_in_the_order_of_the_reference_data(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    words = make_reference()

    with django_assert_num_queries(1):
        known = vocabulary()

    assert {word.slug for word in known.categories} == {
        words.category.slug,
        words.other_category.slug,
    }
    assert [city.slug for city in known.cities] == [words.city.slug, words.other_city.slug]
    district = known.district(words.city.slug, words.district.slug)
    assert district is not None
    assert district.name == words.district.name
    assert known.district(words.other_city.slug, words.district.slug) is None


@pytest.mark.django_db(transaction=True)
def test_vocabulary_is_kept_until_it_changes(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    words = make_reference()
    vocabulary()

    with django_assert_num_queries(0):
        vocabulary()
    Category.objects.create(
        slug="barn", name="Barn", plural_name="Barns", tagline="", minimum_minutes=60, icon="house"
    )
    assert vocabulary().category("barn") is not None
    words.other_category.delete()
    assert vocabulary().category(words.other_category.slug) is None


@pytest.mark.django_db(transaction=True)
def test_vocabulary_is_read_again_after_a_minute(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_reference()
    vocabulary()
    later = time.monotonic() + SECONDS_KEPT + 1
    monkeypatch.setattr("marketplace.discovery.vocabulary.time.monotonic", lambda: later)

    with django_assert_num_queries(1):
        vocabulary()
