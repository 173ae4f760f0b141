"""What the payer does at the checkout: the page does it through here, and so do tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError
from marketplace.core.money import Money
from marketplace.core.points import reached
from marketplace.payments import stripe_amounts
from marketplace.payments.sandbox import cards, money
from marketplace.payments.sandbox.cards import Outcome
from marketplace.payments.sandbox.clock import locked
from marketplace.payments.sandbox.family import SESSION, Family, atomic


class CheckoutOver(DomainError):
    """The session is paid or has run out: nothing can be paid here any more."""

    code = "checkout_over"
    default_message = _("This checkout is closed. Nothing was charged now.")


class CardDeclined(DomainError):
    """The card's bank said no; another card may be tried."""

    code = "card_declined"
    default_message = _("Your card was declined. Please try another one.")


class BankAsks(DomainError):
    """The card's bank asks first, and nobody has answered it."""

    code = "bank_asks"
    default_message = _("Your bank asks you to confirm the payment.")


_DECLINED: dict[Outcome, tuple[str, str | Promise]] = {
    Outcome.DECLINED: ("card_declined", CardDeclined.default_message),
    Outcome.NO_FUNDS: (
        "insufficient_funds",
        _("There is not enough money on this card. Please try another one."),
    ),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A checkout as its page shows it."""

    session_id: str
    status: str
    description: str
    amount: Money
    success_url: str
    cancel_url: str
    bank_asks: bool
    last4: str
    language: str


def show_checkout(session_id: str, *, now: datetime | None = None) -> Shown:
    """The session as it is now. Raises errors.Refused (404) where there is none."""
    with atomic(), locked(SESSION, session_id, now=now or timezone.now()) as family:
        pass
    data, intent = family.session.data, family.intent
    return Shown(
        session_id=session_id,
        status=data["status"],
        description=family.session.hidden["name"],
        amount=stripe_amounts.from_stripe(data["amount_total"], data["currency"]),
        success_url=data["success_url"],
        cancel_url=data["cancel_url"] or "",
        bank_asks=_bank_asks(family),
        last4=intent.hidden.get("asked", "") if intent else "",
        language=data["locale"] or "",
    )


def pay(session_id: str, *, number: str, now: datetime | None = None) -> str:
    """Tries a card. Returns where the payer goes next: the site's page for a paid checkout.

    Raises CheckoutOver, CardDeclined (also for a number that is no test card), and BankAsks, after
    which `answer_bank` goes on. The session's row is locked: of two that pay it at the same
    instant, one does.
    """
    card = cards.find(number)
    if card is None:
        raise CardDeclined(_("Only the test cards listed here work. No real card does."))
    with atomic(), _open(session_id, now) as family:
        reached("payments.sandbox.session_locked")
        if card.outcome in _DECLINED:
            code, message = _DECLINED[card.outcome]
            money.decline(family, code=code, message="Your card was declined.")
        elif card.outcome is Outcome.ASKS:
            money.ask_bank(family, card)
        else:
            money.pay(family, card)
    if card.outcome in _DECLINED:
        raise CardDeclined(message)
    if card.outcome is Outcome.ASKS:
        raise BankAsks
    return str(family.session.data["success_url"])


def answer_bank(session_id: str, *, approved: bool, now: datetime | None = None) -> str:
    """The payer's word to the bank that asked. Returns and raises as `pay` does."""
    card = next(card for card in cards.TEST_CARDS if card.outcome is Outcome.ASKS)
    with atomic(), _open(session_id, now) as family:
        if not _bank_asks(family):
            raise CheckoutOver
        if approved:
            money.pay(family, card)
        else:
            money.decline(
                family,
                code="payment_intent_authentication_failure",
                message="The provided payment method has failed authentication.",
            )
    if not approved:
        raise CardDeclined(_("Your bank did not confirm the payment. Please try again."))
    return str(family.session.data["success_url"])


def complete_checkout(
    session_id: str,
    *,
    number: str = "4242424242424242",
    authenticated: bool = True,
    now: datetime | None = None,
) -> str:
    """Pays from beginning to end, with the bank's question answered by `authenticated`."""
    try:
        return pay(session_id, number=number, now=now)
    except BankAsks:
        return answer_bank(session_id, approved=authenticated, now=now)


@contextmanager
def _open(session_id: str, now: datetime | None) -> Iterator[Family]:
    with locked(SESSION, session_id, now=now or timezone.now()) as family:
        if family.session.data["status"] != "open":
            raise CheckoutOver
        yield family


def _bank_asks(family: Family) -> bool:
    intent: Any = family.intent
    return intent is not None and intent.data["status"] == "requires_action"
