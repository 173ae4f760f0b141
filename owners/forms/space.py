"""The form of one space: what it is, for how many, at what price, and how it is booked."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any, Final

from crispy_forms.bootstrap import AppendedText
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from marketplace.core.money import currency_sign
from marketplace.core.names import validate_name
from marketplace.core.templatetags.formats import length_in_words
from marketplace.venues.enums import AnswerTime, BookingMode, Granularity
from marketplace.venues.models import Space, Venue
from marketplace.venues.services import SpaceDetails
from marketplace.venues.week import MINUTES_A_DAY
from owners.forms.amounts import AmountField
from owners.forms.versioned import VersionedForm

HOURS_A_DAY = 24
# Shortest bookings to choose from, in minutes.
LENGTHS = (30, 60, 90, 120, 180, 240, 300, 360, 480, 720, MINUTES_A_DAY)
# Time kept free around a booking, in minutes.
BUFFERS = (0, 15, 30, 45, 60, 90, 120, 180, 240)
# How far ahead of its start a booking must be made, or is taken without asking, in hours.
NOTICES = (0, 1, 2, 3, 4, 6, 12, 24, 48, 72, 168)
# The two ways to be booked, as the owner reads them.
MODES: Final[dict[str, str | Promise]] = {
    BookingMode.INSTANT: _("At once, by whoever pays"),
    BookingMode.REQUEST: _("You answer each request first"),
}
# How many days ahead bookings are taken.
HORIZONS = (30, 60, 90, 180, 365, 730)


def _length(minutes: int) -> str:
    return length_in_words(minutes) if minutes else str(_("none"))


def _notice(hours: int) -> str:
    if not hours:
        return str(_("until it starts"))
    if hours % HOURS_A_DAY or hours == HOURS_A_DAY:
        return ngettext("%(count)d hour before", "%(count)d hours before", hours) % {"count": hours}
    days = hours // HOURS_A_DAY
    return ngettext("%(count)d day before", "%(count)d days before", days) % {"count": days}


def _days(days: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


class NumberChoiceField(forms.TypedChoiceField):
    """A number out of the usual ones, said in words; what is stored can be chosen too."""

    def __init__(self, *, numbers: Iterable[int], words: Callable[[int], str], **kwargs: Any):
        self.numbers, self.words = tuple(numbers), words
        super().__init__(choices=lambda: self._worded(self.numbers), coerce=int, **kwargs)

    def keep(self, number: int | None) -> None:
        """Lets a stored number that is not a usual one stay."""
        if number is not None and number not in self.numbers:
            self.choices = self._worded(sorted((*self.numbers, number)))

    def _worded(self, numbers: Iterable[int]) -> list[tuple[int, str]]:
        return [(number, self.words(number)) for number in numbers]


class SpaceForm(VersionedForm):
    """All of a space that its owner decides."""

    # Nothing but name and guests has to be given to be saved; the checklist asks for the rest.
    hide_optional = True

    name = forms.CharField(
        label=pgettext_lazy("of a venue or space", "Name"),
        max_length=80,
        validators=[validate_name],
        help_text=_("“Main hall”, “Room 2”, “Desk”."),
        error_messages={"required": _("Give the space a name.")},
    )
    description = forms.CharField(
        label=_("What is it like?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    capacity = forms.IntegerField(
        label=_("Guests at most"),
        min_value=1,
        max_value=20_000,
        error_messages={"required": _("Say how many guests it holds.")},
    )
    area_m2 = forms.IntegerField(
        label=_("Area, m²"), min_value=1, max_value=1_000_000, required=False
    )
    units = forms.IntegerField(
        label=_("Number of identical spaces"),
        error_messages={"required": _("Say how many there are: 1, if there is one.")},
        min_value=1,
        max_value=500,
        help_text=_("1 for a hall or a room; 12 for twelve equal desks."),
    )
    parts = forms.TypedMultipleChoiceField(
        label=_("Combines these spaces"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "A grand hall that is two halls with the wall open: whoever books it takes both, and "
            "while one of them is booked it cannot be had."
        ),
    )
    booking_mode = forms.ChoiceField(
        label=_("How it is booked"), choices=MODES.items, widget=forms.RadioSelect
    )
    minimum_minutes = NumberChoiceField(label=_("Shortest booking"), numbers=LENGTHS, words=_length)
    granularity_minutes = forms.TypedChoiceField(
        label=_("Bookings start"), choices=Granularity, coerce=int
    )
    buffer_before_minutes = NumberChoiceField(
        label=_("Time to set up before a booking"),
        numbers=BUFFERS,
        words=_length,
        help_text=_("Nobody pays for it, and nobody else can book it."),
    )
    buffer_after_minutes = NumberChoiceField(
        label=_("Time to clean up after a booking"),
        numbers=BUFFERS,
        words=_length,
        help_text=_("It is added to the time before the next booking."),
    )
    lead_hours = NumberChoiceField(
        label=_("Minimum notice"),
        numbers=NOTICES,
        words=_notice,
        help_text=_("How long before its start a booking can still be made."),
    )
    instant_hours = NumberChoiceField(
        label=_("Booked without asking you"),
        numbers=NOTICES,
        words=_notice,
        help_text=_("A booking nearer than this is a request that you answer."),
    )
    horizon_days = NumberChoiceField(
        label=_("How far ahead"),
        numbers=HORIZONS,
        words=_days,
        help_text=_("How long in advance guests can book."),
    )
    answer_hours = forms.TypedChoiceField(
        label=_("You answer requests within"),
        choices=AnswerTime,
        coerce=int,
        help_text=_("An unanswered request runs out, and the money goes back."),
    )

    def __init__(self, *args: Any, venue: Venue, space: Space | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hourly_rate_minor"] = AmountField(
            label=_("Price of an hour"), currency=venue.currency, min_value=1, required=False
        )
        self.fields["cleaning_fee_minor"] = AmountField(
            label=_("Cleaning, once a booking"),
            currency=venue.currency,
            min_value=0,
            required=False,
        )
        for name, field in self.fields.items():
            if isinstance(field, NumberChoiceField):
                field.keep(self.initial.get(name))
        self._offer_parts(venue, space)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = self._layout(currency_sign(venue.currency))

    def _offer_parts(self, venue: Venue, space: Space | None) -> None:
        """Other spaces that exist once; no field where there are not two of them to combine."""
        field = self.fields["parts"]
        stored = set(self.initial.get("parts", ()))
        wholes = set(venue.spaces.made_of_parts().values_list("pk", flat=True))
        is_part = space is not None and space.wholes.exists()
        others = [
            (each.pk, each.name)
            for each in venue.spaces.all()
            if each != space and (each.pk in stored or (each.units == 1 and each.pk not in wholes))
        ]
        if (
            (len(others) > 1 or stored)
            and not is_part
            and isinstance(field, forms.TypedMultipleChoiceField)
        ):
            field.choices = others
        else:
            del self.fields["parts"]

    def _layout(self, sign: str) -> Layout:
        return Layout(
            "name",
            "description",
            Div("capacity", "area_m2", css_class="field-row"),
            "units",
            *([Field("parts", wrapper_class="choices-chips")] if "parts" in self.fields else []),
            _heading(_("Prices")),
            Div(
                AppendedText("hourly_rate_minor", sign),
                AppendedText("cleaning_fee_minor", sign),
                css_class="field-row",
            ),
            _heading(
                _("Booking rules"),
                _("They count at once, for new bookings. Bookings already made stay as they are."),
            ),
            Field("booking_mode", wrapper_class="choices-cards"),
            Div("minimum_minutes", "granularity_minutes", css_class="field-row"),
            Div("buffer_before_minutes", "buffer_after_minutes", css_class="field-row"),
            Div("lead_hours", "instant_hours", css_class="field-row"),
            Div("horizon_days", "answer_hours", css_class="field-row"),
        )

    def clean(self) -> dict[str, Any]:
        """A shortest booking off the grid is told beside its field."""
        cleaned = super().clean()
        minimum, step = cleaned.get("minimum_minutes"), cleaned.get("granularity_minutes")
        if minimum and step and minimum % step:
            self.add_error(
                "minimum_minutes",
                _("Choose a multiple of %(step)s: that is when bookings start.")
                % {"step": length_in_words(step)},
            )
        return cleaned

    def details(self) -> SpaceDetails:
        """What the service takes."""
        values = dict(self.cleaned_data)
        values["cleaning_fee_minor"] = values["cleaning_fee_minor"] or 0
        values["parts"] = tuple(sorted(values.get("parts", ())))
        return SpaceDetails(**values)

    @staticmethod
    def initial_of(space: Space, venue: Venue) -> dict[str, Any]:
        """The space as it is, with what waits for a moderator over it."""
        edit = venue.waiting_edit
        waiting = (edit.changes if edit else {}).get("spaces", {}).get(str(space.pk), {})
        details = asdict(SpaceDetails.of(space))
        return {name: waiting.get(name, value) for name, value in details.items()}

    @staticmethod
    def initial_for(venue: Venue) -> dict[str, Any]:
        """What a new space usually is; how long it is booked at least depends on its kind."""
        usual = asdict(SpaceDetails(name="", capacity=1))
        for unknown in ("name", "capacity", "cleaning_fee_minor"):
            del usual[unknown]
        return {**usual, "minimum_minutes": venue.category.minimum_minutes}


def _heading(title: str | Promise, text: str | Promise = "") -> HTML:
    """A heading inside the form, with a sentence below."""
    note = format_html('<p class="mt-1 text-secondary">{}</p>', text) if text else ""
    return HTML(format_html('<div class="form-heading"><h2>{}</h2>{}</div>', title, note))
