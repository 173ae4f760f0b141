"""What stands in an owner's calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marketplace.bookings.enums import KIND_OF_STATUS, BookingStatus, OccupancyKind
from marketplace.bookings.models import Block, Booking
from marketplace.core.period import Period


@dataclass(frozen=True, slots=True)
class CalendarItem:
    """One entry: a hold, a request, a booking or a block.

    `taken` is `period` with the time kept before and after it. `reference` is a booking's and
    `block_id` a block's; `title` is the renter's name or the block's note.
    """

    kind: OccupancyKind
    space_id: int
    space_name: str
    period: Period
    taken: Period
    units: int
    title: str
    guests: int | None = None
    reference: str = ""
    status: BookingStatus | None = None
    block_id: int | None = None


def calendar_items(venue_id: int, *, window: Period, now: datetime) -> tuple[CalendarItem, ...]:
    """All that takes time of the venue's spaces within the window, in order of time.

    A space made of parts shows its booking once, on itself. Two queries.
    """
    bookings = Booking.objects.of_venue(venue_id).taking_time(now).within(window)
    blocks = Block.objects.of_venue(venue_id).within(window)
    items = [_of_booking(booking) for booking in bookings.select_related("space", "renter")]
    items += [_of_block(block) for block in blocks.select_related("space")]
    return tuple(sorted(items, key=lambda item: (item.period, item.space_id)))


def _of_booking(booking: Booking) -> CalendarItem:
    status = BookingStatus(booking.status)
    return CalendarItem(
        kind=KIND_OF_STATUS[status],
        space_id=booking.space_id,
        space_name=booking.space.name,
        period=booking.period,
        taken=booking.padded_period,
        units=1,
        title=booking.renter.display_name,
        guests=booking.guests,
        reference=booking.reference,
        status=status,
    )


def _of_block(block: Block) -> CalendarItem:
    return CalendarItem(
        kind=OccupancyKind.BLOCK,
        space_id=block.space_id,
        space_name=block.space.name,
        period=block.period,
        taken=block.period,
        units=block.units,
        title=block.note,
        block_id=block.pk,
    )
