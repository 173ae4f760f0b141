"""What every page of an owner's daily work has around it: the way from the day to the money."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from marketplace.accounts.models import User
from marketplace.bookings.enums import BookingStatus
from marketplace.bookings.models import Booking
from marketplace.bookings.policies import may_see_earnings
from marketplace.venues.enums import ListingStatus
from marketplace.venues.models import Membership, Venue


@dataclass(frozen=True, slots=True)
class DeskLink:
    """One way to go; `count` is how many things wait there."""

    label: str | Promise
    icon: str
    url: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """What one venue has before it: requests to answer, and when the next booking starts."""

    waiting: int
    next_start: datetime | None


@dataclass(frozen=True, slots=True)
class Desk:
    """The visitor's venues, and the rail of their daily work.

    `ahead` has the venues with something before them, by their ids, the soonest first.
    """

    memberships: tuple[Membership, ...]
    links: tuple[DeskLink, ...]
    ahead: Mapping[int, Ahead]

    @property
    def venues(self) -> list[Venue]:
        """Those that have, or had, something to do with bookings."""
        return [
            membership.venue for membership in self.memberships if membership.venue.published_at
        ]

    @property
    def has_begun(self) -> bool:
        """Whether a listing is still on its way to be published."""
        return any(
            membership.venue.published_at is None
            and membership.venue.status != ListingStatus.ARCHIVED
            for membership in self.memberships
        )


def memberships_of(user: User) -> tuple[Membership, ...]:
    """The visitor's places in teams, each with its venue. One query."""
    return tuple(Membership.objects.of(user).archived_last().select_related("venue__business"))


def desk_of(
    user: User,
    current: str,
    *,
    memberships: tuple[Membership, ...] | None = None,
    venue: Venue | None = None,
) -> Desk:
    """The rail with `current` marked. The calendar is that of `venue`, or of what comes next.

    Takes a query for what lies ahead, and one for the venues unless they are given.
    """
    memberships = memberships_of(user) if memberships is None else memberships
    venues = Desk(memberships, (), {}).venues
    ahead = _ahead(user) if venue or venues else {}
    by_id = {each.pk: each for each in venues}
    soonest = next((by_id[pk] for pk in ahead if pk in by_id), None)
    shown = venue or soonest or next(iter(venues), None)
    ways: list[tuple[str, str | Promise, str, str, int | None]] = [
        ("home", _("Today"), "sun", reverse("owners:home"), None),
    ]
    if shown:
        waiting = sum(each.waiting for each in ahead.values()) or None
        calendar = reverse("owners:calendar", args=[shown.pk])
        ways.append(("calendar", _("Calendar"), "calendar-days", calendar, None))
        ways.append(("bookings", _("Bookings"), "inbox", reverse("owners:bookings"), waiting))
    if memberships:
        ways.append(("venues", pgettext("tab", "Venues"), "store", reverse("owners:venues"), None))
    if any(may_see_earnings(membership) for membership in memberships if shown):
        ways.append(("earnings", _("Earnings"), "wallet", reverse("owners:earnings"), None))
    links = (
        DeskLink(label, icon, url, is_current=name == current, count=count)
        for name, label, icon, url, count in ways
    )
    return Desk(memberships, tuple(links), ahead)


def _ahead(user: User) -> dict[int, Ahead]:
    """Of each venue of whose team the person is. One query."""
    waits = Q(status=BookingStatus.REQUESTED, accepted_at=None)
    stands = Q(status=BookingStatus.CONFIRMED)
    rows = (
        Booking.objects.of_team_member(user)
        .upcoming(timezone.now())
        .order_by()
        .values("space__venue")
        .annotate(
            waiting=Count("pk", filter=waits),
            next_start=Min("starts_at", filter=stands),
            soonest=Min("starts_at", filter=waits | stands),
        )
        .filter(soonest__isnull=False)
        .order_by("soonest")
    )
    return {row["space__venue"]: Ahead(row["waiting"], row["next_start"]) for row in rows}


def desk_around(membership: Membership) -> dict[str, Any]:
    """What the pages of one listing have around them; the membership knows its person."""
    venue = membership.venue if membership.venue.published_at else None
    return desk_context(desk_of(membership.user, "venues", venue=venue))


def desk_context(desk: Desk) -> dict[str, Any]:
    """What templates/owners/_desk.html and the tab bar read."""
    return {"desk": desk, "active_tab": "venues"}
