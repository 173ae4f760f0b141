"""Keeping a time free: from when to when, by the venue's clock."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.bookings.opening import instant_at
from marketplace.core.period import Period
from marketplace.venues.models import Space, Venue
from marketplace.venues.week import MINUTES_A_DAY
from owners.agenda import open_on

LONGEST: Final = timedelta(days=366)
# Within these, a day can be read by any clock and be counted on from.
_YEARS: Final = range(2000, 2200)
_USUAL: Final = (9 * 60, 18 * 60)


class _Day(forms.DateInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class _Clock(forms.TimeInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "time", "step": 900}, format="%H:%M")


class BlockForm(forms.Form):
    """One stretch of time of one space. What stands in its way is the service's to say."""

    space = forms.TypedChoiceField(label=_("Space"), coerce=int)
    start_date = forms.DateField(label=_("First day"), widget=_Day())
    start_time = forms.TimeField(label=_("From"), widget=_Clock())
    end_date = forms.DateField(label=_("Last day"), widget=_Day())
    end_time = forms.TimeField(label=_("Until"), widget=_Clock())
    units = forms.IntegerField(
        label=_("How many of it"),
        min_value=1,
        required=False,
        help_text=_("Leave empty for all of them."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=120,
        required=False,
        help_text=_("For your team alone: repairs, a private evening."),
    )

    def __init__(self, *args: Any, venue: Venue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(venue.time_zone)
        self.spaces = {space.pk: space for space in venue.spaces.all()}
        field = self.fields["space"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [(pk, space.name) for pk, space in self.spaces.items()]
        if all(space.units == 1 for space in self.spaces.values()):
            del self.fields["units"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "space",
            Div("start_date", "start_time", css_class="field-row"),
            Div("end_date", "end_time", css_class="field-row"),
            *(["units"] if "units" in self.fields else []),
            "note",
        )

    def clean(self) -> dict[str, Any]:
        """The end comes after the start, within a year."""
        cleaned = super().clean() or {}
        if {"start_date", "start_time", "end_date", "end_time"} <= cleaned.keys():
            start, end = self._instants(cleaned)
            if end <= start:
                self.add_error("end_time", _("The end comes after the start."))
            elif end - start > LONGEST:
                self.add_error("end_date", _("Block a year at most."))
        return cleaned

    def clean_start_date(self) -> date:
        """A day near enough to count with."""
        return self._near("start_date")

    def clean_end_date(self) -> date:
        """A day near enough to count with."""
        return self._near("end_date")

    def _near(self, name: str) -> date:
        day: date = self.cleaned_data[name]
        if day.year not in _YEARS:
            raise forms.ValidationError(_("Choose a day nearer to today."))
        return day

    def period(self) -> Period:
        """As an instant each: a time that the clocks leave out is the moment when they jump."""
        return Period(*self._instants(self.cleaned_data))

    def chosen_space(self) -> Space:
        """The space to be blocked."""
        return self.spaces[self.cleaned_data["space"]]

    def _instants(self, cleaned: dict[str, Any]) -> tuple[datetime, datetime]:
        return (
            instant_at(self.zone, cleaned["start_date"], _minute(cleaned["start_time"])),
            instant_at(self.zone, cleaned["end_date"], _minute(cleaned["end_time"])),
        )

    @staticmethod
    def initial_for(venue: Venue, day: date, space: Space | None) -> dict[str, Any]:
        """The opening hours of the day, as the time that is most often blocked."""
        stretches = open_on(venue, day)
        start, end = (stretches[0][0], sum(stretches[-1])) if stretches else _USUAL
        ends_on = day + timedelta(days=end // MINUTES_A_DAY)
        return {
            "space": space.pk if space else None,
            "start_date": day,
            "start_time": _wall(start),
            "end_date": ends_on,
            "end_time": _wall(end % MINUTES_A_DAY),
        }


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _wall(minute: int) -> time:
    return time(minute // 60, minute % 60)
