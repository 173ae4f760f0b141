"""How captured money is shared: what the owner gets, and what the platform keeps."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.core.money import CurrencyMismatch, Money


@dataclass(frozen=True, slots=True)
class Split:
    """Three parts of one currency, none negative, whose sum is what is shared."""

    owner: Money
    commission: Money
    service_fee: Money

    def __post_init__(self) -> None:
        """Refuses mixed currencies and negative parts: faults in a program, never a person's."""
        if {part.currency for part in self.parts} != {self.currency}:
            raise CurrencyMismatch("a split has one currency")
        if any(part.amount < 0 for part in self.parts):
            raise ValueError("no part of a split is negative")

    @classmethod
    def nothing(cls, currency: str) -> Split:
        """Nobody gets anything: everything went back."""
        zero = Money.zero(currency)
        return cls(zero, zero, zero)

    @property
    def parts(self) -> tuple[Money, Money, Money]:
        """Owner, commission, service fee."""
        return self.owner, self.commission, self.service_fee

    @property
    def currency(self) -> str:
        """Of every part."""
        return self.owner.currency

    @property
    def total(self) -> Money:
        """What is shared."""
        return self.owner + self.commission + self.service_fee

    def less(self, kept: Split) -> Split:
        """What is taken from each part to leave `kept`. ValueError where that is more."""
        return Split(*(mine - left for mine, left in zip(self.parts, kept.parts, strict=True)))
