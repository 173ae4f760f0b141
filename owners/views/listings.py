"""The list of one's venues, the beginning of a new one, and the page of one."""

from http import HTTPStatus

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.access import member_of, member_required
from marketplace.accounts.enums import ActivityKind
from marketplace.accounts.services import record_activity
from marketplace.core.errors import DomainError
from marketplace.core.htmx import HtmxHttpRequest, redirect
from marketplace.venues import services
from marketplace.venues.models import Membership, Venue
from marketplace.venues.policies import Right
from marketplace.venues.selectors import MINIMUM_PHOTOS
from owners.access import team_page
from owners.desk import desk_context, desk_of
from owners.forms.listing import StartForm
from owners.overview import overview
from owners.presenting import listed
from owners.today import today_context


@require_safe
@member_required
def home(request: HtmxHttpRequest) -> HttpResponse:
    """What needs an answer, who comes next, and every venue of whose team the visitor is."""
    user, now = member_of(request), timezone.now()
    teams = Membership.objects.of(user).archived_last()
    memberships = tuple(teams.with_venue(Venue.objects.with_listing_content()))
    listings = [listed(membership) for membership in memberships]
    listings.sort(key=lambda listing: not listing.is_draft)
    desk = desk_of(user, "home", memberships=memberships)
    context = {
        **desk_context(desk),
        **(today_context(user, now=now) if desk.venues else {}),
        "listings": listings,
        "minimum_photos": MINIMUM_PHOTOS,
    }
    return render(request, "owners/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HtmxHttpRequest) -> HttpResponseBase:
    """What it takes to list a venue; for members also the form that begins one."""
    if not request.user.is_authenticated:
        if request.method == "POST":
            return redirect_to_login(request.path)
        return render(request, "owners/start.html", {"minimum_photos": MINIMUM_PHOTOS})
    user, now = member_of(request), timezone.now()
    form = StartForm(request.POST or None, owner=user)
    if form.is_valid():
        try:
            venue = services.create_draft(by=user, now=now, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            record_activity(
                user=user,
                kind=ActivityKind.LISTING_CREATED,
                request=request,
                now=now,
                details={"listing": venue.name},
            )
            return redirect(request, "owners:basics", pk=venue.pk)
    context = {"form": form, "minimum_photos": MINIMUM_PHOTOS, "active_tab": "venues"}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "owners/start.html", context, status=status)


@require_safe
@team_page(Right.SEE)
def venue(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    """One venue: where it stands, what to do next, what waits, what has happened."""
    context = {**overview(membership), "home_url": reverse("owners:home")}
    return render(request, "owners/venue.html", context)
