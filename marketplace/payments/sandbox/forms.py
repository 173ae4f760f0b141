"""The card form. Nothing that is typed here is kept, but a brand and four digits."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.payments.sandbox.cards import passes_luhn

_EXPIRY: Final = re.compile(r"(0?[1-9]|1[0-2])\s*/?\s*(\d{2}|20\d{2})")
_SPACES: Final = re.compile(r"[\s-]+")


def _box(**attributes: str | Promise) -> forms.TextInput:
    # A browser must not offer a card that is real.
    return forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", **attributes})


class CardForm(forms.Form):
    """Checks a card's number (ISO/IEC 7812-1), that it has not run out, and its code."""

    number = forms.CharField(
        label=_("Card number"), max_length=30, widget=_box(placeholder="4242 4242 4242 4242")
    )
    expiry = forms.CharField(
        label=_("Valid until"), max_length=10, widget=_box(placeholder=_("MM / YY"))
    )
    cvc = forms.CharField(
        label=_("Security code"),
        max_length=4,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "off", "inputmode": "numeric", "placeholder": "CVC"},
            render_value=False,
        ),
    )
    name = forms.CharField(
        label=_("Name on the card"), max_length=100, widget=_box(inputmode="text")
    )

    def clean_number(self) -> str:
        number = _SPACES.sub("", self.cleaned_data["number"])
        if not passes_luhn(number):
            raise ValidationError(_("This is not a card number. Check the digits."))
        return number

    def clean_expiry(self) -> str:
        text: str = self.cleaned_data["expiry"].strip()
        match = _EXPIRY.fullmatch(text)
        if match is None:
            raise ValidationError(_("Give month and year, such as 12 / 30."))
        month, year = int(match[1]), 2000 + int(match[2]) % 100
        if date(year, month, monthrange(year, month)[1]) < timezone.localdate():
            raise ValidationError(_("This card has run out."))
        return text

    def clean_cvc(self) -> str:
        """Checked, and forgotten."""
        cvc: str = self.cleaned_data["cvc"]
        if not (cvc.isascii() and cvc.isdigit() and len(cvc) >= 3):
            raise ValidationError(_("Give the three or four digits on the card."))
        return ""
