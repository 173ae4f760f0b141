"""A venue's calendar as its team looks at it: a week space by space, or a month of days.

Everything is by the venue's own clock. A day shows what touches it, cut at midnight.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.bookings.enums import OccupancyKind
from marketplace.bookings.opening import instant_at
from marketplace.bookings.selectors import CalendarItem
from marketplace.core.period import Period
from marketplace.core.templatetags.formats import clock
from marketplace.venues.models import Space, Venue
from marketplace.venues.week import MINUTES_A_DAY

_DAY: Final = timedelta(days=1)
DAYS_A_WEEK: Final = 7
# What an entry is called, in one word beside its icon.
KINDS: Final[dict[str, tuple[str | Promise, str]]] = {
    OccupancyKind.BOOKING: (gettext_lazy("Booked"), "circle-check"),
    OccupancyKind.REQUEST: (gettext_lazy("Request"), "clock"),
    OccupancyKind.HOLD: (gettext_lazy("Being paid"), "timer"),
    OccupancyKind.BLOCK: (gettext_lazy("Blocked"), "lock"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on one day. `through` names the other space by which this one is taken."""

    kind: OccupancyKind
    word: str | Promise
    icon: str
    times: str
    title: str
    url: str
    through: str
    block_id: int | None
    units: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the day's bar, in minutes from midnight."""

    start: int
    length: int
    kind: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day: when the venue is open, and where it stands in what is shown."""

    date: date
    is_today: bool
    is_past: bool
    in_month: bool
    hours: tuple[str, ...]

    @property
    def is_closed(self) -> bool:
        """Whether the venue does not open at all."""
        return not self.hours


@dataclass(frozen=True, slots=True)
class Cell:
    """One space on one day."""

    day: Day
    bars: tuple[Bar, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class SpaceRow:
    """One space through the week."""

    space: Space
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class MonthCell:
    """One day of the month, with how much of each kind there is: its word, icon and count."""

    day: Day
    counts: tuple[tuple[str, str | Promise, str, int], ...]


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday around the day."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=DAYS_A_WEEK - 1)


def month_of(day: date) -> tuple[date, date]:
    """The whole weeks that the day's month touches, from Monday to Sunday."""
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - _DAY
    return week_of(first)[0], week_of(last)[1]


def window_of(venue: Venue, first: date, last: date) -> Period:
    """These days, from midnight to midnight by the venue's clock."""
    zone = ZoneInfo(venue.time_zone)
    return Period(instant_at(zone, first, 0), instant_at(zone, last + _DAY, 0))


def days_between(
    venue: Venue, first: date, last: date, *, now: datetime, month: int | None = None
) -> list[Day]:
    """Each day with its opening hours; `month` is the one that is looked at."""
    today = now.astimezone(ZoneInfo(venue.time_zone)).date()
    days = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        hours = tuple(
            f"{clock(start)}–{clock(start + length)}" for start, length in open_on(venue, day)
        )
        in_month = month is None or day.month == month
        days.append(Day(day, day == today, day < today, in_month, hours))
    return days


def same_hours(days: Iterable[Day]) -> str:
    """The hours of every day that is not closed, where they are the same; else nothing."""
    found = {day.hours for day in days if not day.is_closed}
    return ", ".join(found.pop()) if len(found) == 1 else ""


def open_on(venue: Venue, day: date) -> list[tuple[int, int]]:
    """When the venue is open on this day, what comes over from the night before included."""
    found = []
    for stretch in venue.opening_hours.all():
        if stretch.weekday == day.isoweekday():
            end = min(stretch.closes_minute, MINUTES_A_DAY)
            found.append((stretch.opens_minute, end - stretch.opens_minute))
        if stretch.weekday == (day - _DAY).isoweekday() and stretch.closes_minute > MINUTES_A_DAY:
            found.append((0, stretch.closes_minute - MINUTES_A_DAY))
    return sorted(found)


def week_rows(
    venue: Venue, spaces: Sequence[Space], days: Sequence[Day], items: Sequence[CalendarItem]
) -> list[SpaceRow]:
    """The week, space by space. Spaces come with their parts loaded."""
    related = related_ids(venue)
    zone = ZoneInfo(venue.time_zone)
    rows = []
    for space in spaces:
        mine = [item for item in items if item.space_id in related[space.pk]]
        cells = tuple(_cell(venue, space, day, mine, zone) for day in days)
        rows.append(SpaceRow(space, cells))
    return rows


def month_cells(
    venue: Venue, days: Sequence[Day], items: Sequence[CalendarItem]
) -> list[list[MonthCell]]:
    """The month, week by week."""
    zone = ZoneInfo(venue.time_zone)
    cells = [_month_cell(day, items, zone) for day in days]
    return [cells[at : at + DAYS_A_WEEK] for at in range(0, len(cells), DAYS_A_WEEK)]


def related_ids(venue: Venue) -> dict[int, set[int]]:
    """For each space, those whose bookings take its time: itself, its parts and its wholes."""
    related = {space.pk: {space.pk} for space in venue.spaces.all()}
    for whole in venue.spaces.all():
        for part in whole.parts.all():
            related[whole.pk].add(part.pk)
            related[part.pk].add(whole.pk)
    return related


def _cell(
    venue: Venue, space: Space, day: Day, items: Iterable[CalendarItem], zone: ZoneInfo
) -> Cell:
    bars = [Bar(start, length, "open") for start, length in open_on(venue, day.date)]
    entries = []
    for item in items:
        around = minutes_on(day.date, item.taken, zone)
        if around and around != minutes_on(day.date, item.period, zone):
            bars.append(Bar(around[0], around[1] - around[0], "buffer"))
        within = minutes_on(day.date, item.period, zone)
        if within:
            bars.append(Bar(within[0], within[1] - within[0], item.kind))
            entries.append(_entry(item, space, within))
    return Cell(day, tuple(bars), tuple(entries))


def _month_cell(day: Day, items: Iterable[CalendarItem], zone: ZoneInfo) -> MonthCell:
    there = [item.kind for item in items if minutes_on(day.date, item.period, zone)]
    counts = tuple(
        (str(kind), word, icon, there.count(OccupancyKind(kind)))
        for kind, (word, icon) in KINDS.items()
        if OccupancyKind(kind) in there
    )
    return MonthCell(day, counts)


def _entry(item: CalendarItem, space: Space, within: tuple[int, int]) -> Entry:
    word, icon = KINDS[item.kind]
    is_paid = item.kind in {OccupancyKind.BOOKING, OccupancyKind.REQUEST}
    return Entry(
        kind=item.kind,
        word=word,
        icon=icon,
        times=times_in_words(*within),
        title="" if item.kind == OccupancyKind.HOLD else item.title,
        url=reverse("owners:booking", args=[item.reference]) if is_paid else "",
        through="" if item.space_id == space.pk else item.space_name,
        block_id=item.block_id,
        units=item.units if space.units > 1 else 1,
    )


def times_in_words(start: int, end: int) -> str:
    """`18:00–22:00`; of what goes past midnight, the part of the day."""
    if (start, end) == (0, MINUTES_A_DAY):
        return _("all day")
    if start == 0:
        return _("until %(time)s") % {"time": clock(end)}
    if end == MINUTES_A_DAY:
        return _("from %(time)s") % {"time": clock(start)}
    return f"{clock(start)}–{clock(end)}"


def minutes_on(day: date, period: Period, zone: ZoneInfo) -> tuple[int, int] | None:
    """What of the period the wall shows on this day, in minutes; None where it is another day."""
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    if start.date() > day or end.date() < day:
        return None
    first = start.hour * 60 + start.minute if start.date() == day else 0
    last = end.hour * 60 + end.minute if end.date() == day else MINUTES_A_DAY
    return (first, last) if first < last else None


def kinds_in_use() -> Iterator[tuple[str, str | Promise, str]]:
    """The legend: each kind, its word and its icon."""
    for kind, (word, icon) in KINDS.items():
        yield kind, word, icon
