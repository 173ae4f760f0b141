"""Every pair of states: what the table allows moves and is logged, nothing else does anything."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace.bookings import services
from marketplace.bookings.enums import (
    BLOCKING_STATUSES,
    BOOKING_TRANSITIONS,
    KIND_OF_STATUS,
    BookingStatus,
    OccupancyKind,
)
from marketplace.bookings.models import Booking
from marketplace.bookings.tests.factories import make_booking, owner_of
from marketplace.core.errors import IllegalTransition
from marketplace.core.models import StateChange

pytestmark = pytest.mark.django_db

ALLOWED = [(start, to) for start, ends in BOOKING_TRANSITIONS.items() for to in sorted(ends)]
REFUSED = [
    (start, to)
    for start in BookingStatus
    for to in BookingStatus
    if to not in BOOKING_TRANSITIONS[start]
]


def times_of(booking: Booking, to: str) -> dict[str, Any]:
    """What the database wants to be there in a state."""
    now = booking.created_at
    match to:
        case BookingStatus.REQUESTED:
            return {"requested_at": now, "answer_by": now + timedelta(hours=24)}
        case BookingStatus.CONFIRMED:
            return {"confirmed_at": now}
    return {}


def steps_of(booking: Booking) -> list[tuple[str, str]]:
    rows = StateChange.objects.filter(
        subject_kind="bookings.booking", subject_id=str(booking.pk)
    ).order_by("id")
    return list(rows.values_list("from_state", "to_state"))


def kinds_of(booking: Booking) -> list[str]:
    return list(booking.occupancies.values_list("kind", flat=True))


def test_every_state_has_its_row() -> None:
    assert set(BOOKING_TRANSITIONS) == set(BookingStatus)


@pytest.mark.parametrize(("start", "to"), ALLOWED)
def test_allowed_step_moves_is_logged_and_occupancy_follows(start: str, to: str) -> None:
    booking = make_booking(status=start)
    owner = owner_of(booking)
    had_rows = booking.occupancies.exists()
    before = steps_of(booking)

    services.transition_to(
        booking=booking,
        to=to,
        by=owner,
        now=booking.ends_at,
        reason="So it is",
        changes=times_of(booking, to),
    )

    assert Booking.objects.get(pk=booking.pk).status == to
    assert steps_of(booking) == [*before, (start, to)]
    step = StateChange.objects.latest("id")
    assert (step.by, step.at, step.reason) == (owner, booking.ends_at, "So it is")
    stays = to in BLOCKING_STATUSES and had_rows
    assert kinds_of(booking) == ([KIND_OF_STATUS[BookingStatus(to)]] if stays else [])


@pytest.mark.parametrize(("start", "to"), REFUSED)
def test_any_other_step_raises_and_changes_nothing(start: str, to: str) -> None:
    booking = make_booking(status=start)
    before = steps_of(booking), kinds_of(booking)

    with pytest.raises(IllegalTransition):
        services.transition_to(
            booking=booking,
            to=to,
            by=None,
            now=booking.ends_at,
            changes=times_of(booking, to),
        )

    booking.refresh_from_db()
    assert booking.status == start
    assert (steps_of(booking), kinds_of(booking)) == before


def test_a_paid_hold_does_not_run_out_any_more() -> None:
    booking = make_booking(status=BookingStatus.HELD)
    assert booking.occupancies.get().expires_at == booking.hold_expires_at

    services.transition_to(
        booking=booking,
        to=BookingStatus.CONFIRMED,
        by=None,
        now=booking.created_at,
        changes=times_of(booking, BookingStatus.CONFIRMED),
    )

    row = booking.occupancies.get()
    assert (row.kind, row.expires_at) == (OccupancyKind.BOOKING, None)
