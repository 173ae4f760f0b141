"""A month of days to choose from, as one space's calendar has it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from marketplace.bookings.availability import Calendar, Day
from marketplace.core.days import long_day, month_and_year
from marketplace.storefront.slot_url import Choice

_WEEK: Final = 7
_STATE_WORDS: Final = {
    "free": _lazy("free"),
    "partly": _lazy("partly free"),
    "taken": _lazy("taken"),
    "closed": _lazy("closed"),
    "past": _lazy("too late to book"),
}


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day of the month. `query` leads to it where it can be chosen, and is empty elsewhere."""

    number: int
    iso: str
    state: str
    words: str
    query: str
    is_today: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month as rows of seven, from this week on; None stands where no day can be looked at."""

    title: str
    weekdays: tuple[tuple[str, str], ...]
    weeks: tuple[tuple[DayCell | None, ...], ...]
    back_query: str
    on_query: str


def month_of(choice: Choice, calendar: Calendar, *, now: dt.datetime) -> Month:
    """The month that is shown; its arrows lead no further than bookings do."""
    first, after = choice.month, next_month(choice.month)
    today = timezone.localtime(now, choice.zone).date()
    shown = min(max(first, today), after - dt.timedelta(days=1))
    days = calendar.days(shown, after - dt.timedelta(days=1))
    cells: list[DayCell | None] = [None] * shown.weekday()
    cells += [_cell(day, choice, today) for day in days]
    cells += [None] * (-len(cells) % _WEEK)
    last = today + dt.timedelta(days=choice.space.horizon_days)
    before = first - dt.timedelta(days=1)
    return Month(
        title=month_and_year(first),
        weekdays=tuple((str(WEEKDAYS_ABBR[day]), str(WEEKDAYS[day])) for day in range(_WEEK)),
        weeks=tuple(tuple(cells[i : i + _WEEK]) for i in range(0, len(cells), _WEEK)),
        back_query=_month_query(choice, before) if before >= today else "",
        on_query=_month_query(choice, after) if after <= last else "",
    )


def _cell(day: Day, choice: Choice, today: dt.date) -> DayCell:
    state = str(day.state)
    can_be_chosen = state in {"free", "partly"}
    asked = replace(choice, day=day.date, start=None, end=None, is_month_asked=False)
    name = long_day(day.date)
    words = _("Today, %(day)s, %(state)s") if day.date == today else _("%(day)s, %(state)s")
    return DayCell(
        number=day.date.day,
        iso=day.date.isoformat(),
        state=state,
        words=words % {"day": name, "state": _STATE_WORDS[state]},
        query=asked.query() if can_be_chosen else "",
        is_today=day.date == today,
        is_chosen=day.date == choice.day,
    )


def _month_query(choice: Choice, day: dt.date) -> str:
    return replace(choice, month=day.replace(day=1), is_month_asked=True).query()


def next_month(first: dt.date) -> dt.date:
    """The first day of the month after."""
    return (first + dt.timedelta(days=31)).replace(day=1)
