"""The demo's bookings before any is made: a few told by name, and the crowd that fills calendars.

The same every time. Days are counted from the day on which the demo began, and each story names a
few days in a row, of which it takes the first that can be booked.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from config.demo.catalogue import VenueSeed
from config.demo.people import DANIYAR, MADINA, REGULARS, RENTER
from marketplace.bookings.enums import Purpose

_SEED: Final = "joytop"
# A slot may be closed on a day, or taken: so many days in a row are tried.
_DAYS_TRIED: Final = 5
_MINUTES_AN_HOUR: Final = 60


class Ending(Enum):
    """How far a booking came."""

    STANDS = "stands"
    WAITS = "waits for the owner"
    DECLINED = "declined"
    UNANSWERED = "nobody answered"
    CANCELLED_BY_RENTER = "cancelled by the renter"
    CANCELLED_BY_OWNER = "cancelled by the owner"


@dataclass(frozen=True, slots=True)
class Story:
    """One booking. `day` and `made_days_ago` are counted from the beginning of the demo.

    `starts` is minutes past midnight at the venue. `ended_days_ago` is when it was cancelled.
    """

    renter: str
    venue: str
    space: str
    day: int
    starts: int
    hours: int
    guests: int
    made_days_ago: float
    purpose: Purpose
    message: str = ""
    ending: Ending = Ending.STANDS
    ended_days_ago: float = 0
    reason: str = ""
    tries: int = _DAYS_TRIED


@dataclass(frozen=True, slots=True)
class BlockStory:
    """Time that an owner keeps for other things."""

    owner: str
    venue: str
    space: str
    day: int
    starts: int
    hours: int
    note: str
    tries: int = _DAYS_TRIED


def _at(hour: int, minute: int = 0) -> int:
    return hour * _MINUTES_AN_HOUR + minute


_ALINA, _YERLAN, _KAMILA, _TOMIRIS, _OLZHAS, _VERA = REGULARS[:6]

# Aigerim, who rents, and Daniyar, who has requests to answer, as a visitor of the demo finds them.
NAMED: Final = (
    Story(
        RENTER, "Linen House", "White room", 6, _at(15), 4, 18, 5.2, Purpose.PARTY,
        "My mother turns sixty. We bring a cake and a small speaker, and leave by eight.",
    ),
    Story(
        RENTER, "Red Wall on Kabanbay", "The loft", 11, _at(17), 4, 26, 0.4, Purpose.PARTY,
        "An evening for our team of twenty-six. May the caterer come an hour earlier?",
        Ending.WAITS,
    ),
    Story(
        RENTER, "White Cove Studio", "Cyclorama", -9, _at(12), 3, 6, 16.3, Purpose.SHOOT,
        "A catalogue of children's coats, with two models and a stylist.",
    ),
    Story(
        RENTER, "Three Nets", "Court", 9, _at(19), 2, 4, 6.1, Purpose.SPORT,
        ending=Ending.CANCELLED_BY_RENTER, ended_days_ago=2.2,
    ),
    # Four hours are left to answer.
    Story(
        _KAMILA, "Red Wall on Kabanbay", "The loft", 8, _at(16), 5, 28, 20 / 24, Purpose.WEDDING,
        "A small wedding dinner after the registry. We would decorate the brick wall with linen "
        "and take everything away ourselves.",
        Ending.WAITS,
    ),
    Story(
        _OLZHAS, "Hangar on Ryskulov", "Hangar", 19, _at(11), 6, 120, 0.6, Purpose.HACKATHON,
        "Twelve hours of robots in two halves of a day: we need the three phases by the stage.",
        Ending.WAITS,
    ),
    Story(
        _TOMIRIS, "Plinth Gallery", "Back room", 14, _at(12), 4, 20, 0.15, Purpose.WORKSHOP,
        "A workshop of botanical drawing, paper and water only.", Ending.WAITS,
    ),
    Story(
        _VERA, "Red Wall on Kabanbay", "The loft", 16, _at(18), 4, 30, 12.3, Purpose.PARTY,
        "Thirty people and a band with drums.", Ending.DECLINED,
        reason="The neighbours upstairs have small children: no drums after eleven, sorry.",
    ),
    Story(
        _YERLAN, "Plinth Gallery", "Both rooms", 10, _at(11), 5, 40, 15.4, Purpose.SHOOT,
        "A film about a sculptor, a crew of nine.", Ending.UNANSWERED,
    ),
    Story(
        _ALINA, "Kok-Tobe Boardrooms", "Large Boardroom", 7, _at(10), 3, 12, 9.4, Purpose.MEETING,
        ending=Ending.CANCELLED_BY_OWNER, ended_days_ago=4.1,
        reason="The building switches off its electricity that day.",
    ),
    # What is made of two halls takes both.
    Story(
        _KAMILA, "Steppe Light Hall", "Whole hall", 20, _at(15), 5, 240, 13.5, Purpose.WEDDING,
        "The wedding of my brother. Both halls with the wall open.",
    ),
    Story(
        _OLZHAS, "Steppe Light Hall", "West Hall", 26, _at(14), 5, 90, 8.7, Purpose.CONFERENCE,
    ),
)  # fmt: skip

BLOCKS: Final = (
    BlockStory(DANIYAR, "Red Wall on Kabanbay", "The loft", 23, _at(11), 10, "Floor is oiled"),
    BlockStory(DANIYAR, "Hangar on Ryskulov", "Hangar", 12, _at(10), 8, "Fire inspection"),
    BlockStory(MADINA, "White Cove Studio", "Cyclorama", 5, _at(12), 4, "Cove is painted"),
)  # fmt: skip

# Told last of all: when it is there, everything is. It is news, so its letters are sent.
LAST: Final = Story(
    REGULARS[-1], "Reading Hall on Baizakov", "Reading hall", 4, _at(14), 3, 30, 0.6,
    Purpose.WORKSHOP, "A reading of new Kazakh prose.", tries=14,
)  # fmt: skip

_PURPOSES: Final = {
    "art-studio": Purpose.WORKSHOP,
    "conference-room": Purpose.MEETING,
    "coworking": Purpose.WORK,
    "event-hall": Purpose.PARTY,
    "exhibition": Purpose.SHOOT,
    "kitchen-studio": Purpose.WORKSHOP,
    "lecture-hall": Purpose.CONFERENCE,
    "loft": Purpose.PARTY,
    "photo-studio": Purpose.SHOOT,
    "podcast-studio": Purpose.SHOOT,
    "rooftop": Purpose.PARTY,
    "sport-court": Purpose.SPORT,
}
# Days of the start, one booking each: the past for earnings and for what is popular, then the six
# weeks to come. Daniyar, whose calendar and earnings the demo shows, has three months.
_USUAL: Final = ((-40, -14), (2, 14), (15, 40))
_OF_DANIYAR: Final = ((-85, -62), (-58, -34), (-28, -5), (3, 40))
_ESTABLISHED_DAYS: Final = 45
# How many of these are really made: each one makes the first start longer.
_SHARE: Final = 0.4


def crowd(venues: Iterable[VenueSeed]) -> Iterator[Story]:
    """Bookings by regulars, all over the venues that have been there for a while."""
    for venue in sorted(venues, key=lambda venue: venue.name):
        age = venue.published_days_ago or 0
        if venue.status != "published" or age < _ESTABLISHED_DAYS or venue.name == LAST.venue:
            continue
        # Of each venue its own, so that another venue in the catalogue moves nothing here.
        dice = random.Random(f"{_SEED} {venue.name}")  # noqa: S311 -- a story, not a secret
        windows = _OF_DANIYAR if venue.business == "dala-spaces" else _USUAL
        for first, last in windows:
            if dice.random() > _SHARE:
                continue
            made_before = dice.randint(4, 12)
            day = max(dice.randint(first, last), made_before - age + 2)
            yield _story(venue, day, made_before, dice)


def _story(venue: VenueSeed, day: int, made_before: int, dice: random.Random) -> Story:
    space = dice.choice(venue.spaces)
    opens = max(stretch.opens_minute for stretch in venue.stretches)
    closes = min(stretch.closes_minute for stretch in venue.stretches)
    hours = max(space.minimum_hours or 0, 4 if venue.category in {"event-hall", "loft"} else 2)
    latest = max(opens, min(closes, _at(22)) - hours * _MINUTES_AN_HOUR)
    earliest = min(max(opens, _at(9)), latest)
    starts = dice.randrange(earliest, latest + 1, _MINUTES_AN_HOUR)
    return Story(
        renter=dice.choice(REGULARS),
        venue=venue.name,
        space=space.name,
        day=day,
        starts=starts,
        hours=hours,
        guests=max(1, space.capacity * dice.randint(4, 9) // 10),
        made_days_ago=max(made_before - day, dice.randint(2, 20)) + dice.random(),
        purpose=_PURPOSES[venue.category],
    )
