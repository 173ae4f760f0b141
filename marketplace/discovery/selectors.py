"""What home and the venue page show besides search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count, F, IntegerField, Window
from django.db.models.aggregates import Aggregate
from django.db.models.functions import RowNumber

from marketplace.core.money import Money
from marketplace.discovery.cards import VenueCard, cards_of
from marketplace.discovery.models import SearchEntry
from marketplace.discovery.querysets import SearchEntryQuerySet
from marketplace.discovery.vocabulary import CityWord, Vocabulary, Word
from marketplace.venues.models import Venue, VenuePhoto

RAIL: Final = 8
HERO: Final = 3
_CANDIDATES: Final = 24
_FEWEST_SIMILAR: Final = 3
# The newest come last on the page, after many others of them.
_NEWEST_CANDIDATES: Final = 48
# Pictures of categories come from so many of the newest venues, so many of each category.
_VENUES_FOR_TILES: Final = 240
_PHOTOS_FOR_A_TILE: Final = 12


class Median(Aggregate):
    """The middle value, one that is really there."""

    function = "PERCENTILE_DISC"
    name = "Median"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True, slots=True)
class CategoryTile:
    """A category with how many venues it has and a picture of one of them."""

    category: Word
    venues: int
    photo: VenuePhoto | None


@dataclass(frozen=True, slots=True)
class MarketFigure:
    """What one kind of venue asks in one city: the middle of the hourly rates there."""

    category: Word
    city: Word
    venues: int
    hourly_rate: Money

    def monthly(self, hours: int) -> Money:
        """What so many hours bring, before commission."""
        return self.hourly_rate * hours


@dataclass(frozen=True, slots=True)
class HomeSelection:
    """The venues on home. No cover stands there twice, and a tile repeats one only in need.

    `nearby` are in `city`, which is the visitor's where that is known and has venues.
    """

    promoted: tuple[VenueCard, ...]
    hero: tuple[VenueCard, ...]
    picks: tuple[VenueCard, ...]
    popular: tuple[VenueCard, ...]
    newest: tuple[VenueCard, ...]
    nearby: tuple[VenueCard, ...]
    city: CityWord | None
    tiles: tuple[CategoryTile, ...]
    figure: MarketFigure | None
    venues: int


def home_selection(words: Vocabulary, *, now: datetime, city: str = "") -> HomeSelection:
    """All that home shows of the market, in eight queries whatever there is.

    `city` is the visitor's, by its slug; without one, nearby is where most venues are.
    """
    figures = market_figures(words)
    near = _near_city(words, figures, city)
    everything = SearchEntry.objects.cheapest_of_each_venue().with_reach().with_card_content()
    promoted = list(everything.promoted(now)[:RAIL])
    picked = list(everything.picked()[:_CANDIDATES])
    newest = list(everything.newest_first()[:_NEWEST_CANDIDATES])
    popular = popular_entries(now)
    nearby = entries_in_city(near.slug)[:_NEWEST_CANDIDATES] if near else []
    cards = _Cards([*promoted, *picked, *newest, *popular, *nearby])
    seen = _Seen()
    return HomeSelection(
        promoted=tuple(replace(it, is_promoted=True) for it in seen.take(RAIL, cards.of(promoted))),
        hero=seen.take(HERO, [*cards.of(picked), *cards.of(newest)]),
        picks=seen.take(RAIL, cards.of(picked)),
        popular=seen.take(RAIL, cards.of(popular)),
        newest=seen.take(RAIL, cards.of(newest)),
        nearby=seen.take(RAIL, cards.of(nearby)),
        city=near,
        tiles=category_tiles(words, figures, seen.pictures),
        figure=max(figures, key=_telling, default=None),
        venues=sum(figure.venues for figure in figures),
    )


def entries_in_city(slug: str) -> SearchEntryQuerySet[SearchEntry]:
    """The cheapest space of each venue in a city, the newest venue first."""
    found = SearchEntry.objects.in_city(slug).cheapest_of_each_venue()
    return found.with_reach().with_card_content().newest_first()


def _near_city(words: Vocabulary, figures: Sequence[MarketFigure], slug: str) -> CityWord | None:
    """The city of this slug where it has venues; else the one that has most."""
    venues: Counter[str] = Counter()
    for figure in figures:
        venues[figure.city.slug] += figure.venues
    if not venues:
        return None
    most, _count = venues.most_common(1)[0]
    return words.city(slug if slug in venues else most)


class _Cards:
    """The cards of these entries, made once however many rails would show them. One query."""

    def __init__(self, entries: Iterable[SearchEntry]) -> None:
        each = {entry.venue_id: entry for entry in entries}
        self.by_venue = {card.venue_id: card for card in cards_of(list(each.values()))}

    def of(self, entries: Iterable[SearchEntry]) -> list[VenueCard]:
        """In their order."""
        return [self.by_venue[entry.venue_id] for entry in entries]


def popular_entries(now: datetime) -> list[SearchEntry]:
    """The cheapest space of each venue booked of late, the most booked first. One query."""
    since = now - timedelta(days=settings.POPULAR_DAYS)
    return list(
        SearchEntry.objects.of_popular_venues(since, most=_CANDIDATES)
        .cheapest_of_each_venue()
        .with_reach()
        .with_card_content()
        .most_booked_first(since)
    )


def _telling(figure: MarketFigure) -> tuple[int, int]:
    """A figure says more the more venues stand behind it; among equals the higher is shown."""
    return figure.venues, figure.hourly_rate.amount


class _Seen:
    """What is on the page already."""

    def __init__(self) -> None:
        self.venues: set[int] = set()
        self.pictures: dict[str, int] = {}

    def take(self, most: int, cards: Iterable[VenueCard]) -> tuple[VenueCard, ...]:
        """The first so many with a venue and a cover that are not there yet."""
        taken: list[VenueCard] = []
        for card in cards:
            if len(taken) == most:
                break
            if card.venue_id in self.venues or card.cover_key in self.pictures:
                continue
            taken.append(card)
            self.venues.add(card.venue_id)
            if card.cover_key:
                self.pictures[card.cover_key] = len(self.pictures)
        return tuple(taken)


def market_figures(words: Vocabulary) -> list[MarketFigure]:
    """Venues and the middle rate of each category in each city that has any. One query."""
    rows = (
        SearchEntry.objects.order_by()
        .values_list("category__slug", "city__slug", "currency")
        .annotate(venues=Count("venue", distinct=True), rate=Median("space__hourly_rate_minor"))
    )
    figures = []
    for category_slug, city_slug, currency, venues, rate in sorted(rows):
        category, city = words.category(category_slug), words.city(city_slug)
        if category and city:
            figures.append(MarketFigure(category, city, venues, Money(rate, currency)))
    return figures


def category_tiles(
    words: Vocabulary, figures: Sequence[MarketFigure], seen_pictures: Mapping[str, int]
) -> tuple[CategoryTile, ...]:
    """A tile for each category that has venues, with a picture not seen before. One query.

    Where there is none, with the one that came last to the page.
    """
    recent = Venue.objects.published().order_by("-published_at", "-id")[:_VENUES_FOR_TILES]
    rank = Window(
        RowNumber(),
        partition_by=F("venue__category"),
        order_by=[F("position").asc(), F("venue__published_at").desc(), F("id").asc()],
        output_field=IntegerField(),
    )
    photos: dict[str, list[VenuePhoto]] = {}
    candidates = (
        VenuePhoto.objects.shown()
        .filter(venue__in=recent.values("pk"))
        .annotate(rank=rank, kind=F("venue__category__slug"))
        .filter(rank__lte=_PHOTOS_FOR_A_TILE)
        .order_by("rank")
    )
    for candidate in candidates:
        photos.setdefault(candidate.kind, []).append(candidate)
    counts: dict[str, int] = {}
    for figure in figures:
        counts[figure.category.slug] = counts.get(figure.category.slug, 0) + figure.venues
    tiles = []
    seen = dict(seen_pictures)
    for word in words.categories:
        if word.slug not in counts:
            continue
        of_category = photos.get(word.slug, [])
        photo = max(of_category, key=lambda it: seen.get(it.key, len(seen)), default=None)
        if photo is not None:
            seen[photo.key] = len(seen)
        tiles.append(CategoryTile(word, counts[word.slug], photo))
    return tuple(tiles)


def similar_venues(venue: Venue) -> list[VenueCard]:
    """Other venues of its kind in its city, the newest first; none where they make no row.

    Two queries.
    """
    entries = (
        SearchEntry.objects.in_category(venue.category.slug)
        .in_city(venue.city.slug)
        .of_other_venues(venue.pk)
        .cheapest_of_each_venue()
        .with_reach()
        .with_card_content()
        .newest_first()
    )
    found = list(entries[:RAIL])
    return cards_of(found) if len(found) >= _FEWEST_SIMILAR else []
