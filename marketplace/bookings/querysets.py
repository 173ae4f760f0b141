"""The words in which other rooms ask about time."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models

from marketplace.accounts.models import User
from marketplace.bookings.enums import BookingStatus
from marketplace.core.period import Period


class BookingQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about bookings."""

    def of_renter(self, user: User) -> Self:
        """Those that this person made."""
        return self.filter(renter=user)

    def of_team_member(self, user: User) -> Self:
        """Those of venues of whose team this person is, in any role."""
        return self.filter(space__venue__memberships__user=user)

    def of_venue(self, venue_id: int) -> Self:
        """Those of one venue."""
        return self.filter(space__venue=venue_id)

    def held(self) -> Self:
        """Slots that wait for payment."""
        return self.filter(status=BookingStatus.HELD)

    def requested(self) -> Self:
        """Those that wait for the owner."""
        return self.filter(status=BookingStatus.REQUESTED)

    def locked(self) -> Self:
        """Held against other writers until the end of the transaction."""
        return self.select_for_update(no_key=True, of=("self",))

    def with_place(self) -> Self:
        """With the space, its venue and the words for where it is."""
        return self.select_related(
            "space__venue__business", "space__venue__city", "space__venue__district", "renter"
        )


class BlockQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about blocked times."""

    def of_venue(self, venue_id: int) -> Self:
        """Those of one venue."""
        return self.filter(space__venue=venue_id)

    def within(self, period: Period) -> Self:
        """Those that share a moment with the period."""
        return self.filter(starts_at__lt=period.end, ends_at__gt=period.start)


class OccupancyQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about what is taken."""

    def overlapping(self, period: Period) -> Self:
        """Rows that share a moment with the period."""
        return self.filter(during__overlap=period.to_range())

    def counting(self, now: datetime) -> Self:
        """Rows that take their time: all but holds that ran out."""
        return self.filter(models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=now))

    def run_out(self, now: datetime) -> Self:
        """Holds past their time, which nobody has swept yet."""
        return self.filter(expires_at__lte=now)
