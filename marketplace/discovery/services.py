"""Keeping the search entries in step with the listings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from marketplace.bookings.availability import LONGEST
from marketplace.bookings.selectors import leaves_of, payable_minutes
from marketplace.discovery.models import SearchEntry
from marketplace.discovery.week import Stretch, open_week
from marketplace.pricing.quote import from_price, shortest_minutes
from marketplace.venues.models import Space, Venue
from marketplace.venues.querysets import VenueQuerySet


def refresh_search_entries(*, venue_id: int) -> list[SearchEntry]:
    """Rebuild what search knows of this venue, and return it.

    The venue is locked, so that two changes at once leave the entries of the later one. A venue
    that is gone or not published is left with none.
    """
    with transaction.atomic():
        venue = listed_venues(Venue.objects.locked()).filter(pk=venue_id).first()
        SearchEntry.objects.filter(venue_id=venue_id).delete()
        entries = entries_for(venue) if venue else []
        return SearchEntry.objects.bulk_create(entries)


def listed_venues(venues: VenueQuerySet[Venue]) -> VenueQuerySet[Venue]:
    """These, with all that `entries_for` reads of them, in a fixed number of queries."""
    return venues.with_page_content().prefetch_related("spaces__parts")


def entries_for(venue: Venue) -> list[SearchEntry]:
    """What search should know of this venue: a row for each space with a rate, once published."""
    if not venue.is_published or venue.published_at is None:
        return []
    week = open_week(
        (hours.weekday, hours.opens_minute, hours.closes_minute)
        for hours in venue.opening_hours.all()
    )
    text = searched_text(venue)
    return [
        _entry(venue, space, week=week, text=text, published_at=venue.published_at)
        for space in venue.spaces.all()
        if space.hourly_rate_minor is not None
    ]


def _entry(
    venue: Venue, space: Space, *, week: list[Stretch], text: str, published_at: datetime
) -> SearchEntry:
    leaves = leaves_of(space)
    return SearchEntry(
        space=space,
        venue=venue,
        category_id=venue.category_id,
        city_id=venue.city_id,
        district_id=venue.district_id,
        capacity=space.capacity,
        minimum_minutes=shortest_minutes(space),
        longest_minutes=min(payable_minutes(space), LONGEST // timedelta(minutes=1)),
        from_price_minor=from_price(space).amount,
        currency=venue.currency,
        open_week=week,
        time_zone=venue.time_zone,
        granularity_minutes=space.granularity_minutes,
        buffer_before_minutes=space.buffer_before_minutes,
        buffer_after_minutes=space.buffer_after_minutes,
        lead_hours=space.lead_hours,
        horizon_days=space.horizon_days,
        leaf_ids=[leaf for leaf, _units in leaves],
        leaf_units=[units for _leaf, units in leaves],
        text=text,
        published_at=published_at,
    )


def searched_text(venue: Venue) -> str:
    """What the words typed into search are looked for in, folded to one case.

    Reference words are there in every language of the site, so that a search does not depend on
    the language of the page.
    """
    texts = [venue.name, venue.summary]
    for language, _name in settings.LANGUAGES:
        with override(language):
            texts += _reference_words(venue)
    return "\n".join(dict.fromkeys(text.casefold() for text in texts if text))


def _reference_words(venue: Venue) -> Iterable[str]:
    yield venue.category.label
    yield venue.category.plural_label
    yield venue.city.label
    if venue.district:
        yield venue.district.label
    for amenity in venue.amenities.all():
        yield amenity.label
