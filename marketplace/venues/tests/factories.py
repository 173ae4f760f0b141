"""Plain factories of the venues room. Everything is the same in every run."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from types import MappingProxyType
from typing import Any, Final

from django.db import transaction

from marketplace.accounts.models import Business, User
from marketplace.accounts.tests.factories import make_user
from marketplace.core.models import StateChange
from marketplace.venues import reference
from marketplace.venues.enums import LIVE_STATUSES, ListingStatus, MemberRole, Weekday
from marketplace.venues.models import (
    Amenity,
    Category,
    City,
    District,
    Membership,
    OpeningHours,
    Space,
    Venue,
    VenuePhoto,
)
from marketplace.venues.signals import listing_changed

PUBLISHED_AT: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DESCRIPTION: Final = (
    "A bright hall on the second floor of a quiet house in the middle of the city. "
    "There is room for a long table, for a small stage and for dancing, and tall windows "
    "look on to an old apple yard. The kitchen and the cloakroom are on the same floor."
)
RULES: Final = "Shoes stay on. Music is turned down after eleven. Please leave the tables clean."
_DAYS: Final = {day.name[:3].lower(): day for day in Weekday}
_numbers = count(1)


@dataclass(frozen=True)
class Reference:
    """What listings are described with; two of each, so that filters have something to refuse."""

    category: Category
    other_category: Category
    city: City
    district: District
    other_district: District
    other_city: City
    other_city_district: District
    amenities: tuple[Amenity, ...]


def make_reference() -> Reference:
    """The first two categories and cities, two districts each, six amenities. Idempotent."""
    categories = [_category(seed) for seed in reference.CATEGORIES[:2]]
    cities = [_city(seed) for seed in reference.CITIES[:2]]
    districts = [list(city.districts.order_by("position")) for city in cities]
    return Reference(
        category=categories[0],
        other_category=categories[1],
        city=cities[0],
        district=districts[0][0],
        other_district=districts[0][1],
        other_city=cities[1],
        other_city_district=districts[1][0],
        amenities=tuple(_amenity(seed) for seed in reference.AMENITIES[:6]),
    )


def _category(seed: reference.CategorySeed) -> Category:
    values = {
        "name": seed.name,
        "plural_name": seed.plural_name,
        "tagline": seed.tagline,
        "minimum_minutes": seed.minimum_minutes,
        "icon": seed.icon,
    }
    return Category.objects.get_or_create(slug=seed.slug, defaults=values)[0]


def _city(seed: reference.CitySeed) -> City:
    values = {
        "name": seed.name,
        "country": seed.country,
        "currency": seed.currency,
        "time_zone": seed.time_zone,
        "latitude": seed.latitude,
        "longitude": seed.longitude,
    }
    city, created = City.objects.get_or_create(slug=seed.slug, defaults=values)
    if created:
        District.objects.bulk_create(
            District(
                city=city,
                slug=district.slug,
                name=district.name,
                position=position,
                latitude=district.latitude,
                longitude=district.longitude,
            )
            for position, district in enumerate(seed.districts[:2])
        )
    return city


def _amenity(seed: reference.AmenitySeed) -> Amenity:
    values = {"name": seed.name, "group": seed.group, "icon": seed.icon}
    return Amenity.objects.get_or_create(slug=seed.slug, defaults=values)[0]


@transaction.atomic
def make_venue(
    *,
    owner: User | None = None,
    status: ListingStatus | str = ListingStatus.PUBLISHED,
    spaces: int = 1,
    photos: int = 5,
    hours: str = "daily 9-22",
    space_fields: Mapping[str, Any] = MappingProxyType({}),
    **fields: Any,
) -> Venue:
    """A listing that could be published: texts, spaces with a rate, photos (rows, no files), hours.

    `hours` is "daily 9-22", or "mon-fri 9-18, sat 20-26" (past midnight), or "". `space_fields`
    are those of every space (its rate, its booking rules). Its owner is in the team.
    `listing_changed` is sent, as services send it.
    """
    owner = owner or make_user()
    words = make_reference()
    number = next(_numbers)
    fields.setdefault("category", words.category)
    fields.setdefault("city", words.city)
    fields.setdefault("district", words.district if fields["city"] == words.city else None)
    fields.setdefault("business", _business(owner))
    fields.setdefault("name", f"Venue {number}")
    fields.setdefault("slug", f"venue-{number}")
    fields.setdefault("summary", "A bright hall for sixty guests in the middle of the city")
    fields.setdefault("description", DESCRIPTION)
    fields.setdefault("rules", RULES)
    fields.setdefault("address", f"Abay Avenue, {number}")
    fields.setdefault("currency", fields["city"].currency)
    fields.setdefault("time_zone", fields["city"].time_zone)
    if status in LIVE_STATUSES | {ListingStatus.SUSPENDED}:
        fields.setdefault("published_at", PUBLISHED_AT)
    venue = Venue.objects.create(status=status, **fields)
    Membership.objects.create(venue=venue, user=owner, role=MemberRole.OWNER)
    for position in range(spaces):
        make_space(venue=venue, position=position, **space_fields)
    add_photo_rows(venue=venue, photos=photos)
    set_hours(venue=venue, hours=hours)
    if status != ListingStatus.DRAFT:
        _log_state(venue)
    listing_changed.send(sender=Venue, venue_id=venue.pk)
    return venue


def _business(owner: User) -> Business:
    return owner.businesses.first() or Business.objects.create(owner=owner, name=str(owner))


def _log_state(venue: Venue) -> None:
    StateChange.objects.create(
        subject_kind="venues.venue",
        subject_id=str(venue.pk),
        from_state=ListingStatus.DRAFT,
        to_state=venue.status,
        at=PUBLISHED_AT,
    )


def make_space(*, venue: Venue, parts: Iterable[Space] = (), **fields: Any) -> Space:
    """A hall for sixty at 20 000 an hour, two hours at least; a whole, where `parts` are given.

    Booking rules are the usual ones: instant a day ahead, half an hour after each booking.
    """
    fields.setdefault("name", f"Hall {fields.get('position', venue.spaces.count()) + 1}")
    fields.setdefault("description", "A hall with a wooden floor and tall windows.")
    fields.setdefault("capacity", 60)
    fields.setdefault("area_m2", 90)
    fields.setdefault("hourly_rate_minor", 20_000_00)
    fields.setdefault("cleaning_fee_minor", 5_000_00)
    space = Space.objects.create(venue=venue, **fields)
    space.parts.set(parts)
    return space


def add_photo_rows(*, venue: Venue, photos: int, **fields: Any) -> list[VenuePhoto]:
    """Rows alone: no file is written, so their addresses lead nowhere."""
    start = venue.photos.count()
    return VenuePhoto.objects.bulk_create(
        VenuePhoto(
            venue=venue,
            key=hashlib.sha256(f"{venue.pk}-{number}".encode()).hexdigest(),
            width=1440,
            height=960,
            position=number,
            alt_text=f"View {number + 1} of {venue.name}",
            **fields,
        )
        for number in range(start, start + photos)
    )


def set_hours(*, venue: Venue, hours: str) -> None:
    """Replaces the opening hours by what the words say; see `make_venue`."""
    venue.opening_hours.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(venue=venue, weekday=day, opens_minute=opens, closes_minute=closes)
        for day, opens, closes in _stretches(hours)
    )


def _stretches(hours: str) -> Iterator[tuple[int, int, int]]:
    for part in filter(None, (part.strip() for part in hours.split(","))):
        days, times = part.split()
        opens, closes = (int(float(hour) * 60) for hour in times.split("-"))
        for day in _days(days):
            yield day, opens, closes


def _days(words: str) -> range:
    if words == "daily":
        return range(1, 8)
    first, _, last = words.partition("-")
    return range(_DAYS[first], _DAYS[last or first] + 1)


def add_member(*, venue: Venue, role: MemberRole, user: User | None = None) -> User:
    """A person who is in the venue's team in this role."""
    user = user or make_user()
    Membership.objects.create(venue=venue, user=user, role=role)
    return user
