"""What one's venues bring, month by month, what is owed, and all of it as a table to keep."""

import csv
from collections.abc import Iterable
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from marketplace.accounts.access import member_of, member_required
from marketplace.bookings.selectors import EarnedBooking, earned_bookings, earnings_by_month
from marketplace.core.htmx import HtmxHttpRequest
from owners.access import require_earnings
from owners.desk import desk_context, desk_of, memberships_of
from owners.money import chart_of, owed_of, totals_of

# What a spreadsheet takes for the beginning of a formula.
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@member_required
def earnings(request: HtmxHttpRequest) -> HttpResponse:
    """For owners and managers; viewers of every venue alike are told that they may not."""
    user, now = member_of(request), timezone.now()
    desk = desk_of(user, "earnings")
    require_earnings(desk.memberships)
    months = earnings_by_month(user, now=now)
    context = {
        **desk_context(desk),
        "months": months,
        "totals": totals_of(months),
        "chart": chart_of(months),
        "owed": owed_of(desk.memberships, now=now),
    }
    return render(request, "owners/earnings.html", context)


@require_safe
@member_required
def export(request: HtmxHttpRequest) -> HttpResponse:
    """Every booking that brought something, a line each, as CSV that spreadsheets open.

    For whom the page of earnings is. Days are by the venue's clock; amounts are plain numbers.
    """
    user, now = member_of(request), timezone.now()
    require_earnings(memberships_of(user))
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": (
                f'attachment; filename="joytop-earnings-{timezone.localdate(now)}.csv"'
            )
        },
    )
    response.write("\N{BYTE ORDER MARK}")
    _write(response, earned_bookings(user))
    return response


def _write(response: HttpResponse, bookings: Iterable[EarnedBooking]) -> None:
    sheet = csv.writer(response)
    sheet.writerow(
        [
            _("Day"),
            _("Booking"),
            _("Venue"),
            _("Space"),
            _("Currency"),
            _("Price"),
            _("Commission"),
            pgettext("money", "Yours"),
        ]
    )
    for booking in bookings:
        sheet.writerow(
            [
                booking.ended_on.isoformat(),
                booking.reference,
                _plain(booking.venue_name),
                _plain(booking.space_name),
                booking.earned.currency,
                booking.paid.to_major(),
                booking.commission.to_major(),
                booking.earned.to_major(),
            ]
        )


def _plain(text: str) -> str:
    """Words that a spreadsheet shows and does not compute."""
    return f"'{text}" if text.startswith(_FORMULAS) else text
