"""Amounts as people write them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.core.money import Money, minor_digits

LARGEST_AMOUNT = Decimal(100_000_000)


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
