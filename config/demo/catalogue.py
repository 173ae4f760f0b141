"""The demo's venues, read from `venues/*.toml` (one file a category), and their photographs.

Unknown or missing keys are errors: the dataclasses name what a file may hold. Lines of a
description are joined into paragraphs; hours are words such as "fri-sat 18:00-02:00".
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from marketplace.venues.week import MINUTES_A_DAY, Stretch

HERE: Final = Path(__file__).parent
PHOTOS: Final = HERE / "photos"
# Views that show too little of the room to stand for it.
WEAK_COVERS: Final = frozenset(
    {
        "sport-court-basketball-2",
        "exhibition-dark-hall-3",
        "exhibition-white-cube-3",
        "loft-brick-3",
        "podcast-studio-four-mics-3",
    }
)
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class PhotoSeed:
    """A photograph of the demo: one of three views of one of two rooms of a category."""

    file: str
    category: str
    room: str
    view: int
    alt: str
    dominant_color: str

    @property
    def name(self) -> str:
        """The file without its ending."""
        return Path(self.file).stem

    @property
    def path(self) -> Path:
        return PHOTOS / self.file


@dataclass(frozen=True, slots=True)
class SpaceSeed:
    """A space; `rate` and `cleaning` are whole units of the city's currency."""

    name: str
    description: str
    capacity: int
    area: int
    rate: int
    cleaning: int
    units: int = 1
    minimum_hours: int | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RulesSeed:
    """When spaces of a category can be booked: minutes, and hours ahead of the start."""

    granularity: int = 30
    before: int = 0
    after: int = 30
    lead_hours: int = 2
    instant_hours: int = 24


_FESTIVE: Final = RulesSeed(before=60, after=60, lead_hours=48, instant_hours=72)
_AT_ONCE: Final = RulesSeed(after=0, lead_hours=0, instant_hours=0)
# By category; others keep what a new space has.
_RULES: Final = {
    "conference-room": RulesSeed(granularity=15, after=15, lead_hours=1, instant_hours=3),
    "coworking": _AT_ONCE,
    "event-hall": _FESTIVE,
    "photo-studio": RulesSeed(after=15, instant_hours=6),
    "rooftop": _FESTIVE,
    "sport-court": RulesSeed(after=0, lead_hours=1, instant_hours=2),
}


@dataclass(frozen=True, slots=True)
class ChangeSeed:
    """One thing that the moderator asked to change, under a section of the listing."""

    section: str
    text: str


@dataclass(frozen=True, slots=True)
class VenueSeed:
    """A listing and where it stands. Times are counted back from the day of seeding."""

    category: str
    name: str
    business: str
    city: str
    district: str
    address: str
    location: tuple[float, float]
    summary: str
    description: str
    rules: tuple[str, ...]
    hours: tuple[str, ...]
    policy: str
    amenities: tuple[str, ...]
    cover: str
    spaces: tuple[SpaceSeed, ...]
    also: tuple[str, ...] = ()
    photos: int | None = None
    asks_first: bool = False
    answer_hours: int = 24
    status: str = "published"
    published_days_ago: int | None = None
    submitted_hours_ago: int | None = None
    editors_pick: int | None = None
    proposed_summary: str = ""
    changes: tuple[ChangeSeed, ...] = field(default=())

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The opening hours as the venues room writes them."""
        return tuple(stretch for words in self.hours for stretch in read_hours(words))

    @property
    def booking_rules(self) -> RulesSeed:
        """What the category asks of bookings."""
        return _RULES.get(self.category, RulesSeed())

    @property
    def gallery(self) -> tuple[PhotoSeed, ...]:
        """The cover, the other views of its room, the category's other room, then `also`."""
        index = photo_index()
        cover = index[self.cover]
        same = [photo for photo in index.values() if photo.category == cover.category]
        same.sort(key=lambda photo: (photo.name != cover.name, photo.room != cover.room))
        return (*same, *(index[name] for name in self.also))[: self.photos]


@cache
def photo_index() -> dict[str, PhotoSeed]:
    """Every photograph by name, in the order of the index."""
    rows = json.loads((PHOTOS / "index.json").read_text(encoding="utf-8"))
    photos = (PhotoSeed(**row) for row in rows)
    return {photo.name: photo for photo in photos}


@cache
def venues() -> tuple[VenueSeed, ...]:
    """Every venue of the demo, the longest published first and what is not published last."""
    found = [seed for path in sorted((HERE / "venues").glob("*.toml")) for seed in _read(path)]
    return tuple(sorted(found, key=lambda seed: -(seed.published_days_ago or 0)))


def read_hours(words: str) -> Iterator[Stretch]:
    """Reads "mon-fri 09:00-22:00" or "sun 18:00-02:00" (into the night) as one stretch a day."""
    days, times = words.split()
    first, _, last = days.partition("-")
    opens, closes = (_minutes(clock) for clock in times.split("-"))
    if closes <= opens:
        closes += MINUTES_A_DAY
    for number in range(_DAYS.index(first), _DAYS.index(last or first) + 1):
        yield Stretch(number + 1, opens, closes)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _read(path: Path) -> Iterator[VenueSeed]:
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["venues"]:
        latitude, longitude = row.pop("location")
        nested: dict[str, Any] = {
            "location": (latitude, longitude),
            "description": _paragraphs(row.pop("description")),
            "spaces": tuple(_space(space) for space in row.pop("spaces")),
            "changes": tuple(ChangeSeed(**change) for change in row.pop("changes", ())),
        }
        flat = {key: _frozen(value) for key, value in row.items()}
        yield VenueSeed(category=path.stem, **flat, **nested)


def _space(row: dict[str, Any]) -> SpaceSeed:
    return SpaceSeed(**{key: _frozen(value) for key, value in row.items()})


def _paragraphs(text: str) -> str:
    """Lines joined by spaces; an empty line still parts two paragraphs."""
    return "\n\n".join(" ".join(block.split()) for block in text.strip().split("\n\n"))


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def on_home(seeds: Iterable[VenueSeed]) -> list[VenueSeed]:
    """The eight newest and the editors' picks: those whose covers stand side by side."""
    published = [seed for seed in seeds if seed.status == "published"]
    newest = sorted(published, key=lambda seed: seed.published_days_ago or 0)[:8]
    return newest + [seed for seed in published if seed.editors_pick and seed not in newest]
