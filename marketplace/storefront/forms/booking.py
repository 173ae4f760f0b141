"""What a visitor chooses on a venue's page, and what a renter says at the checkout."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final, override

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.bookings.enums import Purpose
from marketplace.core.zones import find_zone
from marketplace.storefront.slot_url import Choice
from marketplace.venues.models import Space, Venue

_MOST_GUESTS: Final = 20_000
# Addresses may hold any date; arithmetic with time zones needs one that is not at the edge.
_YEARS: Final = range(2000, 2200)


class InstantField(forms.Field):
    """An instant as pages write it: ISO 8601 with its offset."""

    default_error_messages = {"invalid": _("That time cannot be read. Choose one of these.")}

    @override
    def to_python(self, value: Any) -> dt.datetime | None:
        if value in self.empty_values:
            return None
        try:
            # A plus that an address lost on its way has become a space.
            moment = dt.datetime.fromisoformat(str(value).strip().replace(" ", "+"))
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
        if moment.utcoffset() is None or moment.year not in _YEARS:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return moment.astimezone(dt.UTC)


class SlotForm(forms.Form):
    """A space, a day, a start, an end and a number of guests; each may still be missing.

    `spaces` are those that can be booked, the cheapest first. `date` with `starts` and
    `ends` on the clock is how a search says it; an end that is not after the start is on the next
    day. `choice()` is what can be read, whatever else was wrong.
    """

    space = forms.IntegerField(
        required=False,
        error_messages={"invalid": _("That space is not here. Choose one of these.")},
    )
    month = forms.DateField(
        required=False,
        input_formats=["%Y-%m"],
        error_messages={"invalid": _("That month cannot be read. Choose one of these.")},
    )
    date = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("That day cannot be read. Choose one of these.")},
    )
    start = InstantField(required=False)
    end = InstantField(required=False)
    starts = forms.TimeField(required=False, input_formats=["%H:%M"])
    ends = forms.TimeField(required=False, input_formats=["%H:%M"])
    guests = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=_MOST_GUESTS,
        error_messages={
            "invalid": _("Give the number of guests in digits."),
            "min_value": _("At least one guest has to come."),
            "max_value": _("No venue here holds more than 20 000 guests."),
        },
    )

    def __init__(
        self, *args: Any, venue: Venue, spaces: Sequence[Space], lenient: bool = False, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.venue = venue
        self.spaces = spaces
        self.lenient = lenient
        self.wanted_guests: int | None = None
        self.zone = find_zone(venue.time_zone) or dt.UTC

    def space_for(self, guests: int | None) -> Space | None:
        """The first of the spaces that holds so many."""
        return next((space for space in self.spaces if space.capacity >= (guests or 1)), None)

    def clean_space(self) -> Space | None:
        """One of this venue's spaces that has a price."""
        wanted = self.cleaned_data["space"]
        for space in self.spaces:
            if wanted in {None, space.pk}:
                return space if wanted else None
        raise forms.ValidationError(_("That space is not here. Choose one of these."))

    def clean_month(self) -> dt.date | None:
        """A month near enough to count with."""
        return self._near("month")

    def clean_date(self) -> dt.date | None:
        """A day near enough to count with."""
        return self._near("date")

    def _near(self, name: str) -> dt.date | None:
        day: dt.date | None = self.cleaned_data[name]
        if day is not None and day.year not in _YEARS:
            raise forms.ValidationError(self.fields[name].error_messages["invalid"])
        return day

    @override
    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        start, end = data.get("start"), data.get("end")
        if start and end and end <= start:
            if self.lenient:
                data["end"] = None
            else:
                self.add_error("end", _("The end comes after the start. Choose a later one."))
        self.wanted_guests = guests = data.get("guests")
        space = self._space()
        if guests and guests > space.capacity:
            message = _("%(space)s holds %(capacity)s guests. Choose fewer, or another space.")
            values = {"space": space.name, "capacity": space.capacity}
            self.add_error("guests", message % values)
        return data

    def choice(self, *, now: dt.datetime) -> Choice:
        """What was chosen, as far as it can be read."""
        data = getattr(self, "cleaned_data", {})
        start, end = data.get("start"), data.get("end")
        day = data.get("date")
        if start is None and day and data.get("starts"):
            start, end = self._on_the_clock(day, data["starts"], data.get("ends"))
        if start is not None:
            day = timezone.localtime(start, self.zone).date()
        today = timezone.localtime(now, self.zone).date()
        month = data.get("month") or day or today
        return Choice(
            venue=self.venue,
            space=self._space(),
            month=month.replace(day=1),
            is_month_asked=bool(data.get("month")),
            day=day,
            start=start,
            end=end if start is not None else None,
            guests=self.wanted_guests,
        )

    def _space(self) -> Space:
        """The one that is chosen; else the first that holds the guests; else the largest.

        A time without a space is a search's, which found the first that it fits.
        """
        data = getattr(self, "cleaned_data", {})
        if data.get("space"):
            chosen: Space = data["space"]
            return chosen
        if self.wanted_guests or data.get("date") or data.get("start"):
            return self.space_for(self.wanted_guests) or self.spaces[0]
        return self.largest

    @property
    def largest(self) -> Space:
        """The one that the venue's pictures lead with; of equals the owner's first."""
        return min(self.spaces, key=lambda space: (-space.capacity, space.position, space.pk))

    def problem(self) -> str:
        """The first thing that is wrong, in a sentence; nothing if all is well."""
        return next((str(error) for errors in self.errors.values() for error in errors), "")

    def _on_the_clock(
        self, day: dt.date, starts: dt.time, ends: dt.time | None
    ) -> tuple[dt.datetime, dt.datetime | None]:
        start = dt.datetime.combine(day, starts, tzinfo=self.zone)
        if ends is None:
            return start.astimezone(dt.UTC), None
        last = day if ends > starts else day + dt.timedelta(days=1)
        end = dt.datetime.combine(last, ends, tzinfo=self.zone)
        return start.astimezone(dt.UTC), end.astimezone(dt.UTC)


class DetailsForm(forms.Form):
    """What the booking is for, a word to the owner, and a yes to the house rules."""

    purpose = forms.ChoiceField(
        label=_("What for"),
        choices=[("", _("Choose one")), *Purpose.choices],
        error_messages={
            "required": _("Say what you are planning."),
            "invalid_choice": _("Choose one of these."),
        },
    )
    message = forms.CharField(
        label=_("Message to the owner"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What they should know: how you want the room, when you will set up."),
        error_messages={"max_length": _("Make it shorter: a thousand letters at most.")},
    )
    rules_accepted = forms.BooleanField(
        label=_("I have read the house rules and will keep to them"),
        error_messages={"required": _("Read the house rules and say yes to them.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class CancelForm(forms.Form):
    """Why a renter cancels; the owner reads it."""

    reason = forms.CharField(
        label=_("A word to the owner"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Make it shorter: 300 letters at most.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
