"""Taking a chosen slot: it is held, and its renter goes on to the checkout."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from marketplace.accounts.models import User
from marketplace.bookings import errors
from marketplace.bookings.models import Booking
from marketplace.bookings.services import hold_slot
from marketplace.core.errors import DomainError
from marketplace.core.htmx import HtmxHttpRequest, redirect
from marketplace.core.money import Money
from marketplace.core.period import Period
from marketplace.storefront.picker import Trouble, read
from marketplace.storefront.slot_url import Choice, choice_url, page_url
from marketplace.storefront.views.venue import render_venue
from marketplace.venues.models import Venue

_LONGEST_PRICE: Final = 18  # digits


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """Holds the slot for a member and leads to its checkout.

    Who is not logged in logs in first, and comes back to the venue's page with the same slot; so
    does a member who comes here by a link. What cannot be held is said on the venue's page: 409
    where somebody or the price was quicker, 422 for what can never be booked so, 403 for whom.
    Of a listing that was paused meanwhile, that alone is said.
    """
    listed = Venue.objects.visible_to(request.user).prefetch_related("spaces", "opening_hours")
    venue = listed.filter(slug=slug).first()
    if venue is None:
        return _no_bookings(request, slug)
    form = read(request.POST or request.GET, venue=venue)
    if form is None:
        raise Http404
    choice = form.choice(now=timezone.now())
    if not isinstance(request.user, User):
        return redirect_to_login(page_url(choice))
    if request.method != "POST":
        return redirect(request, choice_url(choice))
    try:
        if form.errors:
            raise NotWhole(form.problem())
        booking = _hold(choice, request.POST, request.user)
    except DomainError as refusal:
        return render_venue(request, slug, trouble=_trouble(refusal), status=_status(refusal))
    return redirect(request, "storefront:checkout", booking.reference)


def _no_bookings(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """For who chose while it was published; nothing of the listing is shown. Others find none."""
    get_object_or_404(Venue.objects.paused(), slug=slug)
    status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
    return render(request, "storefront/no_bookings.html", status=status)


class NotWhole(DomainError):
    """Something is missing, or cannot be read."""

    code = "not_whole"
    default_message = _lazy("Choose a day, a start and an end first.")


def _hold(choice: Choice, data: QueryDict, renter: User) -> Booking:
    if choice.start is None or choice.end is None:
        raise NotWhole
    if choice.guests is None:
        raise NotWhole(_("How many of you are coming?"))
    return hold_slot(
        space=choice.space,
        period=Period(choice.start, choice.end),
        guests=choice.guests,
        renter=renter,
        expected_total=_expected(data, choice.venue.currency),
        now=timezone.now(),
    )


def _expected(data: QueryDict, currency: str) -> Money | None:
    """The price that the page showed; None where it does not say one that a price can be."""
    said = data.get("expected", "")
    if not (said.isascii() and said.isdigit()) or len(said) > _LONGEST_PRICE:
        return None
    return Money(int(said), currency)


def _trouble(refusal: DomainError) -> Trouble:
    """What a refusal means for who wanted the slot, and the way on."""
    text = str(refusal.message)
    match refusal:
        case errors.SlotTaken():
            return Trouble(text, refusal.nearest)
        case errors.PriceChanged():
            return Trouble(text, may_go_on=True)
        case errors.TooManyHolds():
            url = reverse("storefront:bookings")
            return Trouble(text, url=url, action=_("Your bookings"), may_go_on=True)
        case errors.PhoneNotVerified():
            url = reverse("account_change_phone")
            return Trouble(text, url=url, action=_("Confirm your phone number"), may_go_on=True)
        case NotWhole():
            return Trouble(text, may_go_on=True)
        case _:
            return Trouble(text)


def _status(refusal: DomainError) -> HTTPStatus:
    match refusal:
        case errors.SlotTaken() | errors.PriceChanged() | errors.TooManyHolds():
            return HTTPStatus.CONFLICT
        case errors.PhoneNotVerified() | errors.OwnVenue():
            return HTTPStatus.FORBIDDEN
        case _:
            return HTTPStatus.UNPROCESSABLE_ENTITY
