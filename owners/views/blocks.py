"""A venue's calendar, and the times that its team keeps free."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.access import member_of
from marketplace.bookings import services
from marketplace.bookings.models import Block, Booking
from marketplace.bookings.policies import may_answer
from marketplace.bookings.selectors import calendar_items
from marketplace.core.errors import DomainError
from marketplace.core.htmx import HtmxHttpRequest, redirect
from marketplace.venues.models import Membership, Space, Venue
from marketplace.venues.policies import Right
from owners import agenda
from owners.access import team_page
from owners.desk import desk_context, desk_of
from owners.forms.block import BlockForm


@require_safe
@team_page(Right.SEE)
def calendar(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    """A week or a month by the venue's clock: bookings, requests, holds, blocks, closed hours.

    Asked for another venue, it leads to that one's calendar at the same date.
    """
    other = request.GET.get("venue", "")
    if re.fullmatch(r"[0-9]+", other) and other != str(membership.venue.pk):
        kept = {name: request.GET.get(name, "") for name in ("date", "view")}
        address = reverse("owners:calendar", args=[other])
        return redirect(request, f"{address}?{urlencode(kept)}")
    return _page(request, membership, request.GET)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(Right.EDIT)
def block_add(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    """Keeps a time free. Refused, naming them, where bookings stand in the way.

    Who comes back to the address of such an answer (GET) is sent to the calendar.
    """
    venue = membership.venue
    if request.method != "POST":
        return redirect(request, "owners:calendar", pk=venue.pk)
    form = BlockForm(request.POST, venue=venue)
    in_the_way: Sequence[Booking] = ()
    if form.is_valid():
        try:
            services.block_time(
                space=form.chosen_space(),
                period=form.period(),
                units=form.cleaned_data.get("units"),
                note=form.cleaned_data["note"],
                by=member_of(request),
                now=timezone.now(),
            )
        except services.TimeTaken as error:
            form.add_error(None, str(error))
            in_the_way = error.bookings
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Blocked: nobody can book this time."))
            day = form.cleaned_data["start_date"]
            # A browser would keep the fragment of the form's address, and stay down there.
            return redirect(request, calendar_url(venue, date=day.isoformat()) + "#messages")
    return _page(request, membership, request.POST, form=form, in_the_way=in_the_way)


@require_POST
@team_page(Right.EDIT)
def block_remove(request: HtmxHttpRequest, membership: Membership, block_id: int) -> HttpResponse:
    """The time can be booked again. One that is gone already is not found."""
    venue = membership.venue
    block = get_object_or_404(Block.objects.of_venue(venue.pk), pk=block_id)
    services.unblock_time(block=block, by=member_of(request), now=timezone.now())
    messages.success(request, _("Unblocked: this time can be booked again."))
    shown = _date_of(request.POST.get("date", ""))
    return redirect(request, calendar_url(venue, date=shown.isoformat() if shown else ""))


def calendar_url(venue: Venue, **query: object) -> str:
    """The calendar at a date, in a view, of a space; what is empty is left out."""
    words = urlencode({name: value for name, value in query.items() if value})
    address = reverse("owners:calendar", args=[venue.pk])
    return f"{address}?{words}" if words else address


def _page(
    request: HtmxHttpRequest,
    membership: Membership,
    asked: QueryDict,
    *,
    form: BlockForm | None = None,
    in_the_way: Sequence[Booking] = (),
) -> HttpResponse:
    venue, now = membership.venue, timezone.now()
    spaces = list(venue.spaces.all())
    prefetch_related_objects(spaces, "parts")
    today = now.astimezone(ZoneInfo(venue.time_zone)).date()
    shown = _date_of(asked.get("date") or asked.get("start_date") or "") or today
    chosen = _space_of(spaces, asked.get("space", "")) if form is None else None
    is_month = asked.get("view") == "month"
    desk = desk_of(member_of(request), "calendar", venue=venue)
    to_block = _space_of(spaces, asked.get("block", "")) or chosen
    initial = BlockForm.initial_for(venue, max(shown, today), to_block)
    context = {
        **desk_context(desk),
        **_shown(venue, spaces, shown, chosen, is_month=is_month),
        "venue": venue,
        "form": form or BlockForm(venue=venue, initial=initial),
        "in_the_way": in_the_way,
        "may_answer": may_answer(membership),
        "legend": list(agenda.kinds_in_use()),
        "today_url": calendar_url(venue, **_kept(chosen, is_month=is_month)),
    }
    is_wrong = form is not None and bool(form.errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, "owners/calendar.html", context, status=status)


def _space_of(spaces: Sequence[Space], asked: str) -> Space | None:
    return next((space for space in spaces if str(space.pk) == asked), None)


def _shown(
    venue: Venue, spaces: list[Space], shown: date, chosen: Space | None, *, is_month: bool
) -> dict[str, Any]:
    """The days, what stands in them, and the ways to those before and after."""
    now = timezone.now()
    first, last = agenda.month_of(shown) if is_month else agenda.week_of(shown)
    items = calendar_items(venue.pk, window=agenda.window_of(venue, first, last), now=now)
    if chosen:
        related = agenda.related_ids(venue)[chosen.pk]
        items = tuple(item for item in items if item.space_id in related)
    month = shown.month if is_month else None
    days = agenda.days_between(venue, first, last, now=now, month=month)
    kept = _kept(chosen, is_month=is_month)
    before, after = _turned(shown, is_month=is_month)
    return {
        "shown": shown,
        "first": first,
        "last": last,
        "chosen": chosen,
        "spaces": spaces,
        "is_month": is_month,
        "days": days,
        "same_hours": agenda.same_hours(days),
        "weeks": agenda.month_cells(venue, days, items) if is_month else [],
        "rows": []
        if is_month
        else agenda.week_rows(venue, [chosen] if chosen else spaces, days, items),
        "before_url": calendar_url(venue, date=before.isoformat(), **kept),
        "after_url": calendar_url(venue, date=after.isoformat(), **kept),
        "week_url": calendar_url(venue, date=shown.isoformat(), **_kept(chosen, is_month=False)),
        "month_url": calendar_url(venue, date=shown.isoformat(), **_kept(chosen, is_month=True)),
    }


def _kept(chosen: Space | None, *, is_month: bool) -> dict[str, object]:
    return {"view": "month" if is_month else "", "space": chosen.pk if chosen else ""}


def _turned(shown: date, *, is_month: bool) -> tuple[date, date]:
    """A day of the week, or the first of the month, before and after."""
    if not is_month:
        return shown - timedelta(days=7), shown + timedelta(days=7)
    first = shown.replace(day=1)
    return (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=31)).replace(day=1)


def _date_of(text: str) -> date | None:
    """A date of an age that calendars can turn; None for anything else."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2199 else None
