"""A renter's bookings: the list, each one's page, its papers, and cancelling it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from itertools import groupby
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.access import member_of, member_required
from marketplace.bookings import ics
from marketplace.bookings.enums import BLOCKING_STATUSES, BookingStatus, Side
from marketplace.bookings.models import Booking
from marketplace.bookings.selectors.refunding import outcome_if_cancelled, refund_steps
from marketplace.bookings.services import cancel_booking, release_hold
from marketplace.bookings.services.money import payable_of
from marketplace.core.days import month_and_year
from marketplace.core.errors import DomainError, IllegalTransition
from marketplace.core.htmx import HtmxHttpRequest, redirect
from marketplace.core.zones import find_zone
from marketplace.payments.selectors import payments_for, refunds_for
from marketplace.storefront import booking_words
from marketplace.storefront.access import own_booking
from marketplace.storefront.forms.booking import CancelForm
from marketplace.storefront.slot_url import slot_again

_ON_A_PAGE: Final = 20
_WAITING: Final = frozenset({BookingStatus.HELD, BookingStatus.REQUESTED})


@never_cache
@member_required
@require_safe
def bookings(request: HtmxHttpRequest) -> HttpResponse:
    """The next one large, what waits, what is to come, and what is over, month by month."""
    now = timezone.now()
    mine = Booking.objects.of_renter(member_of(request)).with_cover()
    ahead = list(mine.select_related("space__venue__business__owner").upcoming(now))
    to_come = [it for it in ahead if it.status == BookingStatus.CONFIRMED]
    waiting = [it for it in ahead if it.status in _WAITING]
    page = Paginator(mine.past(now), _ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "now": now,
        "next": _with_words(to_come[0], now) if to_come else None,
        "upcoming": _by_month(to_come[1:], now),
        "waiting": [_with_words(it, now) for it in sorted(waiting, key=_deadline)],
        "past": _by_month(page, now),
        "page": page,
    }
    return render(request, "storefront/bookings.html", context)


def _deadline(booking: Booking) -> datetime:
    """Until when somebody has to act: its renter to pay, or its owner to answer."""
    is_held = booking.status == BookingStatus.HELD
    return (None if is_held else booking.answer_by) or booking.hold_expires_at


def _with_words(booking: Booking, now: datetime) -> dict[str, Any]:
    return {
        "booking": booking,
        "standing": booking_words.standing_of(booking, refunds=(), now=now),
        "ahead": booking_words.ahead_in_words(booking.starts_at, now, booking.time_zone),
        "cover": next((it for it in booking.space.venue.photos.all() if it.is_public), None),
    }


def _by_month(rows: Iterable[Booking], now: datetime) -> list[dict[str, Any]]:
    def month_of(booking: Booking) -> str:
        local = timezone.localtime(booking.starts_at, find_zone(booking.time_zone))
        return month_and_year(local)

    return [
        {"title": title, "rows": [_with_words(it, now) for it in of_month]}
        for title, of_month in groupby(rows, key=month_of)
    ]


@never_cache
@member_required
@require_safe
def booking_page(request: HtmxHttpRequest, reference: str) -> HttpResponse:
    """Where it stands, in words first; then what happened, what it costs, and what can be done."""
    booking = own_booking(request, reference)
    now = timezone.now()
    payable = payable_of(booking)
    payments, refunds = payments_for(*payable), refunds_for(*payable)
    context = {
        "booking": booking,
        "venue": booking.space.venue,
        "now": now,
        "is_new": "new" in request.GET,
        "standing": booking_words.standing_of(booking, refunds=refunds, now=now),
        "ahead": booking_words.ahead_in_words(booking.starts_at, now, booking.time_zone),
        "is_alive": booking.status in BLOCKING_STATUSES,
        "is_to_come": booking.status == BookingStatus.CONFIRMED and booking.starts_at > now,
        "history": booking_words.history_of(booking, refunds=refunds),
        "lines": booking_words.price_lines(booking),
        "steps": _steps(booking, now),
        "refunds": [booking_words.refund_in_words(it, booking.time_zone) for it in refunds],
        "card": booking_words.card_in_words(next(iter(payments), None)),
        "can_cancel": booking.can_be_cancelled(now),
        "is_held": booking.is_held(now),
        "slot_url": slot_again(booking),
        "cover": next(iter(booking.space.venue.photos.shown()[:1]), None),
    }
    return render(request, "storefront/booking.html", context)


def _steps(booking: Booking, now: datetime) -> tuple[booking_words.RefundStep, ...]:
    """The dated refunds that are still to choose from."""
    if not booking.can_be_cancelled(now):
        return ()
    steps = refund_steps(booking, now=now)
    return booking_words.refund_steps(steps, zone=booking.time_zone)


@never_cache
@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def booking_cancel(request: HtmxHttpRequest, reference: str) -> HttpResponse:
    """Says what comes back, and until when; a POST cancels, or lets an unpaid hold go.

    What has changed meanwhile, or was cancelled by the same press twice, leads to the booking as
    it stands. 409 where it cannot be cancelled now, 422 for a word to the owner that is too long.
    """
    booking = own_booking(request, reference)
    now = timezone.now()
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _cancel_page(request, booking, form, now)
    if not form.is_valid():
        return _cancel_page(request, booking, form, now, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        to = _cancel(booking, form.cleaned_data["reason"], request, now)
    except IllegalTransition:
        return _as_it_stands(request, own_booking(request, reference))
    except DomainError as refusal:
        booking = own_booking(request, reference)
        text = str(refusal.message)
        return _cancel_page(request, booking, form, now, HTTPStatus.CONFLICT, trouble=text)
    return redirect(request, to)


def _as_it_stands(request: HtmxHttpRequest, booking: Booking) -> HttpResponse:
    """To the booking; who did not end it is told that somebody was quicker."""
    if booking.ended_by != Side.RENTER:
        text = _("The booking had changed in the meantime. This is how it stands now.")
        messages.warning(request, text)
    return redirect(request, booking)


def _cancel(booking: Booking, reason: str, request: HtmxHttpRequest, now: datetime) -> str:
    """Cancels, and says where to go on: after a hold, to its slot again."""
    by = member_of(request)
    if booking.status == BookingStatus.HELD:
        release_hold(booking=booking, by=by, now=now)
        return slot_again(booking) or booking.get_absolute_url()
    cancel_booking(booking=booking, by=by, side=Side.RENTER, now=now, reason=reason)
    return booking.get_absolute_url()


def _cancel_page(
    request: HtmxHttpRequest,
    booking: Booking,
    form: CancelForm,
    now: datetime,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    trouble: str = "",
) -> HttpResponse:
    context = {
        "booking": booking,
        "form": form,
        "trouble": trouble,
        "can_cancel": booking.can_be_cancelled(now),
        "is_hold": booking.status == BookingStatus.HELD,
        "is_request": booking.status == BookingStatus.REQUESTED,
        "outcome": outcome_if_cancelled(booking, by_renter=True, now=now),
        "steps": _steps(booking, now),
    }
    return render(request, "storefront/booking_cancel.html", context, status=status)


@never_cache
@member_required
@require_safe
def booking_calendar(request: HtmxHttpRequest, reference: str) -> HttpResponse:
    """The booking as a file for the renter's own calendar."""
    booking = own_booking(request, reference)
    response = HttpResponse(
        ics.calendar_file(booking), content_type=f"{ics.MIMETYPE}; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{ics.file_name(booking)}"'
    return response


@never_cache
@member_required
@require_safe
def receipt(request: HtmxHttpRequest, reference: str) -> HttpResponse:
    """What was paid, to whom, with what, and what went back; made to be printed.

    There is one once money was taken; before that the booking's page says what is due.
    """
    booking = own_booking(request, reference)
    payable = payable_of(booking)
    payment = next((it for it in payments_for(*payable) if it.captured_at), None)
    if payment is None:
        return redirect(request, booking)
    refunds = refunds_for(*payable)
    context = {
        "booking": booking,
        "venue": booking.space.venue,
        "payment": payment,
        "card": booking_words.card_in_words(payment),
        "lines": booking_words.price_lines(booking),
        "refunds": refunds,
        "operator": settings.OPERATOR,
        "title": _("Receipt for booking %(reference)s") % {"reference": booking.reference},
    }
    return render(request, "storefront/receipt.html", context)
