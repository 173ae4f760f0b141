"""Every listing: find it, take it down, put it back."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.access import moderator_required
from marketplace.core.errors import DomainError
from marketplace.core.htmx import HtmxHttpRequest, redirect
from marketplace.venues import services as venues
from marketplace.venues.enums import ListingStatus
from marketplace.venues.models import Venue
from moderation.access import person_of
from moderation.forms.decisions import ReasonForm
from moderation.listings import listing_page
from moderation.policies import may_decide_about


@require_safe
@moderator_required
def listings(request: HtmxHttpRequest) -> HttpResponse:
    """Search over listings in every state."""
    text, status = request.GET.get("q", ""), request.GET.get("status", "")
    page = listing_page(text=text, status=status, page=request.GET.get("page", 1))
    context = {"page": page, "q": text, "status": status, "statuses": ListingStatus.choices}
    return render(request, "moderation/listings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@moderator_required
def suspend(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """Takes a live listing down, with a reason."""
    return _change(
        request,
        pk,
        venues.suspend_listing,
        template="moderation/suspend.html",
        done=_("“%(name)s” is suspended: nobody can find it."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@moderator_required
def reinstate(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """Puts a suspended listing back, with a reason."""
    return _change(
        request,
        pk,
        venues.reinstate_listing,
        template="moderation/reinstate.html",
        done=_("“%(name)s” is published again."),
    )


def _change(
    request: HtmxHttpRequest, pk: int, service: Callable[..., object], *, template: str, done: str
) -> HttpResponse:
    """Asks for the reason, then does it; 422 without one, 403 for one's own, 409 if refused."""
    venue = get_object_or_404(Venue.objects.select_related("business__owner", "city"), pk=pk)
    person = person_of(request)
    form = ReasonForm(request.POST or None)
    status, refusal = 200, ""
    if not may_decide_about(person=person, venue=venue):
        status, refusal = 403, _("This is a listing of your own: somebody else has to do this.")
    elif request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                service(
                    venue=venue, by=person, now=timezone.now(), reason=form.cleaned_data["reason"]
                )
            except DomainError as error:
                status, refusal = 409, str(error.message)
            else:
                messages.success(request, done % {"name": venue.name})
                return redirect(request, "moderation:listings")
    context = {"venue": venue, "form": form, "refusal": refusal}
    return render(request, template, context, status=status)
