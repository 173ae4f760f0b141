"""The list of one's venues, the beginning of a new one, and the page of one."""

from http import HTTPStatus

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
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
from owners.access import team_page
from owners.desk import desk_context, desk_of
from owners.forms.listing import StartForm
from owners.money import example
from owners.overview import overview
from owners.path import count_done, path_of
from owners.presenting import listed, with_what_comes
from owners.today import begun_listings, today_context


@require_safe
@member_required
def home(request: HtmxHttpRequest) -> HttpResponse:
    """What needs an answer, who comes, what money is on its way; before that, the first steps."""
    user, now = member_of(request), timezone.now()
    desk = desk_of(user, "home")
    context = {
        **desk_context(desk),
        **(today_context(user, desk, now=now) if desk.venues else {}),
        "begun": begun_listings(user) if desk.has_begun else [],
    }
    if desk.venues:
        return render(request, "owners/home.html", {**context, "now": now})
    first = next(iter(context["begun"]), None)
    path = path_of(first)
    context |= {"first": first, "path": path, "done": count_done(path)}
    return render(request, "owners/first.html", context)


@require_safe
@member_required
def venues(request: HtmxHttpRequest) -> HttpResponse:
    """Every venue of whose team the visitor is; what is being made comes first."""
    user = member_of(request)
    teams = Membership.objects.of(user).archived_last()
    memberships = tuple(teams.with_venue(Venue.objects.with_listing_content()))
    desk = desk_of(user, "venues", memberships=memberships)
    listings = [
        with_what_comes(listed(membership), desk.ahead.get(membership.venue_id))
        for membership in memberships
    ]
    listings.sort(key=lambda listing: not listing.is_draft)
    return render(request, "owners/venues.html", {**desk_context(desk), "listings": listings})


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HtmxHttpRequest) -> HttpResponseBase:
    """What it takes to list a venue; for members also the form that begins one."""
    if not request.user.is_authenticated:
        if request.method == "POST":
            return redirect_to_login(request.path)
        return render(request, "owners/start.html", {"path": path_of(None), "example": example()})
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
    context = {
        "form": form,
        "path": path_of(None),
        "example": example(),
        "active_tab": "venues",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "owners/start.html", context, status=status)


@require_safe
@team_page(Right.SEE)
def venue(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    """One venue: where it stands, what to do next, what waits, what has happened."""
    return render(request, "owners/venue.html", overview(membership))
