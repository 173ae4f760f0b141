"""Form fields of the accounts room."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.phones import InvalidPhone, parse_phone, require_served_country

LONGEST_TYPED = 40  # a full number with every usual space, bracket and dash


class PhoneField(forms.CharField):
    """A phone number typed in any usual way; cleans to E.164, or to "" where it is optional.

    A number that cannot be used comes back as it was typed, with what to do about it.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Phone number"))
        kwargs.setdefault("max_length", LONGEST_TYPED)
        kwargs.setdefault(
            "widget",
            forms.TextInput(
                attrs={
                    "type": "tel",
                    "inputmode": "tel",
                    "autocomplete": "tel",
                    "placeholder": "+7 701 123 45 67",
                }
            ),
        )
        super().__init__(**kwargs)
        self.error_messages["required"] = _("Give a phone number.")

    def clean(self, value: Any) -> str:
        """E.164, or "" for an optional field left empty."""
        typed: str = super().clean(value)
        if not typed:
            return ""
        try:
            return parse_phone(typed)
        except InvalidPhone as refusal:
            raise ValidationError(str(refusal.message), code=refusal.code) from refusal


class NewPhoneField(PhoneField):
    """A number that an account shall have: of a country to which codes are sent."""

    def clean(self, value: Any) -> str:
        """E.164, or "" for an optional field left empty."""
        phone = super().clean(value)
        if phone:
            try:
                require_served_country(phone)
            except InvalidPhone as refusal:
                raise ValidationError(str(refusal.message), code=refusal.code) from refusal
        return phone
