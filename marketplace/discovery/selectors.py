"""What home and the venue page show besides search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from django.conf import settings
from django.db.models import Count, F, IntegerField, Window
from django.db.models.aggregates import Aggregate
from django.db.models.functions import RowNumber

from marketplace.core.money import Money
from marketplace.discovery.cards import VenueCard, cards_of
from marketplace.discovery.models import SearchEntry
from marketplace.discovery.vocabulary import Vocabulary, Word
from marketplace.venues.models import Venue, VenuePhoto

RAIL: Final = 8
HERO: Final = 3
_CANDIDATES: Final = 24
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
    """The venues on home. No cover stands there twice, and a tile repeats one only in need."""

    hero: tuple[VenueCard, ...]
    picks: tuple[VenueCard, ...]
    popular: tuple[VenueCard, ...]
    newest: tuple[VenueCard, ...]
    tiles: tuple[CategoryTile, ...]
    figure: MarketFigure | None
    venues: int


def home_selection(words: Vocabulary, *, now: datetime) -> HomeSelection:
    """All that home shows of the market, in six queries whatever there is."""
    everything = SearchEntry.objects.cheapest_of_each_venue().with_card_content()
    picked = list(everything.picked()[:_CANDIDATES])
    newest = list(everything.newest_first()[:_CANDIDATES])
    popular = popular_entries(now)
    cards = iter(cards_of([*picked, *newest, *popular]))
    pick_cards, newest_cards, popular_cards = (
        list(islice(cards, len(entries))) for entries in (picked, newest, popular)
    )
    seen = _Seen()
    hero = seen.take(HERO, [*pick_cards, *newest_cards])
    picks = seen.take(RAIL, pick_cards)
    booked = seen.take(RAIL, popular_cards)
    fresh = seen.take(RAIL, newest_cards)
    figures = market_figures(words)
    return HomeSelection(
        hero=hero,
        picks=picks,
        popular=booked,
        newest=fresh,
        tiles=category_tiles(words, figures, seen.pictures),
        figure=max(figures, key=_telling, default=None),
        venues=sum(figure.venues for figure in figures),
    )


def popular_entries(now: datetime) -> list[SearchEntry]:
    """The cheapest space of each venue booked of late, the most booked first. One query."""
    since = now - timedelta(days=settings.POPULAR_DAYS)
    return list(
        SearchEntry.objects.of_popular_venues(since, most=_CANDIDATES)
        .cheapest_of_each_venue()
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
        self.pictures: set[str] = set()

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
            self.pictures |= {card.cover_key} - {""}
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
    words: Vocabulary, figures: Sequence[MarketFigure], seen_pictures: set[str]
) -> tuple[CategoryTile, ...]:
    """A tile for each category that has venues, with a picture not seen before. One query."""
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
    seen = set(seen_pictures)
    for word in words.categories:
        if word.slug not in counts:
            continue
        of_category = photos.get(word.slug, [])
        unseen = [photo for photo in of_category if photo.key not in seen]
        photo = next(iter(unseen or of_category), None)
        if photo is not None:
            seen.add(photo.key)
        tiles.append(CategoryTile(word, counts[word.slug], photo))
    return tuple(tiles)


def similar_venues(venue: Venue) -> list[VenueCard]:
    """Other venues of its kind in its city, the newest first. Two queries."""
    entries = (
        SearchEntry.objects.in_category(venue.category.slug)
        .in_city(venue.city.slug)
        .of_other_venues(venue.pk)
        .cheapest_of_each_venue()
        .with_card_content()
        .newest_first()
    )
    return cards_of(list(entries[:RAIL]))
