"""The form of one space: what it is, for how many, at what price."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from crispy_forms.bootstrap import AppendedText
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.core.money import Money, currency_sign, minor_digits
from marketplace.core.names import validate_name
from marketplace.core.templatetags.formats import length_in_words
from marketplace.venues.models import Space, Venue
from marketplace.venues.services import SpaceDetails
from marketplace.venues.week import MINUTES_A_DAY
from owners.forms.versioned import VersionedForm

# Shortest bookings to choose from, in minutes.
LENGTHS = (30, 60, 90, 120, 180, 240, 300, 360, 480, 720, MINUTES_A_DAY)
LARGEST_AMOUNT = Decimal(100_000_000)


def _in_words(lengths: Iterable[int]) -> list[tuple[int, str]]:
    return [(minutes, length_in_words(minutes)) for minutes in lengths]


class AmountField(forms.DecimalField):
    """An amount typed in major units; cleans to minor units of the currency."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        self.currency = currency
        kwargs.setdefault("max_value", LARGEST_AMOUNT)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(decimal_places=minor_digits(currency), **kwargs)
        self.error_messages["invalid"] = _("Write it as a number: 45000 or 45000,50.")

    def to_python(self, value: Any) -> Any:
        """Takes "45 000" and "45000,50" as people write them."""
        if isinstance(value, str):
            value = "".join(value.split()).replace(",", ".")
        return super().to_python(value)

    def clean(self, value: Any) -> int | None:
        """Minor units, or None where it was left empty."""
        amount = super().clean(value)
        if amount is None:
            return None
        try:
            return Money.from_major(amount, self.currency).amount
        except ValueError as error:
            raise ValidationError(_("Too many decimals for this currency.")) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares minor units; nothing typed is nothing to pay."""
        try:
            return (self.clean(data) or 0) != (initial or 0)
        except ValidationError:
            return True

    def prepare_value(self, value: Any) -> Any:
        """Stored minor units as people write them; what was typed stays as it was typed."""
        if isinstance(value, int):
            amount = Money(value, self.currency).to_major()
            return f"{amount:f}".rstrip("0").rstrip(".") if amount % 1 else f"{amount:.0f}"
        return value


class SpaceForm(VersionedForm):
    """All of a space that its owner decides."""

    # Nothing but name and guests has to be given to be saved; the checklist asks for the rest.
    hide_optional = True

    name = forms.CharField(
        label=_("Name"),
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
        label=_("How many alike"),
        error_messages={"required": _("Say how many there are: 1, if there is one.")},
        min_value=1,
        max_value=500,
        help_text=_("1 for a hall or a room; 12 for twelve equal desks."),
    )
    minimum_minutes = forms.TypedChoiceField(
        label=_("Shortest booking"), choices=lambda: _in_words(LENGTHS), coerce=int
    )

    def __init__(self, *args: Any, venue: Venue, **kwargs: Any) -> None:
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
        self._keep_unusual_length()
        sign = currency_sign(venue.currency)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "name",
            "description",
            Div("capacity", "area_m2", css_class="field-row"),
            "units",
            Div(
                AppendedText("hourly_rate_minor", sign),
                AppendedText("cleaning_fee_minor", sign),
                css_class="field-row",
            ),
            "minimum_minutes",
        )

    def _keep_unusual_length(self) -> None:
        """A length that is not in the list stays choosable where it is the one that is set."""
        stored = self.initial.get("minimum_minutes")
        field = self.fields["minimum_minutes"]
        if stored and stored not in LENGTHS and isinstance(field, forms.TypedChoiceField):
            field.choices = _in_words((*LENGTHS, stored))

    def details(self) -> SpaceDetails:
        """What the service takes."""
        values = dict(self.cleaned_data)
        values["cleaning_fee_minor"] = values["cleaning_fee_minor"] or 0
        return SpaceDetails(**values)

    @staticmethod
    def initial_of(space: Space, venue: Venue) -> dict[str, Any]:
        """The space as it is, with what waits for a moderator over it."""
        edit = venue.waiting_edit
        waiting = (edit.changes if edit else {}).get("spaces", {}).get(str(space.pk), {})
        fields = SpaceDetails.__dataclass_fields__
        return {field: waiting.get(field, getattr(space, field)) for field in fields}

    @staticmethod
    def initial_for(venue: Venue) -> dict[str, Any]:
        """What a new space usually is."""
        return {"units": 1, "minimum_minutes": venue.category.minimum_minutes}
