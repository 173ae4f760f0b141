"""What venues may not change about a space while its calendar stands on it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.bookings.models import Block, Booking, Occupancy
from marketplace.bookings.services import slots
from marketplace.core.errors import DomainError


class SpaceInUse(DomainError):
    """Bookings or blocked times of the space forbid the change."""

    code = "space_in_use"
    default_message = _("This space has bookings or blocked times to come.")


class BookingsToCome(DomainError):
    """Somebody is still to come to the venue."""

    code = "bookings_to_come"
    default_message = _(
        "There are bookings or requests to come. Let them take place or cancel them first; "
        "meanwhile a pause keeps new ones away."
    )


def require_parts_free(*, space_id: int, leaf_ids: Iterable[int]) -> None:
    """Locks these spaces; raises SpaceInUse while time of the whole is taken from now on."""
    slots.lock_spaces(leaf_ids)
    of_whole = Q(booking__space=space_id) | Q(block__space=space_id)
    if Occupancy.objects.not_over(timezone.now()).filter(of_whole).exists():
        raise SpaceInUse(
            _(
                "What a space is made of can be changed when it has no bookings or blocked times "
                "to come."
            )
        )


def require_units_free(*, space_id: int, units: int) -> None:
    """Locks the space; raises SpaceInUse while a unit above this number is taken from now on."""
    slots.lock_spaces([space_id])
    rows = Occupancy.objects.on([space_id]).not_over(timezone.now())
    if rows.filter(unit__gt=units).exists():
        raise SpaceInUse(_("More of them than that are booked or blocked in the time to come."))


def require_nobody_to_come(*, space_ids: list[int]) -> None:
    """Locks the spaces; raises BookingsToCome where one is held, asked for or booked from now on.

    A venue that is put away could not be found by those who are about to come.
    """
    slots.lock_spaces(space_ids)
    rows = Occupancy.objects.on(space_ids).not_over(timezone.now())
    if rows.filter(booking__isnull=False).exists():
        raise BookingsToCome


def require_never_used(*, space_id: int) -> None:
    """Locks the space; raises SpaceInUse where it was ever booked or blocked, alone or as a part.

    What was booked keeps its space: bookings and money point to it.
    """
    slots.lock_spaces([space_id])
    if (
        Booking.objects.filter(space=space_id).exists()
        or Block.objects.filter(space=space_id).exists()
        or Occupancy.objects.on([space_id]).exists()
    ):
        raise SpaceInUse(
            _("This space has bookings or blocked times, now or in the past, so it must stay.")
        )
