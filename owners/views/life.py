"""Buttons that change a listing's state: send in, pause, resume, make a draft again, put away."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.access import member_of
from marketplace.accounts.enums import ActivityKind
from marketplace.accounts.services import record_activity
from marketplace.core.htmx import HtmxHttpRequest, redirect
from marketplace.venues import services
from marketplace.venues.models import Membership
from marketplace.venues.policies import Right
from owners.access import team_page
from owners.desk import desk_around
from owners.presenting import listed, rail
from owners.saying import attempt


@require_POST
@team_page(Right.EDIT)
def submit(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    """Sends the listing to a moderator."""
    done = _("Sent. A moderator reads it, usually within a day; we tell you as soon as it is done.")
    return _step(
        request, membership, services.submit_listing, done, logged=ActivityKind.LISTING_SUBMITTED
    )


@require_POST
@team_page(Right.EDIT)
def pause(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    """Takes the listing off the market for a while."""
    return _step(
        request, membership, services.pause_listing, _("Paused: nobody finds it until you resume.")
    )


@require_POST
@team_page(Right.EDIT)
def resume(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    """Puts a paused listing back."""
    return _step(request, membership, services.resume_listing, _("Everybody can find it again."))


@require_POST
@team_page(Right.EDIT)
def reopen(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    """Makes a rejected listing a draft again."""
    return _step(
        request,
        membership,
        services.reopen_listing,
        _("It is a draft again: change it and send it in."),
    )


@require_POST
@team_page(Right.EDIT)
def edit_resubmit(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    """Sends an edit that a moderator sent back in again."""
    done = _("Sent in again. A moderator reads it; until then the page stays as it was.")
    return _step(request, membership, services.resubmit_edit, done)


@require_POST
@team_page(Right.EDIT)
def edit_withdraw(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    """Takes back the edit that waits for a moderator."""
    return _step(
        request,
        membership,
        services.withdraw_edit,
        _("The edit is taken back. The page stays as it is."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(Right.CLOSE)
def archive(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    """Asks first (GET), then puts the listing away for good."""
    venue = membership.venue
    if request.method == "POST":
        return _step(
            request,
            membership,
            services.archive_listing,
            _("“%(name)s” is put away.") % {"name": venue.name},
        )
    context = {
        **desk_around(membership),
        "listing": listed(membership),
        "venue": venue,
        "rail": rail(listed(membership)),
        "question": _("Put “%(name)s” away for good?") % {"name": venue.name},
        "text": _(
            "Nobody will find it, and it cannot be brought back. To close for a while, pause it."
        ),
        "action": _("Put it away"),
        "back": reverse("owners:venue", args=[venue.pk]),
    }
    return render(request, "owners/confirm.html", context)


def _step(
    request: HtmxHttpRequest,
    membership: Membership,
    service: Callable[..., object],
    done: str,
    *,
    logged: ActivityKind | None = None,
) -> HttpResponse:
    """Tries the step; where it is done, `logged` goes into the visitor's own log."""
    venue, user, now = membership.venue, member_of(request), timezone.now()
    is_done = attempt(request, lambda: service(venue=venue, by=user, now=now), done)
    if is_done and logged:
        record_activity(
            user=user, kind=logged, request=request, now=now, details={"listing": venue.name}
        )
    return redirect(request, "owners:venue", pk=venue.pk)
