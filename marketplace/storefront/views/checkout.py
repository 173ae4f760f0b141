"""From a held slot to the payment, and back from it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.access import member_of, member_required
from marketplace.bookings.enums import BookingStatus
from marketplace.bookings.models import Booking
from marketplace.bookings.selectors.refunding import refund_steps
from marketplace.bookings.services import HasContactDetails, describe_booking, pay_url
from marketplace.bookings.services.money import payable_of
from marketplace.core.errors import DomainError
from marketplace.core.htmx import HtmxHttpRequest, is_fragment, redirect
from marketplace.payments.enums import UNPAID_STATUSES
from marketplace.payments.gateway import ProviderUnavailable
from marketplace.payments.selectors import last_payment_id
from marketplace.payments.services import AlreadyPaid, CheckoutRefused, settle
from marketplace.storefront import booking_words
from marketplace.storefront.access import own_booking, own_booking_alone
from marketplace.storefront.forms.booking import DetailsForm
from marketplace.storefront.picker import is_free
from marketplace.storefront.slot_url import slot_again

_PAGE: Final = "storefront/checkout.html"


@never_cache
@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HtmxHttpRequest, reference: str) -> HttpResponse:
    """What the booking is for, the house rules, and the way to pay; a POST keeps it and goes there.

    422 for a form that is not whole, or that gives away contact details; 409 where the time to pay
    is up, 503 where the provider does not answer; what was typed stays. A booking that waits for
    no payment has its own page.
    """
    is_shown = request.method != "POST"
    booking = (own_booking if is_shown else own_booking_alone)(request, reference)
    now = timezone.now()
    form = DetailsForm(request.POST)
    if booking.status != BookingStatus.HELD:
        if form.is_valid():
            _keep_for_the_next(request, booking, form, now)
        return redirect(request, booking)
    if is_shown:
        return _page(request, booking, DetailsForm(initial=_typed_before(booking)), now)
    if not form.is_valid():
        return _page(request, booking, form, now, HTTPStatus.UNPROCESSABLE_ENTITY)
    text = ""
    try:
        return redirect(request, _pay(request, booking, form, now))
    except AlreadyPaid:
        return redirect(request, "storefront:checkout_return", reference)
    except HasContactDetails as refusal:
        form.add_error("message", str(refusal.message))
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    except (ProviderUnavailable, CheckoutRefused) as trouble:
        status, text = HTTPStatus.SERVICE_UNAVAILABLE, str(trouble.message)
    except DomainError as refusal:
        status, text = HTTPStatus.CONFLICT, str(refusal.message)
    return _page(request, booking, form, now, status, trouble=text)


def _pay(request: HttpRequest, booking: Booking, form: DetailsForm, now: datetime) -> str:
    """Keeps what was said, and asks the provider where to pay."""
    by = member_of(request)
    _describe(request, booking, form, now)
    args = [booking.reference]
    return pay_url(
        booking=booking,
        by=by,
        return_url=settings.SITE_URL + reverse("storefront:checkout_return", args=args),
        cancel_url=settings.SITE_URL + reverse("storefront:checkout", args=args),
        now=now,
    )


def _describe(request: HttpRequest, booking: Booking, form: DetailsForm, now: datetime) -> None:
    describe_booking(
        booking=booking,
        purpose=form.cleaned_data["purpose"],
        message=form.cleaned_data["message"],
        by=member_of(request),
        now=now,
    )


def _keep_for_the_next(
    request: HttpRequest, booking: Booking, form: DetailsForm, now: datetime
) -> None:
    """What was written until after the time was up."""
    with suppress(DomainError):
        _describe(request, booking, form, now)


def _typed_before(booking: Booking) -> dict[str, Any]:
    """What the renter said on the way to a payment that did not come about.

    If not of this hold, then of the one before it in the same space, which ran out.
    """
    said = booking
    if not said.purpose:
        before = Booking.objects.of_renter(booking.renter).filter(space=booking.space_id)
        said = before.described_before(booking.created_at).first() or booking
    return {
        "purpose": said.purpose,
        "message": said.message,
        "rules_accepted": bool(said.purpose),
    }


def _page(
    request: HtmxHttpRequest,
    booking: Booking,
    form: DetailsForm,
    now: datetime,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    trouble: str = "",
) -> HttpResponse:
    space, zone = booking.space, booking.time_zone
    is_over = booking.is_hold_over(now)
    if is_over and status == HTTPStatus.CONFLICT:
        trouble = ""
    context = {
        "booking": booking,
        "form": form,
        "now": now,
        "trouble": trouble,
        "is_over": is_over,
        "is_free": is_over and is_free(space, booking.period, now=now),
        "slot_url": slot_again(booking),
        "lines": booking_words.price_lines(booking),
        "refunds": booking_words.refund_steps(refund_steps(booking, now=now), zone=zone),
        "cover": next(iter(space.venue.photos.shown()[:1]), None),
    }
    return render(request, _PAGE, context, status=status)


@never_cache
@member_required
@require_safe
def checkout_return(request: HtmxHttpRequest, reference: str) -> HttpResponse:
    """Where the provider sends the payer back to: learns how it went, and says so.

    While the payment is under way the page asks again every two seconds. It waits no longer than
    the provider's time-out, and does without an answer: the worker learns of it too.
    """
    booking = own_booking_alone(request, reference)
    payment_id = last_payment_id(*payable_of(booking))
    if payment_id is None:
        return redirect(request, "storefront:checkout", reference)
    is_unpaid = _is_still_unpaid(payment_id)
    booking.refresh_from_db(fields=["status"])
    if booking.status != BookingStatus.HELD:
        return redirect(request, f"{booking.get_absolute_url()}?new=1")
    if not is_unpaid or booking.is_hold_over(timezone.now()):
        messages.warning(request, _("The payment did not go through. You have not been charged."))
        return redirect(request, "storefront:checkout", reference)
    template = "storefront/checkout_return.html"
    if is_fragment(request):
        template += "#waiting"
    return render(request, template, {"booking": booking, "now": timezone.now()})


def _is_still_unpaid(payment_id: UUID) -> bool:
    """Settles; true while the provider has neither the money nor a final no."""
    try:
        return settle(payment_id=payment_id, now=timezone.now()).status in UNPAID_STATUSES
    except ProviderUnavailable:
        return True
