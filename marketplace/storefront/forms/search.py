"""The search form, as home, search and every link to a search fill it in."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.core.templatetags.formats import clock
from marketplace.core.widgets import KeptSelect
from marketplace.core.zones import find_zone
from marketplace.discovery.search import SearchQuery, Sort
from marketplace.discovery.vocabulary import Vocabulary

# Cities of the first market share one time zone; what "today" is, is told by it.
MARKET_ZONE: Final = "Asia/Almaty"
_STEP_MINUTES: Final = 30
_MOST_GUESTS: Final = 20_000

type Choices = list[tuple[str, Any]]


def _clock_choices() -> Choices:
    times = [clock(minute) for minute in range(0, 24 * 60, _STEP_MINUTES)]
    return [("", _("Any")), *((time, time) for time in times)]


class SearchForm(forms.Form):
    """Everything may stay empty. `query()` is what a valid form asks for."""

    category = forms.ChoiceField(
        label=_("What for"),
        required=False,
        widget=KeptSelect,
        error_messages={"invalid_choice": _("We have no such kind of venue. Choose one of these.")},
    )
    where = forms.ChoiceField(
        label=_("Where"),
        required=False,
        widget=KeptSelect,
        error_messages={"invalid_choice": _("We are not there yet. Choose one of these places.")},
    )
    date = forms.DateField(
        label=_("Date"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Give the date as year-month-day, such as 2026-12-12.")},
    )
    starts = forms.ChoiceField(
        label=_("From"),
        required=False,
        widget=KeptSelect,
        error_messages={"invalid_choice": _("Choose a full or half hour.")},
    )
    ends = forms.ChoiceField(
        label=_("Until"),
        required=False,
        widget=KeptSelect,
        error_messages={"invalid_choice": _("Choose a full or half hour.")},
    )
    guests = forms.IntegerField(
        label=_("Guests"),
        required=False,
        min_value=1,
        max_value=_MOST_GUESTS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "placeholder": _("Any")}),
        error_messages={
            "invalid": _("Give the number of guests in digits."),
            "min_value": _("At least one guest has to come."),
            "max_value": _("No venue here holds more than 20 000 guests."),
        },
    )
    q = forms.CharField(
        label=_("Keyword"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Piano…")}),
        error_messages={"max_length": _("Use fewer words: a hundred letters at most.")},
    )
    sort = forms.ChoiceField(
        label=_("Sort by"),
        required=False,
        widget=KeptSelect,
        choices=[("", _("Newest first")), (Sort.PRICE.value, _("Price, low to high"))],
        error_messages={"invalid_choice": _("Choose one of these orders.")},
    )

    def __init__(self, *args: Any, words: Vocabulary, now: dt.datetime, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "search-%s")
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        zone = find_zone(MARKET_ZONE)
        local = timezone.localtime(now, zone)
        self.today: dt.date = local.date()
        self.minute_of_day = local.hour * 60 + local.minute
        self._choose("category", _category_choices(words))
        self._choose("where", _place_choices(words))
        self._choose("starts", _clock_choices())
        self._choose("ends", _clock_choices())
        self.fields["date"].widget.attrs["min"] = self.today.isoformat()
        for name in ("q", "sort"):  # they stand outside the form, above the results
            self.fields[name].widget.attrs["form"] = "search"

    def _choose(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean_date(self) -> dt.date | None:
        """Not in the past, by the venues' calendar."""
        day: dt.date | None = self.cleaned_data["date"]
        if day and day < self.today:
            raise forms.ValidationError(_("That day is over. Choose today or a later day."))
        return day

    def clean(self) -> dict[str, Any]:
        """Hours come as a pair, and with a day that they are still ahead on."""
        data = super().clean() or self.cleaned_data
        starts, ends = data.get("starts"), data.get("ends")
        if (starts or ends) and not data.get("date") and "date" not in self.errors:
            self.add_error("date", _("Choose a day for these hours."))
        if starts and not ends and "ends" not in self.errors:
            self.add_error("ends", _("Choose until when."))
        if ends and not starts and "starts" not in self.errors:
            self.add_error("starts", _("Choose from when."))
        if starts and data.get("date") == self.today and _minutes(starts) < self.minute_of_day:
            self.add_error("starts", _("That time has passed today. Choose a later one."))
        return data

    def without_what_is_wrong(self) -> dict[str, str]:
        """What was typed but for what cannot be asked; the day and its hours go together."""
        when = {"date", "starts", "ends"}
        wrong = set(self.errors) | (when if when & set(self.errors) else set())
        return {name: self.data.get(name, "") for name in self.fields if name not in wrong}

    def query(self) -> SearchQuery:
        """What is asked for. The form must be valid."""
        data = self.cleaned_data
        city, _slash, district = data["where"].partition("/")
        return SearchQuery(
            category=data["category"],
            city=city,
            district=district,
            guests=data["guests"],
            text=data["q"],
            date=data["date"],
            starts_minute=_minutes(data["starts"]) if data["starts"] else None,
            ends_minute=_minutes(data["ends"]) if data["ends"] else None,
            passed_minutes=self.minute_of_day if data["date"] == self.today else 0,
            sort=Sort(data["sort"] or Sort.NEWEST),
        )


def _category_choices(words: Vocabulary) -> Choices:
    return [
        ("", _("Any occasion")),
        *((category.slug, category.label) for category in words.categories),
    ]


def _place_choices(words: Vocabulary) -> Choices:
    """Each city with its districts under it; a city alone is its first choice."""
    choices: Choices = [("", _("Anywhere"))]
    for city in words.cities:
        everywhere = (city.slug, _("All %(city)s") % {"city": city.label})
        districts = [(f"{city.slug}/{it.slug}", it.label) for it in city.districts]
        choices.append((city.label, [everywhere, *districts]))
    return choices


def _minutes(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)
