"""Following the money, and answering what venues asks before a space changes."""

from __future__ import annotations

from datetime import datetime

from django.dispatch import receiver

from marketplace.bookings import services
from marketplace.bookings.services.money import PAYABLE_KIND
from marketplace.payments import signals as money
from marketplace.payments.models import Payment, Refund
from marketplace.venues import signals as listings


@receiver(money.payment_locking)
def lock_before_payment(*, payable_kind: str, payable_id: str, **_signal: object) -> None:
    """Spaces and booking are locked before their payment."""
    if payable_kind == PAYABLE_KIND:
        services.lock_for_payment(booking_id=int(payable_id))


@receiver((money.payment_authorised, money.payment_captured))
def fulfil_paid(
    *, payable_kind: str, payable_id: str, payment: Payment, now: datetime, **_signal: object
) -> None:
    """What was paid for is given, or the money goes back."""
    if payable_kind == PAYABLE_KIND:
        services.fulfil(booking_id=int(payable_id), payment=payment, now=now)


@receiver(money.payment_failed)
def end_unpaid(
    *, payable_kind: str, payable_id: str, payment: Payment, now: datetime, **_signal: object
) -> None:
    """A request whose money is gone ends."""
    if payable_kind == PAYABLE_KIND:
        services.fail(booking_id=int(payable_id), payment=payment, now=now)


@receiver(money.refund_settled)
def tell_of_refund(
    *, payable_kind: str, payable_id: str, refund: Refund, now: datetime, **_signal: object
) -> None:
    """The renter is told that the money has left for the card."""
    if payable_kind == PAYABLE_KIND:
        services.tell_refunded(booking_id=int(payable_id), refund=refund, now=now)


@receiver(listings.parts_changing)
def keep_parts_of_booked(*, space_id: int, leaf_ids: list[int], **_signal: object) -> None:
    """A space keeps its parts while its time is taken."""
    services.require_parts_free(space_id=space_id, leaf_ids=leaf_ids)


@receiver(listings.units_lowering)
def keep_units_in_use(*, space_id: int, units: int, **_signal: object) -> None:
    """A unit that is taken is not done away with."""
    services.require_units_free(space_id=space_id, units=units)


@receiver(listings.listing_archiving)
def keep_listing_of_bookings(*, space_ids: list[int], **_signal: object) -> None:
    """A listing stays while somebody is to come."""
    services.require_nobody_to_come(space_ids=space_ids)


@receiver(listings.space_removing)
def keep_booked_space(*, space_id: int, **_signal: object) -> None:
    """A space that was ever booked or blocked stays, with its history."""
    services.require_never_used(space_id=space_id)
