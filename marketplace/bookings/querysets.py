"""The words in which other rooms ask about time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from marketplace.accounts.models import User
from marketplace.bookings.enums import BLOCKING_STATUSES, RELEASED_STATUSES, BookingStatus
from marketplace.core.period import Period
from marketplace.venues.enums import MemberRole


class BookingQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about bookings."""

    def of_renter(self, user: User) -> Self:
        """Those that this person made."""
        return self.filter(renter=user)

    def of_team_member(self, user: User) -> Self:
        """Those of venues of whose team this person is, in any role."""
        return self.filter(space__venue__memberships__user=user)

    def earning_for(self, user: User) -> Self:
        """Those of venues whose earnings this person may see: as their owner or manager."""
        return self.filter(
            space__venue__memberships__user=user,
            space__venue__memberships__role__in=(MemberRole.OWNER, MemberRole.MANAGER),
        )

    def of_venue(self, venue_id: int) -> Self:
        """Those of one venue."""
        return self.filter(space__venue=venue_id)

    def with_reference(self, reference: str) -> Self:
        """The one that is called so, if there is one."""
        return self.filter(reference=reference)

    def held(self) -> Self:
        """Slots that wait for payment."""
        return self.filter(status=BookingStatus.HELD)

    def held_still(self, now: datetime) -> Self:
        """Slots whose time to pay is not over."""
        return self.held().filter(hold_expires_at__gt=now)

    def run_out(self, now: datetime) -> Self:
        """Holds past their time, which nobody has swept yet; the longest past first."""
        return self.held().filter(hold_expires_at__lte=now).order_by("hold_expires_at", "id")

    def described_before(self, created_at: datetime) -> Self:
        """Holds of which was said what for, and which were not paid; the newest first."""
        unpaid = (BookingStatus.HELD, BookingStatus.EXPIRED)
        said = self.filter(status__in=unpaid, created_at__lt=created_at).exclude(purpose="")
        return said.order_by("-created_at")

    def requested(self) -> Self:
        """Those that wait for the owner."""
        return self.filter(status=BookingStatus.REQUESTED)

    def not_accepted(self) -> Self:
        """Those to which no owner has said yes."""
        return self.filter(accepted_at=None)

    def unanswered(self, now: datetime) -> Self:
        """Requests past the time for an answer; the longest past first."""
        return (
            self.requested().not_accepted().filter(answer_by__lte=now).order_by("answer_by", "id")
        )

    def to_be_reminded(self, now: datetime) -> Self:
        """Requests whose owners have not answered by half the time for it."""
        return (
            self.requested()
            .not_accepted()
            .filter(remind_at__lte=now, answer_by__gt=now)
            .order_by("remind_at", "id")
        )

    def to_be_completed(self, now: datetime) -> Self:
        """Confirmed ones that are over."""
        return self.filter(status=BookingStatus.CONFIRMED, ends_at__lte=now).order_by(
            "ends_at", "id"
        )

    def confirmed(self) -> Self:
        """Those that stand and are not over."""
        return self.filter(status=BookingStatus.CONFIRMED)

    def ever_paid(self) -> Self:
        """Those that came beyond a hold: asked for, or confirmed, whatever came after."""
        return self.filter(Q(requested_at__isnull=False) | Q(confirmed_at__isnull=False))

    def released(self) -> Self:
        """Those that were confirmed and not cancelled."""
        return self.filter(status__in=RELEASED_STATUSES)

    def came_to_nothing(self) -> Self:
        """Those that expired, were declined or cancelled."""
        return self.exclude(status__in=BLOCKING_STATUSES)

    def confirmed_since(self, moment: datetime) -> Self:
        """Those that were confirmed at this moment or later, and that somebody comes or came to."""
        stands = (BookingStatus.CONFIRMED, BookingStatus.COMPLETED)
        return self.filter(status__in=stands, confirmed_at__gte=moment)

    def ever_confirmed(self) -> Self:
        """Those that were confirmed, whatever came after."""
        return self.filter(confirmed_at__isnull=False)

    def upcoming(self, now: datetime) -> Self:
        """What still lies ahead, or goes on: the next one first."""
        return self.filter(_ahead(now)).order_by("starts_at", "id")

    def past(self, now: datetime) -> Self:
        """What is over, or came to nothing: the latest first."""
        return self.exclude(_ahead(now)).order_by("-starts_at", "-id")

    def taking_time(self, now: datetime) -> Self:
        """Those whose time is taken: all but ended ones and holds that ran out."""
        return self.filter(status__in=BLOCKING_STATUSES).exclude(
            status=BookingStatus.HELD, hold_expires_at__lte=now
        )

    def within(self, period: Period) -> Self:
        """Those that share a moment with the period."""
        return self.filter(starts_at__lt=period.end, ends_at__gt=period.start)

    def locked(self) -> Self:
        """Held against other writers until the end of the transaction."""
        return self.select_for_update(no_key=True, of=("self",))

    def locked_if_free(self) -> Self:
        """Those that nobody else holds, held until the end of the transaction."""
        return self.select_for_update(no_key=True, of=("self",), skip_locked=True)

    def with_parties(self) -> Self:
        """With the space, its venue, whose that is, and the renter: who is told of it."""
        return self.select_related("space__venue__business__owner", "renter")

    def with_place(self) -> Self:
        """With the space, its venue, the words for where it is, and the people."""
        return self.with_venue().select_related("renter", "accepted_by")

    def with_venue(self) -> Self:
        """With the space, its venue, the words for where it is, and whose it is."""
        return self.select_related(
            "space__venue__business__owner",
            "space__venue__city",
            "space__venue__district",
        )

    def with_cover(self) -> Self:
        """With the place, and the venue's photos for a card."""
        return self.with_place().prefetch_related("space__venue__photos")


def _ahead(now: datetime) -> Q:
    return (
        Q(status=BookingStatus.HELD, hold_expires_at__gt=now)
        | Q(status=BookingStatus.REQUESTED)
        | Q(status=BookingStatus.CONFIRMED, ends_at__gt=now)
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

    def on(self, space_ids: Iterable[int]) -> Self:
        """Rows on these leaf spaces."""
        return self.filter(space__in=list(space_ids))

    def overlapping(self, period: Period) -> Self:
        """Rows that share a moment with the period."""
        return self.filter(during__overlap=period.to_range())

    def counting(self, now: datetime) -> Self:
        """Rows that take their time: all but holds that ran out."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))

    def not_over(self, now: datetime) -> Self:
        """Rows that take time from now on."""
        return self.filter(during__endswith__gt=now)

    def run_out(self, now: datetime) -> Self:
        """Holds past their time, which nobody has swept yet."""
        return self.filter(expires_at__lte=now)
