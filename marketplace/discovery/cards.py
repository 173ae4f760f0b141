"""A venue among others, as a card shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from marketplace.core.money import Money
from marketplace.core.templatetags.formats import length_in_words
from marketplace.discovery.models import SearchEntry
from marketplace.discovery.vocabulary import Labels, vocabulary
from marketplace.pricing.quote import price_for
from marketplace.venues.models import VenuePhoto

PHOTOS_A_CARD: Final = 5


@dataclass(frozen=True, slots=True)
class VenueCard:
    """What a card shows. Words are in the language of the page.

    Guests, area and price are those of the venue's cheapest space among those asked for; `units`
    is how many alike there are of it. `price` is what an hour costs at the least (`is_from`), or
    that of the chosen time, all included; `price_suffix` says which.
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
    photos: tuple[VenuePhoto, ...]

    @property
    def piece_key(self) -> tuple[object, ...]:
        """All that components/venue_card.html says of it (core/templatetags/pieces.py)."""
        shown = (self.url, self.name, self.district, self.city, self.units, self.capacity)
        price = (self.price.amount, self.price.currency, self.price_suffix, self.is_from)
        pictures = self.photos[0].piece_key if self.photos else ()
        return *shown, self.area_m2, *price, *pictures, self.more_keys

    @property
    def cover_key(self) -> str:
        """Names the picture that comes first; nothing where there is none."""
        return self.photos[0].key if self.photos else ""

    @property
    def more_keys(self) -> str:
        """Names the pictures after the first one, with spaces between: the browser adds them."""
        return " ".join(photo.key for photo in self.photos[1:])


def cards_of(entries: Sequence[SearchEntry], *, minutes: int | None = None) -> list[VenueCard]:
    """A card for each entry, with the price of so many minutes where they are given.

    Takes one query, for the photos; the entries come `with_card_content`. Names of places and
    kinds are the vocabulary's: joining their tables costs the planner more than the search.
    """
    shown = VenuePhoto.objects.shown()[:PHOTOS_A_CARD]
    prefetch_related_objects(
        [entry.venue for entry in entries], Prefetch("photos", shown, to_attr="card_photos")
    )
    labels = vocabulary().labels
    return [_card(entry, minutes, labels) for entry in entries]


def _card(entry: SearchEntry, minutes: int | None, labels: Labels) -> VenueCard:
    venue, space = entry.venue, entry.space
    space.venue = venue
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
        capacity=entry.capacity,
        area_m2=space.area_m2,
        price=price,
        price_suffix=suffix,
        is_from=minutes is None,
        photos=tuple(venue.card_photos),  # type: ignore[attr-defined]  # prefetched above
    )
