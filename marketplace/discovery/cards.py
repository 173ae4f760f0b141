"""A venue among others, as a card shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from marketplace.core.money import Money
from marketplace.core.templatetags.formats import length_in_words
from marketplace.discovery.models import SearchEntry
from marketplace.discovery.vocabulary import Labels, vocabulary
from marketplace.pricing.quote import price_for
from marketplace.venues.enums import BookingMode
from marketplace.venues.models import VenuePhoto

PHOTOS_A_CARD: Final = 5


@dataclass(frozen=True, slots=True)
class VenueCard:
    """What a card shows. Words are in the language of the page.

    Guests, area and price are those of the venue's cheapest space among those asked for; `units` is
    how many alike there are of it. Where nothing is asked that a space must fit, guests and area
    are the most that the venue has (`is_reach`), as its pictures show it. `price` is what an hour
    costs at the least (`is_from`), or that of the chosen time, all included; `price_suffix` says
    which. `is_instant` says that nobody has to be asked for that time. `cover` is the first picture
    as far as a page shows it; `more_keys` names the next ones, with spaces between: the browser
    adds them.
    """

    venue_id: int
    url: str
    name: str
    category: str
    district: str
    city: str
    units: int
    capacity: int
    area_m2: int | None
    price: Money
    price_suffix: str
    is_from: bool
    is_instant: bool
    cover: VenuePhoto | None
    more_keys: str
    is_reach: bool = False
    is_promoted: bool = False

    @property
    def piece_key(self) -> tuple[object, ...]:
        """All that components/venue_card.html says of it (core/templatetags/pieces.py)."""
        shown = (self.url, self.name, self.district, self.city, self.units, self.capacity)
        price = (self.price.amount, self.price.currency, self.price_suffix, self.is_from)
        cover = (*self.cover.piece_key, self.cover.dominant_color) if self.cover else ()
        badge = (self.is_instant, self.is_promoted)
        return *shown, self.area_m2, self.is_reach, *price, *badge, *cover, self.more_keys

    @property
    def cover_key(self) -> str:
        """Names the first picture; nothing where there is none."""
        return self.cover.key if self.cover else ""


def cards_of(
    entries: Sequence[SearchEntry],
    *,
    lengths: Mapping[str, int] | None = None,
    ahead: timedelta | None = None,
) -> list[VenueCard]:
    """A card for each entry, with the price of so many minutes where they are given, by zone.

    `ahead` is how far off the time asked for is: it can be booked instantly from some hours ahead.
    Takes one query, for the photos; the entries come `with_card_content`. Names of places and
    kinds are the vocabulary's: joining their tables costs the planner more than the search.
    """
    photos = _photos_of(entry.venue_id for entry in entries)
    labels = vocabulary().labels
    return [
        _card(
            entry,
            lengths[entry.time_zone] if lengths else None,
            labels,
            photos[entry.venue_id],
            is_instant=_is_instant(entry, ahead),
        )
        for entry in entries
    ]


class _Photo(NamedTuple):
    """A row of a photo, far lighter than its model: most of them only lend a card their key."""

    venue_id: int
    key: str
    width: int
    height: int
    alt_text: str
    dominant_color: str


def _is_instant(entry: SearchEntry, ahead: timedelta | None) -> bool:
    space = entry.space
    if ahead is None or space.booking_mode != BookingMode.INSTANT:
        return False
    return ahead >= timedelta(hours=space.instant_hours)


def _photos_of(venues: Iterable[int]) -> dict[int, list[_Photo]]:
    """The first pictures of each venue."""
    shown = VenuePhoto.objects.shown().filter(venue__in=list(venues))
    photos: dict[int, list[_Photo]] = defaultdict(list)
    for photo in map(_Photo._make, shown.values_list(*_Photo._fields)):
        if len(photos[photo.venue_id]) < PHOTOS_A_CARD:
            photos[photo.venue_id].append(photo)
    return photos


def _reach(entry: SearchEntry) -> tuple[int, int | None, bool]:
    """Guests, area, and whether they are the venue's where its cheapest space has less of them."""
    own = entry.capacity, entry.space.area_m2
    if entry.space.units > 1 or not hasattr(entry, "most_guests"):
        return *own, False
    most = entry.most_guests, entry.most_area_m2
    return *most, most != own


def _cover(photos: list[_Photo]) -> VenuePhoto | None:
    return VenuePhoto(**photos[0]._asdict()) if photos else None


def _card(
    entry: SearchEntry,
    minutes: int | None,
    labels: Labels,
    photos: list[_Photo],
    *,
    is_instant: bool,
) -> VenueCard:
    venue, space = entry.venue, entry.space
    space.venue = venue
    capacity, area_m2, is_reach = _reach(entry)
    if minutes is None:
        price, suffix = Money(entry.from_price_minor, entry.currency), _("an hour")
    else:
        price = price_for(space=space, minutes=minutes)
        suffix = _("for %(length)s, all included") % {"length": length_in_words(minutes)}
    return VenueCard(
        venue_id=venue.pk,
        url=venue.get_absolute_url(),
        name=venue.name,
        category=labels.categories.get(entry.category_id, ""),
        district=labels.districts.get(entry.district_id or 0, ""),
        city=labels.cities.get(entry.city_id, ""),
        units=space.units,
        capacity=capacity,
        area_m2=area_m2,
        is_reach=is_reach,
        price=price,
        price_suffix=suffix,
        is_from=minutes is None,
        is_instant=is_instant,
        cover=_cover(photos),
        more_keys=" ".join(photo.key for photo in photos[1:]),
    )
