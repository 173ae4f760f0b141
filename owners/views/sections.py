"""The sections that are one form each: about the venue, opening hours, terms."""

from http import HTTPStatus
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from marketplace.accounts.access import member_of
from marketplace.core.htmx import HtmxHttpRequest, redirect
from marketplace.venues import services
from marketplace.venues.enums import AmenityGroup, ListingSection, Weekday
from marketplace.venues.models import Amenity, Membership
from marketplace.venues.policies import Right, may_name_business
from owners.access import team_page
from owners.forms.hours import HoursForm
from owners.forms.listing import BasicsForm, TermsForm
from owners.presenting import after, section_url
from owners.saying import save
from owners.shell import section_context


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(Right.EDIT)
def basics(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    """Name, kind, texts, place."""
    venue = membership.venue
    form = BasicsForm(
        request.POST or None,
        initial=BasicsForm.initial_of(venue),
        names_business=may_name_business(membership),
    )
    if request.method == "POST" and save(
        request,
        form,
        lambda: services.update_basics(
            venue=venue, by=member_of(request), now=timezone.now(), **form.cleaned_data
        ),
    ):
        return _onward(request, membership, ListingSection.BASICS)
    return _page(request, membership, ListingSection.BASICS, form)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(Right.EDIT)
def terms(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    """House rules, what comes back on cancelling, what is there."""
    venue = membership.venue
    form = TermsForm(request.POST or None, initial=TermsForm.initial_of(venue))
    if request.method == "POST" and save(
        request,
        form,
        lambda: services.update_terms(
            venue=venue, by=member_of(request), now=timezone.now(), **form.cleaned_data
        ),
    ):
        return _onward(request, membership, ListingSection.TERMS)
    return _page(request, membership, ListingSection.TERMS, form, groups=_amenities(form))


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(Right.EDIT)
def hours(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    """The week. "Copy to every day" fills the grid anew and saves nothing yet."""
    venue = membership.venue
    stored = venue.opening_hours.all()
    form = HoursForm(request.POST or None, stored=stored)
    copied_day = request.POST.get("copy", "")
    if copied_day in map(str, Weekday.values):
        form = HoursForm(initial=form.copied(int(copied_day)), stored=stored)
        more = {"copied": copied_day, "version": request.POST.get("version", "")}
        return _page(request, membership, ListingSection.HOURS, form, **more)
    if request.method == "POST" and save(
        request,
        form,
        lambda: services.set_opening_hours(
            venue=venue, by=member_of(request), now=timezone.now(), stretches=form.stretches()
        ),
    ):
        return _onward(request, membership, ListingSection.HOURS)
    return _page(request, membership, ListingSection.HOURS, form)


def _onward(
    request: HtmxHttpRequest, membership: Membership, section: ListingSection
) -> HttpResponse:
    """To the next step, or back to the same section, whichever button was pressed."""
    goes_on = request.POST.get("then") == "next"
    venue = membership.venue
    return redirect(request, after(section, venue) if goes_on else section_url(venue, section))


def _page(
    request: HtmxHttpRequest,
    membership: Membership,
    section: ListingSection,
    form: BaseForm,
    **more: Any,
) -> HttpResponse:
    context = {**section_context(membership, section), "form": form, **more}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, f"owners/{section}.html", context, status=status)


def _amenities(form: TermsForm) -> list[dict[str, Any]]:
    """The boxes by group. One query, however many amenities there are."""
    boxes = {str(box.data["value"]): box for box in form["amenities"]}
    groups: dict[str, list[Any]] = {}
    for amenity in Amenity.objects.all():
        groups.setdefault(amenity.group, []).append(boxes[str(amenity.pk)])
    return [
        {"label": group.label, "boxes": groups[group]} for group in AmenityGroup if group in groups
    ]
