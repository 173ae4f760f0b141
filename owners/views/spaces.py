"""The spaces of a venue: the list, one more, one changed, one removed."""

from http import HTTPStatus

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.access import member_of
from marketplace.core.htmx import HtmxHttpRequest, redirect
from marketplace.venues import services
from marketplace.venues.enums import ListingSection
from marketplace.venues.models import Membership, Space
from marketplace.venues.policies import Right
from owners.access import team_page
from owners.forms.space import SpaceForm
from owners.saying import attempt, save
from owners.shell import section_context


@require_safe
@team_page(Right.EDIT)
def spaces(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    """What can be rented, with prices."""
    prefetch_related_objects(list(membership.venue.spaces.all()), "parts")
    edit = membership.venue.waiting_edit
    context = {
        **section_context(membership, ListingSection.SPACES),
        "new_spaces": edit.changes.get("new_spaces", []) if edit else [],
    }
    return render(request, "owners/spaces.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(Right.EDIT)
def space_add(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    """One more space."""
    venue = membership.venue
    form = SpaceForm(request.POST or None, venue=venue, initial=SpaceForm.initial_for(venue))
    if request.method == "POST" and save(
        request,
        form,
        lambda: services.add_space(
            venue=venue, by=member_of(request), now=timezone.now(), details=form.details()
        ),
    ):
        return redirect(request, "owners:spaces", pk=venue.pk)
    return _form_page(request, membership, form)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(Right.EDIT)
def space_edit(request: HtmxHttpRequest, membership: Membership, space_id: int) -> HttpResponse:
    """One space of this venue."""
    venue = membership.venue
    space = _space_of(membership, space_id)
    initial = SpaceForm.initial_of(space, venue)
    form = SpaceForm(request.POST or None, venue=venue, space=space, initial=initial)
    if request.method == "POST" and save(
        request,
        form,
        lambda: services.update_space(
            space=space, by=member_of(request), now=timezone.now(), details=form.details()
        ),
    ):
        return redirect(request, "owners:spaces", pk=venue.pk)
    return _form_page(request, membership, form, space)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(Right.EDIT)
def space_remove(request: HtmxHttpRequest, membership: Membership, space_id: int) -> HttpResponse:
    """Asks first (GET), then removes."""
    venue = membership.venue
    space = _space_of(membership, space_id)
    back = reverse("owners:spaces", args=[venue.pk])
    if request.method == "POST":
        attempt(
            request,
            lambda: services.remove_space(space=space, by=member_of(request), now=timezone.now()),
            _("“%(name)s” is removed.") % {"name": space.name},
        )
        return redirect(request, back)
    context = {
        **section_context(membership, ListingSection.SPACES),
        "question": _("Remove “%(name)s”?") % {"name": space.name},
        "text": _("Its name, description and prices are deleted. This cannot be undone."),
        "action": _("Remove the space"),
        "back": back,
    }
    return render(request, "owners/confirm.html", context)


def _space_of(membership: Membership, space_id: int) -> Space:
    for space in membership.venue.spaces.all():
        if space.pk == space_id:
            return space
    raise Http404


def _form_page(
    request: HtmxHttpRequest, membership: Membership, form: SpaceForm, space: Space | None = None
) -> HttpResponse:
    context = {
        **section_context(membership, ListingSection.SPACES),
        "form": form,
        "space": space,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "owners/space.html", context, status=status)
