"""What one's venues bring, month by month, and what is owed."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from marketplace.accounts.access import member_of, member_required
from marketplace.bookings.selectors import earnings_by_month
from marketplace.core.htmx import HtmxHttpRequest
from owners.access import require_earnings
from owners.desk import desk_context, desk_of
from owners.money import chart_of, owed_of


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
        "chart": chart_of(months),
        "owed": owed_of(desk.memberships, now=now),
    }
    return render(request, "owners/earnings.html", context)
