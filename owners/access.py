"""Loading and authorising in one step: no view of a listing sees one that is not the visitor's."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.http.response import HttpResponseBase

from marketplace.accounts.access import member_of, member_required
from marketplace.bookings.models import Booking
from marketplace.bookings.policies import may_see_earnings
from marketplace.core.htmx import HtmxHttpRequest
from marketplace.venues.models import Membership, Venue
from marketplace.venues.policies import Right, has_right


def get_membership(request: HtmxHttpRequest, pk: int, right: Right) -> Membership:
    """The visitor's place in the team of venue `pk`, with the venue and what completes it.

    Raises Http404 where there is none, and PermissionDenied where it lacks the right.
    """
    memberships = Membership.objects.of(member_of(request)).in_team_of(pk)
    membership = memberships.with_venue(Venue.objects.with_listing_content()).first()
    if membership is None:
        raise Http404
    if not has_right(membership, right):
        raise PermissionDenied
    membership.user = member_of(request)
    return membership


def team_page[**P](
    right: Right,
) -> Callable[
    [Callable[Concatenate[HtmxHttpRequest, Membership, P], HttpResponseBase]],
    Callable[Concatenate[HtmxHttpRequest, int, P], HttpResponseBase],
]:
    """A view of one listing: called with the visitor's membership in place of the id.

    Guests are sent to log in; strangers get 404; members without the right get 403.
    """

    def decorate(
        view: Callable[Concatenate[HtmxHttpRequest, Membership, P], HttpResponseBase],
    ) -> Callable[Concatenate[HtmxHttpRequest, int, P], HttpResponseBase]:
        @wraps(view)
        def loaded(
            request: HtmxHttpRequest, pk: int, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            return view(request, get_membership(request, pk, right), *args, **kwargs)

        return member_required(cast(Any, loaded))

    return decorate


def get_booking(
    request: HtmxHttpRequest, reference: str, right: Right
) -> tuple[Membership, Booking]:
    """The visitor's place in the team, and the booking of one of its venues' spaces.

    A slot that was never paid for is nobody's to look at but its renter's. Raises Http404 where
    there is none, and PermissionDenied where the right is lacking.
    """
    user = member_of(request)
    bookings = Booking.objects.with_reference(reference).of_team_member(user).ever_paid()
    booking = bookings.with_place().first()
    if booking is None:
        raise Http404
    membership = Membership.objects.of(user).in_team_of(booking.space.venue_id).get()
    membership.venue = booking.space.venue
    if not has_right(membership, right):
        raise PermissionDenied
    return membership, booking


def booking_page[**P](
    right: Right,
) -> Callable[
    [Callable[Concatenate[HtmxHttpRequest, Membership, Booking, P], HttpResponseBase]],
    Callable[Concatenate[HtmxHttpRequest, str, P], HttpResponseBase],
]:
    """A view of one booking: called with the visitor's membership and the booking.

    Guests are sent to log in; strangers get 404; members without the right get 403.
    """

    def decorate(
        view: Callable[Concatenate[HtmxHttpRequest, Membership, Booking, P], HttpResponseBase],
    ) -> Callable[Concatenate[HtmxHttpRequest, str, P], HttpResponseBase]:
        @wraps(view)
        def loaded(
            request: HtmxHttpRequest, reference: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            membership, booking = get_booking(request, reference, right)
            return view(request, membership, booking, *args, **kwargs)

        return member_required(cast(Any, loaded))

    return decorate


def require_earnings(memberships: Iterable[Membership]) -> None:
    """Raises Http404 for who is in no team, and PermissionDenied for who only looks on."""
    rights = [may_see_earnings(membership) for membership in memberships]
    if not rights:
        raise Http404
    if not any(rights):
        raise PermissionDenied
