"""The owner's answers: yes and no to a request, and calling a booking off."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.access import member_of
from marketplace.bookings import services
from marketplace.bookings.enums import BookingStatus, Side
from marketplace.bookings.models import Booking
from marketplace.bookings.selectors import booking_details
from marketplace.core.errors import DomainError, IllegalTransition
from marketplace.core.htmx import HtmxHttpRequest, redirect
from marketplace.core.states import subject_kind
from marketplace.payments import services as payments
from marketplace.payments.gateway import ProviderRefused, ProviderUnavailable
from marketplace.payments.selectors import live_payment_for
from marketplace.venues.models import Membership
from marketplace.venues.policies import Right
from owners.access import booking_page
from owners.desk import desk_context, desk_of
from owners.forms.answers import CancelForm, DeclineForm
from owners.saying import attempt

type Answer = Callable[[HtmxHttpRequest, Membership, Booking], HttpResponse]


@require_POST
@booking_page(Right.EDIT)
def accept(request: HtmxHttpRequest, membership: Membership, booking: Booking) -> HttpResponse:
    """Yes: committed first, then the money is collected while the owner waits.

    Where the provider does not answer, the worker goes on; the yes stands.
    """
    user, now = member_of(request), timezone.now()
    is_accepted = attempt(
        request, lambda: services.accept_request(booking=booking, by=user, now=now)
    )
    if is_accepted:
        _collect(request, booking, now=now)
    return _back(request, booking)


def _back(request: HtmxHttpRequest, booking: Booking) -> HttpResponse:
    """To where the answer was given: the day's page, or that of the booking."""
    if request.POST.get("from") == "today":
        return redirect(request, "owners:home")
    return redirect(request, "owners:booking", reference=booking.reference)


def _collect(request: HtmxHttpRequest, booking: Booking, *, now: datetime) -> None:
    payment = live_payment_for(subject_kind(booking), str(booking.pk))
    try:
        if payment:
            payments.capture_now(payment_id=payment.pk, now=now)
    except (ProviderUnavailable, ProviderRefused):
        messages.info(
            request,
            _(
                "Accepted. The payment service gives no answer right now; the money is collected "
                "as soon as it does, and the time is yours and the renter’s until then."
            ),
        )
        return
    booking.refresh_from_db()
    if booking.status == BookingStatus.CONFIRMED:
        messages.success(request, _("Accepted. The renter has been told, and the money is in."))
    elif booking.status == BookingStatus.REQUESTED:
        messages.info(request, _("Accepted. The money is being collected."))
    else:
        messages.error(
            request, _("The renter’s bank no longer gives the money, so the booking is cancelled.")
        )


def _as_it_stands(view: Answer) -> Answer:
    """Who answers what has changed meanwhile, or twice, is shown how the booking stands now."""

    @wraps(view)
    def answered(
        request: HtmxHttpRequest, membership: Membership, booking: Booking
    ) -> HttpResponse:
        try:
            return view(request, membership, booking)
        except IllegalTransition:
            text = _("The booking had changed in the meantime. This is how it stands now.")
            messages.warning(request, text)
            return redirect(request, "owners:booking", reference=booking.reference)

    return answered


@require_http_methods(["GET", "HEAD", "POST"])
@booking_page(Right.EDIT)
@_as_it_stands
def decline(request: HtmxHttpRequest, membership: Membership, booking: Booking) -> HttpResponse:
    """No, with a reason. The money that was reserved goes back."""
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and _done(
        form,
        lambda: services.decline_request(
            booking=booking, by=member_of(request), now=timezone.now(), reason=form.sentence()
        ),
    ):
        messages.success(request, _("Declined. The renter has been told; the time is free again."))
        return _back(request, booking)
    if request.method != "POST" and not booking_details(booking, now=timezone.now()).can_answer:
        return redirect(request, "owners:booking", reference=booking.reference)
    return _page(request, membership, booking, form, "owners/decline.html")


@require_http_methods(["GET", "HEAD", "POST"])
@booking_page(Right.EDIT)
@_as_it_stands
def cancel(request: HtmxHttpRequest, membership: Membership, booking: Booking) -> HttpResponse:
    """Asks first (GET), saying what it costs; then cancels. The renter gets everything back."""
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and _done(
        form,
        lambda: services.cancel_booking(
            booking=booking,
            by=member_of(request),
            side=Side.OWNER,
            now=timezone.now(),
            reason=form.cleaned_data["reason"],
        ),
    ):
        messages.success(request, _("Cancelled. The renter has been told and gets the money back."))
        return redirect(request, "owners:booking", reference=booking.reference)
    details = booking_details(booking, now=timezone.now())
    if request.method != "POST" and not (booking.confirmed_at and details.can_cancel):
        return redirect(request, "owners:booking", reference=booking.reference)
    return _page(request, membership, booking, form, "owners/cancel.html")


def _done(form: Form, write: Callable[[], object]) -> bool:
    """Runs the service for a form that is valid; a rule that says no becomes its error.

    Raises IllegalTransition where somebody was quicker, or the same press came twice.
    """
    if not form.is_valid():
        return False
    try:
        write()
    except IllegalTransition:
        raise
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    return True


def _page(
    request: HtmxHttpRequest, membership: Membership, booking: Booking, form: Form, template: str
) -> HttpResponse:
    context = {
        **desk_context(desk_of(member_of(request), "bookings", venue=membership.venue)),
        "booking": booking,
        "venue": membership.venue,
        "form": form,
        "is_from_today": request.POST.get("from") == "today",
        "back": reverse("owners:booking", args=[booking.reference]),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, template, context, status=status)
