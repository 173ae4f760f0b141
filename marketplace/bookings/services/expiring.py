"""What the clock does: holds and requests run out, owners are reminded, bookings are completed.

Each sweep takes a batch of ids and each booking in a transaction of its own; one that somebody
else holds is left to the next sweep. The time of a booking that ends is free with the commit.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from marketplace.bookings import telling
from marketplace.bookings.enums import BookingStatus, Side
from marketplace.bookings.models import Booking
from marketplace.bookings.querysets import BookingQuerySet
from marketplace.bookings.services.money import give_back, live_payment
from marketplace.bookings.services.transitions import transition_to
from marketplace.core.points import reached
from marketplace.payments.enums import RefundReason

logger = logging.getLogger("joytop.bookings")

BATCH_SIZE: Final = 200

type Words = Callable[[datetime], BookingQuerySet[Any]]
type Work = Callable[[Booking, datetime], None]


def expire_holds(*, now: datetime) -> int:
    """Ends holds that were not paid in time; their checkouts are closed. How many it was."""
    return _sweep(Booking.objects.run_out, expire_hold, now)


def expire_requests(*, now: datetime) -> int:
    """Ends requests that were not answered in time; the money is released. How many it was.

    One that was accepted is left alone while its money is collected.
    """
    return _sweep(Booking.objects.unanswered, _expire_request, now)


def remind_of_requests(*, now: datetime) -> int:
    """Reminds owners once, when half of the time for an answer is over. How many it was."""
    return _sweep(Booking.objects.to_be_reminded, _remind, now)


def complete_bookings(*, now: datetime) -> int:
    """Closes confirmed bookings that are over. How many it was."""
    return _sweep(Booking.objects.to_be_completed, _complete, now)


def expire_hold(booking: Booking, now: datetime) -> None:
    """Ends one hold, which the caller has locked and found to have run out."""
    _end(booking, now)
    payment = live_payment(booking)
    if payment:
        give_back(
            payment=payment,
            reason=RefundReason.PAID_TOO_LATE,
            key=f"expire:{booking.pk}",
            by=None,
            now=now,
        )


def _expire_request(booking: Booking, now: datetime) -> None:
    expire_hold(booking, now)
    telling.tell_request_expired(booking=booking, now=now)


def _remind(booking: Booking, now: datetime) -> None:
    booking.remind_at = None
    booking.save(update_fields=["remind_at"])
    telling.tell_request_reminder(booking=booking, now=now)


def _complete(booking: Booking, now: datetime) -> None:
    transition_to(booking=booking, to=BookingStatus.COMPLETED, by=None, now=now)


def _end(booking: Booking, now: datetime) -> None:
    transition_to(
        booking=booking,
        to=BookingStatus.EXPIRED,
        by=None,
        now=now,
        changes={"ended_at": now, "ended_by": Side.PLATFORM},
    )


def _sweep(words: Words, work: Work, now: datetime) -> int:
    """One booking that cannot be worked on is logged and does not keep the others waiting."""
    done = 0
    for pk in list(words(now).values_list("pk", flat=True)[:BATCH_SIZE]):
        try:
            done += _work_on(pk, words, work, now)
        except Exception:
            logger.exception("a booking could not be swept", extra={"booking": pk})
    return done


@transaction.atomic
def _work_on(pk: int, words: Words, work: Work, now: datetime) -> int:
    """Locks, looks again whether the words still fit, and works."""
    booking = words(now).filter(pk=pk).locked_if_free().first()
    if booking is None:
        return 0
    reached("bookings.expire.locked")
    work(booking, now)
    return 1
