"""Who books what in a benchmark: renters who are logged in, and slots that are free.

    python -m bench.stage RENTERS SLOTS SEED

Prints JSON. Runs in a process of its own, with the settings of the site that is measured. The
renters are made at once, with verified numbers and sessions: signing up is not measured.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice

import django

# Days ahead that are looked at for free slots.
DAYS = range(12, 72)
SLOT_HOURS = 3
# More than any space asks for between two bookings.
REST = dt.timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Renter:
    """A person by id, and the cookie of their session."""

    pk: int
    session: str


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """A stretch of time that can be booked at once. Instants are ISO 8601 with an offset."""

    space: int
    slug: str
    start: str
    end: str
    guests: int


@dataclass(frozen=True, slots=True)
class Stage:
    """What a benchmark works with; each slot is free, and shares no moment with another."""

    renters: tuple[Renter, ...]
    slots: tuple[FreeSlot, ...]


def read(text: str) -> Stage:
    """From what this module prints."""
    said = json.loads(text)
    return Stage(
        tuple(Renter(**renter) for renter in said["renters"]),
        tuple(FreeSlot(**slot) for slot in said["slots"]),
    )


def make_renters(count: int) -> list[Renter]:
    from django.conf import settings  # noqa: PLC0415  (after the settings)
    from django.contrib.auth import (  # noqa: PLC0415
        BACKEND_SESSION_KEY,
        HASH_SESSION_KEY,
        SESSION_KEY,
    )
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415
    from django.contrib.sessions.models import Session  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from marketplace.accounts.models import User  # noqa: PLC0415

    now, before = timezone.now(), User.objects.count()
    users = User.objects.bulk_create(
        User(phone=f"+7708{before + n:07d}", name=f"Renter {n}", phone_verified_at=now)
        for n in range(count)
    )
    store = SessionStore()
    renters, sessions = [], []
    for user in users:
        said = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        key = f"bench{user.pk:027d}"
        sessions.append(
            Session(
                session_key=key,
                session_data=store.encode(said),
                expire_date=now + dt.timedelta(days=1),
            )
        )
        renters.append(Renter(user.pk, key))
    Session.objects.bulk_create(sessions)
    return renters


def free_slots() -> Iterator[FreeSlot]:
    """One slot a day of each space that books at once, as its own calendar says; in turn."""
    from django.utils import timezone  # noqa: PLC0415

    from marketplace.bookings.selectors import load_calendars  # noqa: PLC0415
    from marketplace.core.period import Period  # noqa: PLC0415
    from marketplace.venues.enums import BookingMode, ListingStatus  # noqa: PLC0415
    from marketplace.venues.models import Space  # noqa: PLC0415

    now = timezone.now()
    window = Period(now, now + dt.timedelta(days=DAYS.stop + 1))
    spaces = Space.objects.filter(
        venue__status=ListingStatus.PUBLISHED,
        booking_mode=BookingMode.INSTANT,
        hourly_rate_minor__isnull=False,
        units=1,
        parts=None,
        wholes=None,
    )
    chosen = list(spaces.select_related("venue").order_by("id")[:1500])
    calendars = load_calendars(chosen, window=window, now=now)
    rested = dict.fromkeys(calendars, now)  # from when on nothing given out stands in the way
    for ahead in DAYS:
        day = now.date() + dt.timedelta(days=ahead)
        for space in chosen:
            calendar = calendars[space.pk]
            for start in calendar.starts(day)[:6:2]:
                minutes = max(space.minimum_minutes, SLOT_HOURS * 60)
                period = Period(start, start + dt.timedelta(minutes=minutes))
                if start < rested[space.pk] or calendar.refusal(period):
                    continue
                if not calendar.needs_approval(period):
                    rested[space.pk] = period.end + REST
                    yield FreeSlot(
                        space.pk,
                        space.venue.slug,
                        period.start.isoformat(timespec="minutes"),
                        period.end.isoformat(timespec="minutes"),
                        min(space.capacity, 10),
                    )
                    break


def main(renters: int, slots: int, seed: int) -> None:
    found = list(islice(free_slots(), slots))
    random.Random(seed).shuffle(found)  # noqa: S311  (a seed, so that runs can be compared)
    stage = Stage(tuple(make_renters(renters)), tuple(found))
    print(json.dumps(asdict(stage)))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main(*map(int, sys.argv[1:]))
