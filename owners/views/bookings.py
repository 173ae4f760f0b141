"""The bookings of one's venues: in four lists, and one by one."""

from collections.abc import Iterable
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from marketplace.accounts.access import member_of, member_required
from marketplace.bookings.models import Booking
from marketplace.bookings.querysets import BookingQuerySet
from marketplace.bookings.selectors import booking_details
from marketplace.core.htmx import HtmxHttpRequest
from marketplace.venues.models import Membership, Venue
from marketplace.venues.policies import Right
from owners.access import booking_page
from owners.desk import desk_context, desk_of
from owners.receipts import booking_page_context
from owners.rows import row_of

PAGE_SIZE: Final = 20
TABS: Final[dict[str, str | Promise]] = {
    "requests": _("Requests"),
    "upcoming": _("Upcoming"),
    "past": _("Past"),
    "cancelled": _("Cancelled"),
}


@require_safe
@member_required
def bookings(request: HtmxHttpRequest) -> HttpResponse:
    """What waits for an answer, what lies ahead, what is over, and what came to nothing."""
    user, now = member_of(request), timezone.now()
    desk = desk_of(user, "bookings")
    venue = _chosen(desk.venues, request.GET.get("venue", ""))
    theirs = Booking.objects.of_team_member(user).ever_paid()
    if venue:
        theirs = theirs.of_venue(venue.pk)
    lists: dict[str, BookingQuerySet[Booking]] = {
        "requests": theirs.requested().order_by("answer_by", "id"),
        "upcoming": theirs.confirmed().upcoming(now),
        "past": theirs.released().past(now),
        "cancelled": theirs.came_to_nothing().order_by("-ended_at", "-id"),
    }
    counts = {name: rows.count() for name, rows in lists.items()}
    tab = request.GET.get("tab", "")
    if tab not in lists:
        tab = "requests" if counts["requests"] else "upcoming"
    paginator = Paginator(lists[tab].with_place().prefetch_related("lines"), PAGE_SIZE)
    paginator.__dict__["count"] = counts[tab]
    page = paginator.get_page(request.GET.get("page"))
    context = {
        **desk_context(desk),
        "tabs": _tabs(tab, counts, venue),
        "tab": tab,
        "venue": venue,
        "page": page,
        "rows": [row_of(booking, now=now) for booking in page.object_list],
        "is_empty": not any(counts.values()),
    }
    return render(request, "owners/bookings.html", context)


@require_safe
@booking_page(Right.SEE)
def booking(request: HtmxHttpRequest, membership: Membership, booking: Booking) -> HttpResponse:
    """One booking: who, when, what for, what it brings, what has happened."""
    now = timezone.now()
    details = booking_details(booking, now=now)
    desk = desk_of(member_of(request), "bookings", venue=membership.venue)
    context = {**desk_context(desk), **booking_page_context(membership, details, now=now)}
    return render(request, "owners/booking.html", context)


def _chosen(venues: Iterable[Venue], asked: str) -> Venue | None:
    return next((venue for venue in venues if str(venue.pk) == asked), None)


def _tabs(current: str, counts: dict[str, int], venue: Venue | None) -> list[dict[str, Any]]:
    keeping = f"&venue={venue.pk}" if venue else ""
    return [
        {
            "label": label,
            "url": f"?tab={name}{keeping}",
            "is_current": name == current,
            "count": counts[name],
        }
        for name, label in TABS.items()
    ]
