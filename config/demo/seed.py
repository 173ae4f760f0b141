"""Filling an empty site with people, venues and photographs: the same ones every time.

Safe to run again: people are found by phone, venues by owner and name, and what is there is left
as it is. Times are counted back from `now`, so the site always looks lived in.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from config.demo import catalogue
from config.demo.bookings import tell_everything
from config.demo.catalogue import VenueSeed
from config.demo.listings import Stage, write_venue
from config.demo.people import (
    ADMINISTRATOR,
    BUSINESSES,
    DANIYAR,
    MODERATOR,
    PEOPLE,
    RENTER,
    VIEWER,
    PersonSeed,
)
from config.demo.promotions import write_promotions
from marketplace.accounts import services as accounts
from marketplace.accounts.enums import ActivityKind
from marketplace.accounts.models import Activity, Business, User
from marketplace.bookings.models import Booking
from marketplace.discovery.models import EditorsPick
from marketplace.trust import services as trust
from marketplace.venues.enums import MemberRole
from marketplace.venues.models import Membership, Venue
from marketplace.venues.photos import StoredPhoto, store_photo

_PHONE_BROWSER: Final = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Mobile Safari/537.36"
)
_DESK_BROWSER: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36"
)
# People joined so many days before, and this.
_JOINED_EARLIER: Final = timedelta(hours=5)
# Times that a person logged in, in days before seeding.
_LOG_INS: Final = (61, 24, 9, 3, 1)


@dataclass(frozen=True, slots=True)
class Seeded:
    """What is on the site now."""

    people: int
    venues: int
    spaces: int
    bookings: int


def seed(*, now: datetime, venues: Iterable[VenueSeed] | None = None) -> Seeded:
    """Stores the photographs, then writes all but bookings in one transaction, or nothing.

    Bookings come after that, one by one, for each is paid. Reference data must be loaded. `venues`
    are those of the catalogue unless given.
    """
    chosen = list(catalogue.venues() if venues is None else venues)
    photos = _store_photos(chosen)
    with transaction.atomic():
        people = _write_people(now=now)
        _write_businesses(people)
        stage = Stage(people=people, moderator=people[MODERATOR], photos=photos, now=now)
        written = [write_venue(venue, stage=stage) for venue in chosen]
        _write_team(people)
        _write_picks(chosen, written, by=people[ADMINISTRATOR], now=now)
        write_promotions(written, by=people[ADMINISTRATOR], now=now)
        _write_enquiry(people[RENTER], now=now)
    tell_everything(chosen, people=people, began=_began(people))
    return Seeded(
        people=len(people),
        venues=len(written),
        spaces=sum(len(venue.spaces) for venue in chosen),
        bookings=Booking.objects.count(),
    )


def finish() -> None:
    """Goes on with the bookings of a demo whose seeding was stopped; nothing where all is there.

    Where others than the demo's people live, nothing is written.
    """
    phones = [person.phone for person in PEOPLE]
    people = {user.phone or "": user for user in User.objects.filter(phone__in=phones)}
    if len(people) == len(PEOPLE):
        tell_everything(catalogue.venues(), people=people, began=_began(people))


def _began(people: Mapping[str, User]) -> datetime:
    """When the demo was seeded first: the administrator joined so long before."""
    days = next(person.joined_days_ago for person in PEOPLE if person.phone == ADMINISTRATOR)
    return people[ADMINISTRATOR].joined_at + timedelta(days=days) + _JOINED_EARLIER


def _store_photos(seeds: Iterable[VenueSeed]) -> dict[str, StoredPhoto]:
    """Each photograph once, however many venues show it; encoding leaves Python's lock."""
    wanted = sorted({photo for seed in seeds for photo in seed.gallery}, key=lambda p: p.name)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        stored = pool.map(lambda photo: store_photo(photo.path.read_bytes()), wanted)
        return dict(zip((photo.name for photo in wanted), stored, strict=True))


def _write_people(*, now: datetime) -> dict[str, User]:
    return {person.phone: _write_person(person, now=now) for person in PEOPLE}


def _write_person(person: PersonSeed, *, now: datetime) -> User:
    known: User | None = User.objects.filter(phone=person.phone).first()
    if known is not None:
        return known
    joined = now - timedelta(days=person.joined_days_ago) - _JOINED_EARLIER
    user: User = User.objects.create_user(
        person.phone,
        name=person.name,
        role=person.role,
        phone_verified_at=joined,
        joined_at=joined,
    )
    if person.email:
        accounts.verify_email(
            user=user, email=person.email, request=None, now=joined + timedelta(minutes=4)
        )
        user.refresh_from_db()
    Activity.objects.bulk_create(_activity(user, joined=joined, now=now))
    return user


def _activity(user: User, *, joined: datetime, now: datetime) -> list[Activity]:
    """A sign-up and some log-ins, from an address that belongs to nobody (RFC 5737)."""
    address = f"203.0.113.{int((user.phone or '0')[-2:]) + 10}"
    log_ins = [
        now - timedelta(days=days, hours=days % 7)
        for days in _LOG_INS
        if now - timedelta(days=days + 1) > joined
    ]
    moments = [(ActivityKind.SIGNED_UP, joined), (ActivityKind.PHONE_VERIFIED, joined)]
    moments += [(ActivityKind.LOGGED_IN, at) for at in log_ins]
    return [
        Activity(
            user=user,
            kind=kind,
            at=at,
            ip=address,
            user_agent=_DESK_BROWSER if number % 3 else _PHONE_BROWSER,
        )
        for number, (kind, at) in enumerate(moments)
    ]


def _write_businesses(people: Mapping[str, User]) -> None:
    for business in BUSINESSES:
        Business.objects.get_or_create(
            owner=people[business.owner], defaults={"name": business.name}
        )


def _write_team(people: Mapping[str, User]) -> None:
    """Daniyar's assistant may look at his venues."""
    for venue in Venue.objects.of_member(people[DANIYAR]):
        Membership.objects.get_or_create(
            venue=venue, user=people[VIEWER], defaults={"role": MemberRole.VIEWER}
        )


def _write_picks(
    seeds: Iterable[VenueSeed], venues: Iterable[Venue], *, by: User, now: datetime
) -> None:
    for seed, venue in zip(seeds, venues, strict=True):
        if seed.editors_pick is not None:
            EditorsPick.objects.get_or_create(
                venue=venue,
                defaults={"position": seed.editors_pick, "picked_by": by, "picked_at": now},
            )


def _write_enquiry(renter: User, *, now: datetime) -> None:
    if renter.cases.exists():
        return
    trust.open_enquiry(
        name=renter.name,
        email=renter.email,
        subject="One booking for two halls?",
        message=(
            "Good afternoon! In March we celebrate my parents' anniversary with about a hundred "
            "guests, and would like a hall for dinner and a room for the children next door. Can "
            "I book two spaces of one venue together, or are these two bookings?"
        ),
        language=renter.language,
        by=renter,
        now=now - timedelta(hours=3),
    )
