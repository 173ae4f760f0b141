"""The week as a grid: two stretches a day, each from and to, empty where the venue is closed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.venues.enums import Weekday
from marketplace.venues.models import OpeningHours
from marketplace.venues.week import MINUTES_A_DAY, Stretch
from owners.forms.versioned import VersionedForm

STRETCHES_A_DAY = 2


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day of the grid with its pairs of fields."""

    day: Weekday
    pairs: tuple[tuple[forms.BoundField, forms.BoundField], ...]

    @property
    def is_empty(self) -> bool:
        """Whether it stays closed as the form stands."""
        return not _is_filled(self.pairs)

    @property
    def has_more(self) -> bool:
        """Whether more than the first stretch is given."""
        return _is_filled(self.pairs[1:])

    @property
    def has_errors(self) -> bool:
        """Whether something about this day is wrong."""
        return any(field.errors for pair in self.pairs for field in pair)


class HoursForm(VersionedForm):
    """Closing at or before the opening time means the next day: 18:00–02:00, 00:00–00:00."""

    def __init__(self, *args: Any, stored: Iterable[OpeningHours], **kwargs: Any) -> None:
        """`stored` is what the form begins with; a day with more stretches gets more fields."""
        rows = list(stored)
        self._stored = _initial_of(rows)
        a_day = Counter(row.weekday for row in rows).values()
        self.numbers = range(max(STRETCHES_A_DAY, *a_day, 0))
        kwargs.setdefault("initial", self._stored)
        super().__init__(*args, **kwargs)
        for day in Weekday:
            for number in self.numbers:
                for what, label in (("opens", _("opens")), ("closes", _("closes"))):
                    name = field_name(day, number, what)
                    self.fields[name] = forms.TimeField(
                        label=_("%(day)s %(what)s") % {"day": day.label, "what": label},
                        required=False,
                        input_formats=["%H:%M", "%H:%M:%S", "%H.%M", "%H"],
                        widget=forms.TimeInput(
                            format="%H:%M",
                            attrs={"type": "time", "step": 900},
                        ),
                    )

    def stored(self) -> Mapping[str, Any]:
        """The week as it is now, also where the form shows a day copied to all others."""
        return self._stored

    def rows(self) -> list[DayRow]:
        """The grid, for the template."""
        return [
            DayRow(
                day,
                tuple(
                    (self[field_name(day, n, "opens")], self[field_name(day, n, "closes")])
                    for n in self.numbers
                ),
            )
            for day in Weekday
        ]

    def clean(self) -> dict[str, Any]:
        """Both ends of a stretch are given, or neither."""
        cleaned = super().clean()
        for day in Weekday:
            for number in self.numbers:
                opens, closes = (field_name(day, number, what) for what in ("opens", "closes"))
                if opens not in cleaned or closes not in cleaned:
                    continue
                if (cleaned[opens] is None) == (cleaned[closes] is None):
                    continue
                if cleaned[opens] is None:
                    self.add_error(opens, _("When does it open?"))
                else:
                    self.add_error(closes, _("When does it close?"))
        return cleaned

    def stretches(self) -> list[Stretch]:
        """What the service takes."""
        found = []
        for day in Weekday:
            for number in self.numbers:
                opens = self.cleaned_data[field_name(day, number, "opens")]
                closes = self.cleaned_data[field_name(day, number, "closes")]
                if opens is None or closes is None:
                    continue
                start, end = _minutes(opens), _minutes(closes)
                found.append(Stretch(day, start, end if end > start else end + MINUTES_A_DAY))
        return found

    def copied(self, day: int) -> dict[str, str]:
        """What was typed, with one day's hours in every day."""
        typed = {name: str(self.data.get(name, "")) for name in self.fields}
        for number in self.numbers:
            for what in ("opens", "closes"):
                value = typed[field_name(day, number, what)]
                typed |= {field_name(other, number, what): value for other in Weekday}
        return typed


def field_name(day: int, number: int, what: str) -> str:
    """How a field of the grid is called."""
    return f"day{int(day)}_{number}_{what}"


def _is_filled(pairs: Iterable[tuple[forms.BoundField, forms.BoundField]]) -> bool:
    return any(field.value() for pair in pairs for field in pair)


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def _initial_of(rows: Iterable[OpeningHours]) -> dict[str, time]:
    initial: dict[str, time] = {}
    counts: Counter[int] = Counter()
    for row in rows:
        number = counts[row.weekday]
        counts[row.weekday] += 1
        initial[field_name(row.weekday, number, "opens")] = _time(row.opens_minute)
        initial[field_name(row.weekday, number, "closes")] = _time(row.closes_minute)
    return initial
