"""Search: the question, the page of cards that answers it, and what to try when nothing does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Count, Value

from marketplace.discovery.asked import AskedStart, starts_of_day, starts_of_hours
from marketplace.discovery.cards import VenueCard, cards_of
from marketplace.discovery.models import SearchEntry
from marketplace.discovery.querysets import SearchEntryQuerySet
from marketplace.discovery.vocabulary import vocabulary
from marketplace.discovery.week import day_start
from marketplace.venues.week import MINUTES_A_DAY

CARDS_A_PAGE: Final = 24
MOST_WORDS: Final = 8
_MOST_TRIES: Final = 3
_VENUES: Final = Count("venue", distinct=True)


class Sort(StrEnum):
    """What comes first."""

    NEWEST = "newest"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is looked for. Empty fields ask for nothing.

    Places and kinds are slugs. Minutes count from midnight of `date`, in the venue's time; an end
    that is not after the start is on the next day. Hours without a date are not looked at. Of
    `date`, the minutes before `passed_minutes` are gone: nothing starts in them.
    """

    category: str = ""
    city: str = ""
    district: str = ""
    guests: int | None = None
    text: str = ""
    date: dt.date | None = None
    starts_minute: int | None = None
    ends_minute: int | None = None
    passed_minutes: int = 0
    sort: Sort = Sort.NEWEST

    @property
    def minutes(self) -> int | None:
        """How long, where date, start and end are chosen; at most a day."""
        if self.date is None or self.starts_minute is None or self.ends_minute is None:
            return None
        return (self.ends_minute - self.starts_minute - 1) % MINUTES_A_DAY + 1

    @property
    def words(self) -> tuple[str, ...]:
        """The words typed, each once; no more than eight."""
        return tuple(dict.fromkeys(self.text.split()))[:MOST_WORDS]

    def without_time(self) -> SearchQuery:
        """The same, at any time."""
        return replace(self, date=None, starts_minute=None, ends_minute=None, passed_minutes=0)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of the answer. `count` is of venues on all pages; `page` numbers them."""

    cards: tuple[VenueCard, ...]
    count: int
    page: Page[int]


class Loosening(StrEnum):
    """What was let go to find something."""

    LENGTH = "length"
    TIME = "time"
    DISTRICT = "district"
    GUESTS = "guests"
    TEXT = "text"
    CITY = "city"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question next to the one asked, and how many venues answer it."""

    loosening: Loosening
    query: SearchQuery
    count: int


def search(query: SearchQuery, *, now: dt.datetime, page: int = 1) -> SearchPage:
    """The venues that have a space for this, a card each; the same order every time.

    What is found for a day and hours can be booked so, as far as is known now; for a day alone,
    at some time of it for the shortest length at least (promise P2).

    A page past the last is the last one. Takes three queries whatever is found, and one when
    nothing is.
    """
    asked = _AskedTime.of(query, now)
    matching = _matching(query, asked)
    count = matching.venue_count()
    numbered = Paginator(range(count), CARDS_A_PAGE).get_page(page)
    if not count:
        return SearchPage((), 0, numbered)
    shown = slice(numbered.start_index() - 1, numbered.end_index())
    return SearchPage(tuple(_cards(query, asked, matching, shown)), count, numbered)


@dataclass(frozen=True, slots=True)
class _AskedTime:
    """The starts that a question lets count, at `now`, and how long each zone's hours last."""

    starts: tuple[AskedStart, ...]
    lengths: Mapping[str, int] | None
    now: dt.datetime

    @property
    def ahead(self) -> dt.timedelta | None:
        """How far off the first of them is."""
        return min((it.starts_at - self.now for it in self.starts), default=None)

    @classmethod
    def of(cls, query: SearchQuery, now: dt.datetime) -> _AskedTime:
        """Nothing where no date is asked for; takes a query where zones are not in memory."""
        if query.date is None:
            return cls((), None, now)
        zones = vocabulary().zones
        if query.minutes is None or query.starts_minute is None:
            return cls(tuple(starts_of_day(day=query.date, zones=zones, now=now)), None, now)
        starts = tuple(
            starts_of_hours(
                day=query.date,
                starts=query.starts_minute,
                wall_minutes=query.minutes,
                zones=zones,
                now=now,
            )
        )
        lengths = {start.zone: start.minutes or query.minutes for start in starts}
        return cls(starts, lengths or None, now)


def _cards(
    query: SearchQuery,
    asked: _AskedTime,
    matching: SearchEntryQuerySet[SearchEntry],
    shown: slice,
) -> list[VenueCard]:
    entries = matching.cheapest_of_each_venue(asked.lengths).with_card_content()
    if query.guests is None and query.date is None:
        entries = entries.with_reach()
    ordered = entries.cheapest_first() if query.sort == Sort.PRICE else entries.newest_first()
    return cards_of(list(ordered[shown]), lengths=asked.lengths, ahead=asked.ahead)


def matching_entries(query: SearchQuery, *, now: dt.datetime) -> SearchEntryQuerySet[SearchEntry]:
    """Every space that answers the question."""
    return _matching(query, _AskedTime.of(query, now))


def _matching(query: SearchQuery, asked: _AskedTime) -> SearchEntryQuerySet[SearchEntry]:
    entries = _entries_but_for_time(query)
    if query.date is None:
        return entries
    day = day_start(query.date)
    if query.minutes is None or query.starts_minute is None:
        # Hours first: most of what does not answer falls out by them alone.
        open_then = entries.starting_within(day + query.passed_minutes, day + MINUTES_A_DAY)
    else:
        start = day + query.starts_minute
        open_then = entries.open_between(start, start + query.minutes)
    return open_then.bookable_from(asked.starts, asked.now)


def _entries_but_for_time(query: SearchQuery) -> SearchEntryQuerySet[SearchEntry]:
    entries = SearchEntry.objects.all()
    if query.category:
        entries = entries.in_category(query.category)
    if query.city:
        entries = entries.in_city(query.city)
    if query.district:
        entries = entries.in_district(query.district)
    if query.guests:
        entries = entries.for_guests(query.guests)
    for word in query.words:
        entries = entries.with_word(word)
    return entries


def next_best(query: SearchQuery, *, now: dt.datetime) -> list[Suggestion]:
    """What to try when nothing was found: up to four questions that have answers.

    Takes two queries at most.
    """
    longer = _longer_booking(query, now)
    tries = {Loosening.LENGTH: longer} if longer else {}
    tries |= dict(islice(_looser(query), _MOST_TRIES))
    counts = _venue_counts(tries, now)
    return [Suggestion(it, tries[it], counts[it]) for it in tries if counts.get(it)]


def _venue_counts(queries: Mapping[Loosening, SearchQuery], now: dt.datetime) -> dict[str, int]:
    """How many venues answer each question; those that none answers are left out."""
    counts = [
        matching_entries(query, now=now)
        .order_by()
        .values_list(Value(str(name)))
        .annotate(venues=_VENUES)
        for name, query in queries.items()
    ]
    if not counts:
        return {}
    first, *others = counts
    return dict(first.union(*others, all=True))


def first_cards(query: SearchQuery, *, most: int, now: dt.datetime) -> list[VenueCard]:
    """The first cards of an answer, in its order. Two queries."""
    asked = _AskedTime.of(query, now)
    return _cards(query, asked, _matching(query, asked), slice(most))


def _looser(query: SearchQuery) -> Iterator[tuple[Loosening, SearchQuery]]:
    """The question with one thing let go; what matters least to most people first."""
    if query.date:
        yield Loosening.TIME, query.without_time()
    if query.district:
        yield Loosening.DISTRICT, replace(query, district="")
    if query.guests:
        yield Loosening.GUESTS, replace(query, guests=None)
    if query.text:
        yield Loosening.TEXT, replace(query, text="")
    if query.category:
        yield Loosening.CATEGORY, replace(query, category="")
    if query.city and not query.district:
        yield Loosening.CITY, replace(query, city="")


def _longer_booking(query: SearchQuery, now: dt.datetime) -> SearchQuery | None:
    """The same start for as long as the least demanding venue asks, where it is free so long.

    Found where the time asked for is shorter than anyone takes.
    """
    if query.date is None or query.minutes is None or query.starts_minute is None:
        return None
    asked = _AskedTime.of(query, now)
    minutes = (
        _entries_but_for_time(query)
        .asking_for_more_than(query.minutes)
        .bookable_from([start.for_shortest() for start in asked.starts], now)
        .order_by("minimum_minutes")
        .values_list("minimum_minutes", flat=True)
        .first()
    )
    if minutes is None:
        return None
    return replace(query, ends_minute=(query.starts_minute + minutes) % MINUTES_A_DAY)
