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

from marketplace.discovery.cards import VenueCard, cards_of
from marketplace.discovery.models import SearchEntry
from marketplace.discovery.querysets import SearchEntryQuerySet
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


def search(query: SearchQuery, *, page: int = 1) -> SearchPage:
    """The venues that have a space for this, a card each; the same order every time.

    A page past the last is the last one. Takes three queries whatever is found, and one when
    nothing is.
    """
    matching = matching_entries(query)
    count = matching.venue_count()
    numbered = Paginator(range(count), CARDS_A_PAGE).get_page(page)
    if not count:
        return SearchPage((), 0, numbered)
    shown = slice(numbered.start_index() - 1, numbered.end_index())
    return SearchPage(tuple(_cards(query, matching, shown)), count, numbered)


def _cards(
    query: SearchQuery, matching: SearchEntryQuerySet[SearchEntry], shown: slice
) -> list[VenueCard]:
    entries = matching.cheapest_of_each_venue(query.minutes).with_card_content()
    ordered = entries.cheapest_first() if query.sort == Sort.PRICE else entries.newest_first()
    return cards_of(list(ordered[shown]), minutes=query.minutes)


def matching_entries(query: SearchQuery) -> SearchEntryQuerySet[SearchEntry]:
    """Every space that answers the question."""
    entries = _entries_but_for_time(query)
    if query.date is None:
        return entries
    day = day_start(query.date)
    if query.minutes is None or query.starts_minute is None:
        return entries.starting_within(day + query.passed_minutes, day + MINUTES_A_DAY)
    start = day + query.starts_minute
    return entries.open_between(start, start + query.minutes).bookable_for(query.minutes)


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


def next_best(query: SearchQuery) -> list[Suggestion]:
    """What to try when nothing was found: up to four questions that have answers.

    Takes two queries at most.
    """
    longer = _longer_booking(query)
    tries = dict(islice(_looser(query), _MOST_TRIES))
    counts = _venue_counts(tries)
    found = [Suggestion(it, tries[it], counts[it]) for it in tries if counts.get(it)]
    return [longer, *found] if longer else found


def _venue_counts(queries: Mapping[Loosening, SearchQuery]) -> dict[str, int]:
    """How many venues answer each question; those that none answers are left out."""
    counts = [
        matching_entries(query).order_by().values_list(Value(str(name))).annotate(venues=_VENUES)
        for name, query in queries.items()
    ]
    if not counts:
        return {}
    first, *others = counts
    return dict(first.union(*others, all=True))


def first_cards(query: SearchQuery, *, most: int) -> list[VenueCard]:
    """The first cards of an answer, in its order. Two queries."""
    return _cards(query, matching_entries(query), slice(most))


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


def _longer_booking(query: SearchQuery) -> Suggestion | None:
    """The same start for as long as the least demanding venue asks.

    Found where the time asked for is shorter than anyone takes. The count is that of the longer
    search: who takes less is not open for even the time asked for, or would have been found.
    """
    if query.date is None or query.minutes is None or query.starts_minute is None:
        return None
    start = day_start(query.date) + query.starts_minute
    shortest = (
        _entries_but_for_time(query)
        .starting_within(start, start + 1)
        .asking_for_more_than(query.minutes)
        .values_list("minimum_minutes")
        .annotate(venues=_VENUES)
        .order_by("minimum_minutes")
        .first()
    )
    if shortest is None:
        return None
    minutes, venues = shortest
    ends = (query.starts_minute + minutes) % MINUTES_A_DAY
    return Suggestion(Loosening.LENGTH, replace(query, ends_minute=ends), venues)
