"""The gallery of a venue: sent in many at once, put in order, described, removed.

With htmx the gallery alone comes back; without it, the whole page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.access import member_of
from marketplace.core.errors import DomainError
from marketplace.core.htmx import HtmxHttpRequest, is_fragment, redirect
from marketplace.venues import services
from marketplace.venues.enums import ListingSection
from marketplace.venues.models import Membership, VenuePhoto
from marketplace.venues.photos import StoredPhoto, UnusablePhoto, store_photo
from marketplace.venues.policies import Right
from owners.access import get_membership, team_page
from owners.forms.photos import DescribeForm, UploadForm
from owners.saying import attempt, save, say_saved
from owners.shell import section_context

PAGE = "owners/photos.html"
GALLERY = f"{PAGE}#gallery"
PLACES = {"earlier": -1, "later": 1, "first": -services.MAXIMUM_PHOTOS}


@require_safe
@team_page(Right.EDIT)
def photos(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    """The gallery as it is shown, and what waits."""
    return _page(request, membership, UploadForm())


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(Right.EDIT)
def photo_upload(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    """Keeps every photo that can be used and says of each other one why it cannot.

    Who comes back to the address of such an answer (GET) is sent to the gallery.
    """
    if request.method != "POST":
        return redirect(request, "owners:photos", pk=membership.venue.pk)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, membership, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    stored, refusals = _store(form.cleaned_data["photos"])
    try:
        saved = services.add_photos(
            venue=membership.venue, by=member_of(request), now=timezone.now(), photos=stored
        )
    except DomainError as error:
        refusals.append(str(error))
    else:
        say_saved(request, saved)
        if saved is services.Saved.UNCHANGED and stored:
            messages.info(request, _("These photos are in the gallery already."))
    if not refusals:
        return redirect(request, "owners:photos", pk=membership.venue.pk)
    for refusal in refusals:
        form.add_error("photos", refusal)
    # Some may have been kept: what is shown is read anew.
    fresh = get_membership(request, membership.venue.pk, Right.EDIT)
    return _page(request, fresh, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
@team_page(Right.EDIT)
def photo_move(request: HtmxHttpRequest, membership: Membership, photo_id: int) -> HttpResponse:
    """One place earlier or later, or to the front: the first photo is the cover."""
    photo = _photo_of(membership, photo_id)
    places = PLACES.get(request.POST.get("to", ""))
    if places is not None:
        attempt(
            request,
            lambda: services.move_photo(
                photo=photo, by=member_of(request), now=timezone.now(), places=places
            ),
        )
    return _after_change(request, membership)


@require_POST
@team_page(Right.EDIT)
def photo_describe(request: HtmxHttpRequest, membership: Membership, photo_id: int) -> HttpResponse:
    """What the photo shows, for those who cannot see it. What is refused stays as typed."""
    photo = _photo_of(membership, photo_id)
    form = DescribeForm.of(photo, request.POST)
    if save(
        request,
        form,
        lambda: services.describe_photos(
            venue=membership.venue,
            by=member_of(request),
            now=timezone.now(),
            texts={photo.pk: form.cleaned_data["alt_text"]},
        ),
    ):
        return _after_change(request, membership)
    for refusal in form.non_field_errors():
        form.add_error("alt_text", refusal)
    return _page(
        request,
        membership,
        UploadForm(),
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        template=GALLERY if is_fragment(request) else PAGE,
        refused={photo.pk: form},
    )


@require_POST
@team_page(Right.EDIT)
def photo_remove(request: HtmxHttpRequest, membership: Membership, photo_id: int) -> HttpResponse:
    """Takes the photo off the listing."""
    photo = _photo_of(membership, photo_id)
    attempt(
        request,
        lambda: services.remove_photo(photo=photo, by=member_of(request), now=timezone.now()),
        _("The photo is removed."),
    )
    return _after_change(request, membership)


def _store(files: Iterable[UploadedFile[Any]]) -> tuple[list[StoredPhoto], list[str]]:
    """What could be stored, and a sentence about each file that could not."""
    stored: list[StoredPhoto] = []
    refusals: list[str] = []
    for file in files:
        try:
            # One byte more than is allowed is enough to see that it is too large.
            stored.append(store_photo(file.read(settings.PHOTO_MAX_BYTES + 1)))
        except UnusablePhoto as refusal:
            refusals.append(_("%(file)s: %(reason)s") % {"file": file.name, "reason": str(refusal)})
    return stored, refusals


def _photo_of(membership: Membership, photo_id: int) -> VenuePhoto:
    for photo in membership.venue.photos.all():
        if photo.pk == photo_id:
            return photo
    raise Http404


def _after_change(request: HtmxHttpRequest, membership: Membership) -> HttpResponse:
    if not is_fragment(request):
        return redirect(request, "owners:photos", pk=membership.venue.pk)
    fresh = get_membership(request, membership.venue.pk, Right.EDIT)
    return _page(request, fresh, UploadForm(), template=GALLERY)


def _page(
    request: HtmxHttpRequest,
    membership: Membership,
    form: UploadForm,
    *,
    status: int = HTTPStatus.OK,
    template: str = PAGE,
    refused: Mapping[int, DescribeForm] = MappingProxyType({}),
) -> HttpResponse:
    photos = sorted(
        membership.venue.photos.all(), key=lambda photo: (not photo.is_public, photo.position)
    )
    shown = sum(photo.is_public for photo in photos)
    context = {
        **section_context(membership, ListingSection.PHOTOS),
        "form": form,
        "photos": [(photo, refused.get(photo.pk) or DescribeForm.of(photo)) for photo in photos],
        "is_fragment": template == GALLERY,
        "count": ngettext("%(count)d photo", "%(count)d photos", shown) % {"count": shown},
    }
    return render(request, template, context, status=status)
