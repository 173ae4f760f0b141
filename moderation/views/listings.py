"""Every listing: find it, take it down, put it back."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.access import member_of, moderator_required
from marketplace.core.errors import DomainError
from marketplace.core.htmx import HtmxHttpRequest, redirect
from marketplace.venues import services as venues
from marketplace.venues.enums import ListingStatus
from marketplace.venues.models import Venue
from moderation.forms.decisions import ReasonForm
from moderation.listings import listing_page
from moderation.policies import may_decide_about


@require_safe
@moderator_required
def listings(request: HtmxHttpRequest) -> HttpResponse:
    """Search over listings in every state."""
    text, status = request.GET.get("q", ""), request.GET.get("status", "")
    page = listing_page(text=text, status=status, page=request.GET.get("page", 1))
    context = {
        "section": "listings",
        "page": page,
        "q": text,
        "status": status,
        "statuses": ListingStatus.choices,
    }
    return render(request, "moderation/listings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@moderator_required
def suspend(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """Takes a live listing down, with a reason that the owners are told. 422 without one."""
    venue = _listing(pk)
    form = ReasonForm(request.POST or None)
    if request.method != "POST" or form.is_valid():
        return _change(
            request,
            venue,
            lambda: venues.suspend_listing(
                venue=venue,
                by=member_of(request),
                now=timezone.now(),
                reason=form.cleaned_data["reason"],
            ),
            template="moderation/suspend.html",
            form=form,
            done=_("“%(name)s” is suspended: nobody can find it.") % {"name": venue.name},
        )
    context = {"section": "listings", "venue": venue, "form": form}
    return render(
        request, "moderation/suspend.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY
    )


@require_http_methods(["GET", "HEAD", "POST"])
@moderator_required
def reinstate(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """Puts a suspended listing back."""
    venue = _listing(pk)
    return _change(
        request,
        venue,
        lambda: venues.reinstate_listing(venue=venue, by=member_of(request), now=timezone.now()),
        template="moderation/reinstate.html",
        done=_("“%(name)s” is published again.") % {"name": venue.name},
    )


def _listing(pk: int) -> Venue:
    return get_object_or_404(Venue.objects.with_listing_content(), pk=pk)


def _change(
    request: HtmxHttpRequest,
    venue: Venue,
    change: Callable[[], object],
    *,
    template: str,
    done: str,
    form: ReasonForm | None = None,
) -> HttpResponse:
    """Asks, then does it: 403 for one's own listing, 409 where it is refused."""
    status, refusal = HTTPStatus.OK, ""
    if not may_decide_about(person=member_of(request), venue=venue):
        status = HTTPStatus.FORBIDDEN
        refusal = _("This is a listing of your own: somebody else has to do this.")
    elif request.method == "POST":
        try:
            change()
        except DomainError as error:
            status, refusal = HTTPStatus.CONFLICT, str(error.message)
        else:
            messages.success(request, done)
            return redirect(request, "moderation:listings")
    context = {"section": "listings", "venue": venue, "form": form, "refusal": refusal}
    return render(request, template, context, status=status)
