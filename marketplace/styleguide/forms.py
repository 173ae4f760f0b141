"""Forms with every kind of field, empty, filled in, wrong and closed."""

from typing import Any, Final

from crispy_forms.bootstrap import AppendedText
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms

from marketplace.accounts.fields import PhoneField
from marketplace.accounts.forms import code_field
from marketplace.core.money import currency_sign

_CITIES: Final = (("", "Choose"), ("almaty", "Almaty"), ("astana", "Astana"), ("aktau", "Aktau"))
_AMENITIES: Final = (
    ("wifi", "Wi-Fi"),
    ("projector", "Projector"),
    ("piano", "Piano"),
    ("kitchen", "Kitchen"),
    ("parking", "Parking on the ground"),
    ("lift", "Lift"),
)
_EVENTS: Final = (("party", "Party"), ("talk", "Talk"), ("shoot", "Photo shoot"))
_MODES: Final = (("instant", "Book at once"), ("request", "Ask the owner first"))


def _helper(*layout: Any) -> FormHelper:
    """Fields alone, in this order: a specimen is sent nowhere."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*layout)
    return helper


class FieldsForm(forms.Form):
    """One field of each kind."""

    venue = forms.CharField(label="Name of the venue", help_text="As it is over the door.")
    words = forms.CharField(label="In a few words", widget=forms.Textarea, required=False)
    city = forms.ChoiceField(label="City", choices=_CITIES)
    price = forms.CharField(label="Price an hour", widget=forms.TextInput({"inputmode": "decimal"}))
    area = forms.IntegerField(label="Floor area", required=False)
    phone = PhoneField(help_text="Renters see it after they have booked.")
    code = code_field()
    day = forms.DateField(label="Day", widget=forms.DateInput({"type": "date"}))
    start = forms.TimeField(label="From", widget=forms.TimeInput({"type": "time"}))
    end = forms.TimeField(label="Until", widget=forms.TimeInput({"type": "time"}))
    search = forms.CharField(
        label="Search", required=False, widget=forms.TextInput({"type": "search"})
    )
    photo = forms.FileField(label="Photo", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(
            "venue",
            "words",
            Div("city", AppendedText("price", currency_sign("KZT")), css_class="field-row"),
            Div(AppendedText("area", "m²"), "day", css_class="field-row"),
            Div("phone", "search", css_class="field-row"),
            "code",
            "photo",
        )


class ChoicesForm(forms.Form):
    """Choices as a list, as chips, as cards, and a single one."""

    amenities = forms.MultipleChoiceField(
        label="Amenities", choices=_AMENITIES, widget=forms.CheckboxSelectMultiple, required=False
    )
    purpose = forms.ChoiceField(label="What for", choices=_EVENTS, widget=forms.RadioSelect)
    kinds = forms.MultipleChoiceField(
        label="Good for", choices=_EVENTS, widget=forms.CheckboxSelectMultiple, required=False
    )
    mode = forms.ChoiceField(
        label="How it is booked",
        choices=_MODES,
        widget=forms.RadioSelect,
        help_text="You can change it at any time.",
    )
    rules = forms.BooleanField(label="I have read the house rules")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(
            "amenities",
            "purpose",
            Field("kinds", wrapper_class="choices-chips"),
            Field("mode", wrapper_class="choices-cards"),
            "rules",
        )


FILLED: Final = {
    "venue": "Dala Hall",
    "words": "A hall under an old roof, with a stage, a piano and a courtyard.",
    "city": "almaty",
    "price": "45 000",
    "area": 240,
    "phone": "+7 701 123 45 67",
    "code": "204 816",
    "day": "2025-12-13",
    "start": "18:00",
    "end": "22:00",
    "search": "Loft",
}
CHOSEN: Final = {
    "amenities": ["wifi", "piano"],
    "purpose": "talk",
    "kinds": ["party"],
    "mode": "instant",
    "rules": True,
}


def shown() -> dict[str, Any]:
    """The forms that the guide shows."""
    wrong = FieldsForm({"wrong-price": "a lot", "wrong-phone": "12"}, prefix="wrong")
    wrong.fields["price"] = forms.DecimalField(label="Price an hour")
    closed = FieldsForm(prefix="closed", initial=FILLED)
    for field in closed.fields.values():
        field.disabled = True
    return {
        "fields_empty": FieldsForm(prefix="empty"),
        "fields_filled": FieldsForm(prefix="filled", initial=FILLED),
        "fields_wrong": wrong,
        "fields_closed": closed,
        "choices_filled": ChoicesForm(prefix="chosen", initial=CHOSEN),
        "choices_wrong": ChoicesForm({}, prefix="unchosen"),
    }
