"""The cards that the sandbox knows, and what becomes of each. No other number is taken."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Outcome(Enum):
    """What the card's bank answers."""

    SUCCEEDS = "succeeds"
    DECLINED = "declined"
    NO_FUNDS = "no_funds"
    ASKS = "asks"
    LATER = "later"
    FAILS_LATER = "fails_later"
    REFUND_LATER = "refund_later"
    REFUND_FAILS = "refund_fails"


@dataclass(frozen=True, slots=True)
class TestCard:
    """A number, and in words what it does."""

    number: str
    outcome: Outcome
    does: str | Promise

    __test__ = False  # pytest collects classes by that name

    @property
    def brand(self) -> str:
        return "visa"

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def grouped(self) -> str:
        """As it stands on a card."""
        return " ".join(self.number[start : start + 4] for start in range(0, 16, 4))


TEST_CARDS: Final = (
    TestCard("4242424242424242", Outcome.SUCCEEDS, _("Pays at once")),
    TestCard("4111111111111111", Outcome.SUCCEEDS, _("Pays at once")),
    TestCard("4000000000000002", Outcome.DECLINED, _("Is declined")),
    TestCard("4000002500003155", Outcome.ASKS, _("Bank asks (3-D Secure)")),
    TestCard("4000000000000077", Outcome.LATER, _("Pays a few seconds later")),
    TestCard("4000000000009995", Outcome.NO_FUNDS, _("Has too little money")),
    TestCard("4000000000000341", Outcome.FAILS_LATER, _("Fails a few seconds later")),
    TestCard("4000000000007726", Outcome.REFUND_LATER, _("Pays, slow refund")),
    TestCard("4000000000005126", Outcome.REFUND_FAILS, _("Pays, refund comes back")),
)
_BY_NUMBER: Final = {card.number: card for card in TEST_CARDS}


def find(number: str) -> TestCard | None:
    return _BY_NUMBER.get(number)


def passes_luhn(number: str) -> bool:
    """ISO/IEC 7812-1: the last digit follows from the others, so that slips are noticed."""
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19):
        return False
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
