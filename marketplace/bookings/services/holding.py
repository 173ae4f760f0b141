"""Holding a slot until it is paid: the beginning of every booking."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction

from marketplace.accounts.models import User
from marketplace.accounts.policies import has_verified_phone
from marketplace.bookings.availability import Refusal
from marketplace.bookings.enums import BookingStatus, OccupancyKind
from marketplace.bookings.errors import (
    HoldOver,
    NotBookable,
    OwnVenue,
    PhoneNotVerified,
    PriceChanged,
    SlotTaken,
    TooManyHolds,
)
from marketplace.bookings.models import Booking, BookingLine
from marketplace.bookings.policies import may_book
from marketplace.bookings.services import slots
from marketplace.bookings.services.cancelling import release_hold
from marketplace.bookings.services.slots import JustTaken, Slot
from marketplace.bookings.services.transitions import lock_booking
from marketplace.bookings.services.words import require_no_contact_details
from marketplace.core.money import Money
from marketplace.core.period import Period
from marketplace.core.points import reached
from marketplace.pricing.quote import Quote, quote_for
from marketplace.venues.models import Space

# So many slots may one renter hold unpaid: others want them too.
MAX_OPEN_HOLDS: Final = 3
# Without signs that are mistaken for each other when read out: 0 O, 1 I L.
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_REFERENCE_LENGTH: Final = 8
_TRIES: Final = 5
_SECONDS_A_MINUTE: Final = 60
_TO_BE_DESCRIBED: Final = frozenset({BookingStatus.HELD, BookingStatus.EXPIRED})


def hold_slot(
    *,
    space: Space,
    period: Period,
    guests: int,
    renter: User,
    expected_total: Money | None,
    now: datetime,
) -> Booking:
    """Takes the time for this renter, for HOLD_MINUTES, at the terms and the price of now.

    Locks the renter's row, then the leaf spaces. The same renter asking for the same again gets
    the hold that is there; for the same time with other guests, or at the price that is shown by
    now, another hold in its place. Raises PhoneNotVerified, OwnVenue, TooManyHolds, NotBookable,
    SlotTaken with the nearest free times, and PriceChanged where `expected_total` (what the page
    showed) is not the price; then nothing is written.
    """
    _require_may_book(renter, space)
    try:
        booking = _drawing_again(
            lambda: _hold(
                space=space,
                period=period,
                guests=guests,
                renter=renter,
                expected_total=expected_total,
                now=now,
            )
        )
    except JustTaken:
        nearest = slots.nearest_free(space=space, period=period, now=now)
        raise SlotTaken(nearest) from None
    reached("bookings.hold.committed")
    return booking


def describe_booking(
    *, booking: Booking, purpose: str, message: str, by: User, now: datetime
) -> Booking:
    """What the renter tells the owner, before paying. Raises HoldOver, HasContactDetails.

    Of a hold that ran out while it was written, it is kept all the same, for the next one.
    """
    require_no_contact_details(message)
    with transaction.atomic():
        booking = lock_booking(booking)
        if booking.status in _TO_BE_DESCRIBED:
            booking.purpose = purpose
            booking.message = message
            booking.save(update_fields=["purpose", "message"])
    reached("bookings.describe.committed")
    require_held(booking, now)
    return booking


def require_held(booking: Booking, now: datetime) -> None:
    """Raises HoldOver unless the booking waits for payment and has time left."""
    if not booking.is_held(now):
        raise HoldOver


def _require_may_book(renter: User, space: Space) -> None:
    if not may_book(renter, space.venue):
        raise OwnVenue if has_verified_phone(renter) else PhoneNotVerified


def _hold(
    *,
    space: Space,
    period: Period,
    guests: int,
    renter: User,
    expected_total: Money | None,
    now: datetime,
) -> Booking:
    _lock_renter(renter)
    leaves = slots.leaf_ids(space)
    slots.lock_spaces(leaves)
    reached("bookings.hold.locked")
    open_holds = list(Booking.objects.of_renter(renter).held_still(now))
    same = next((it for it in open_holds if it.space_id == space.pk and it.period == period), None)
    if same:
        if same.guests == guests and expected_total in {None, same.total}:
            return same
        release_hold(booking=same, by=renter, now=now)
        open_holds.remove(same)
    if len(open_holds) >= MAX_OPEN_HOLDS:
        raise TooManyHolds(open_holds)
    slot = slots.open_slot(space_id=space.pk, locked=leaves, period=period, now=now)
    _require_bookable(slot, guests)
    quote = quote_for(space=slot.space, minutes=_minutes(period))
    if expected_total is not None and expected_total != quote.total:
        raise PriceChanged(old=expected_total, new=quote.total)
    booking = _write(slot, quote, guests=guests, renter=renter, now=now)
    reached("bookings.hold.inserted")
    return booking


def _lock_renter(renter: User) -> None:
    """Holds the person's row until the end of the transaction, so that the limit of holds is one.

    Others can still point to it (`FOR NO KEY UPDATE`).
    """
    people = User.objects.filter(pk=renter.pk)
    list(people.select_for_update(no_key=True).values_list("pk"))


def _require_bookable(slot: Slot, guests: int) -> None:
    refusal = slot.calendar.refusal(slot.period, guests=guests)
    if refusal is Refusal.TAKEN:
        raise JustTaken
    if refusal is not None:
        raise NotBookable(refusal)


def _drawing_again(hold: Callable[[], Booking]) -> Booking:
    """Holds in a transaction; with another reference where the one that was drawn is taken."""
    for attempt in range(_TRIES):
        try:
            with slots.taking():
                return hold()
        except IntegrityError as error:
            if attempt == _TRIES - 1 or not _is_reference_taken(error):
                raise
    raise AssertionError("the last try returns or raises")


def _write(slot: Slot, quote: Quote, *, guests: int, renter: User, now: datetime) -> Booking:
    """The booking, its lines and its rows."""
    units = slot.units()
    booking = _booking_of(slot, quote, guests=guests, renter=renter, now=now)
    booking.save(force_insert=True)
    _write_lines(booking, quote)
    slots.take_for_booking(
        booking=booking,
        units=units,
        kind=OccupancyKind.HOLD,
        expires_at=booking.hold_expires_at,
    )
    return booking


def _booking_of(slot: Slot, quote: Quote, *, guests: int, renter: User, now: datetime) -> Booking:
    """The terms of this moment, copied."""
    space, venue = slot.space, slot.space.venue
    return Booking(
        reference=draw_reference(),
        space=space,
        renter=renter,
        starts_at=slot.period.start,
        ends_at=slot.period.end,
        guests=guests,
        needs_approval=slot.calendar.needs_approval(slot.period),
        answer_hours=space.answer_hours,
        buffer_before_minutes=space.buffer_before_minutes,
        buffer_after_minutes=space.buffer_after_minutes,
        time_zone=venue.time_zone,
        cancellation_policy=venue.cancellation_policy,
        currency=quote.total.currency,
        total_minor=quote.total.amount,
        service_fee_minor=quote.service_fee.amount,
        commission_minor=quote.commission.amount,
        commission_percent=settings.COMMISSION_PERCENT,
        created_at=now,
        hold_expires_at=now + timedelta(minutes=settings.HOLD_MINUTES),
    )


def _write_lines(booking: Booking, quote: Quote) -> None:
    BookingLine.objects.bulk_create(
        BookingLine(
            booking=booking, code=line.code, amount_minor=line.amount.amount, position=position
        )
        for position, line in enumerate(quote.lines)
    )


def draw_reference() -> str:
    """A random name for a booking, made to be read out."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_REFERENCE_LENGTH))


def _is_reference_taken(error: IntegrityError) -> bool:
    diag = getattr(error.__cause__, "diag", None)
    return "reference" in (getattr(diag, "constraint_name", "") or "")


def _minutes(period: Period) -> int:
    return int(period.duration.total_seconds()) // _SECONDS_A_MINUTE
