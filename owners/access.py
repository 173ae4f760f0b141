"""Loading and authorising in one step: no view of a listing sees one that is not the visitor's."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.http.response import HttpResponseBase

from marketplace.accounts.access import member_of, member_required
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
