"""Times that owners keep free of bookings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.bookings.availability import Unit
from marketplace.bookings.models import Block, Booking
from marketplace.bookings.services import slots
from marketplace.bookings.services.slots import JustTaken, Slot
from marketplace.core.errors import DomainError
from marketplace.core.period import Period
from marketplace.core.points import reached
from marketplace.venues.models import Space


class TimeTaken(DomainError):
    """Something stands in the way: `bookings` are those of it that are bookings."""

    code = "time_taken"

    def __init__(self, bookings: Sequence[Booking]) -> None:
        self.bookings = tuple(bookings)
        super().__init__(
            _("This time, or the time kept before or after it, is taken by %(references)s.")
            % {"references": ", ".join(booking.reference for booking in self.bookings)}
            if self.bookings
            else _("This time is taken already.")
        )


class TooManyUnits(DomainError):
    """More was to be blocked than there is, or nothing."""

    code = "too_many_units"
    default_message = _("There are not so many of it.")


class TimeOver(DomainError):
    """What is over cannot be kept free."""

    code = "time_over"
    default_message = _("This time is over already. Choose a later one.")


def block_time(
    *,
    space: Space,
    period: Period,
    units: int | None = None,
    note: str,
    by: User,
    now: datetime,
) -> Block:
    """Keeps the time free of bookings: `units` of the space, or all of it. No buffers are added.

    Locks the leaf spaces. A space made of parts blocks each part. Raises TimeTaken, naming the
    bookings in the way, TimeOver and TooManyUnits.
    """
    if period.end <= now:
        raise TimeOver
    try:
        with transaction.atomic():
            return _block(space=space, period=period, units=units, note=note, by=by, now=now)
    except JustTaken:
        in_the_way = _bookings_in_the_way(space, period, now)
    raise TimeTaken(in_the_way)


def unblock_time(*, block: Block, by: User, now: datetime) -> None:
    """The time can be booked again. Unblocking twice is no error."""
    Block.objects.filter(pk=block.pk).delete()


def _block(
    *, space: Space, period: Period, units: int | None, note: str, by: User, now: datetime
) -> Block:
    leaves = slots.leaf_ids(space)
    slots.lock_spaces(leaves)
    reached("bookings.block.locked")
    slot = slots.open_slot(space_id=space.pk, locked=leaves, period=period, now=now, buffers=(0, 0))
    chosen = _choose_units(slot, units)
    block = Block(
        space=slot.space,
        starts_at=period.start,
        ends_at=period.end,
        units=max(len([unit for unit in chosen if unit[0] == leaf]) for leaf in leaves),
        note=note,
        created_by=by,
        created_at=now,
    )
    with slots.taking():
        block.save(force_insert=True)
        slots.take_for_block(block=block, units=chosen)
    return block


def _choose_units(slot: Slot, wanted: int | None) -> list[Unit]:
    """So many free units of each leaf, the last ones first: bookings are given the first."""
    chosen: list[Unit] = []
    for leaf, there in slot.calendar.rules.leaves:
        number = there if wanted is None else wanted
        if not 1 <= number <= there:
            raise TooManyUnits
        free = [
            (leaf, unit)
            for unit in range(there, 0, -1)
            if not any(slot.period.overlaps(it) for it in slot.calendar.taken.get((leaf, unit), ()))
        ]
        if len(free) < number:
            raise JustTaken
        chosen += free[:number]
    return chosen


def _bookings_in_the_way(space: Space, period: Period, now: datetime) -> list[Booking]:
    return list(
        Booking.objects.taking_time(now)
        .filter(
            occupancies__space__in=slots.leaf_ids(space),
            occupancies__during__overlap=period.to_range(),
        )
        .distinct()
        .order_by("starts_at", "id")
    )
