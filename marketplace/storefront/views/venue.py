"""A venue's page."""

from __future__ import annotations

import json
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from marketplace.bookings.selectors.stamps import venue_stamp
from marketplace.core.htmx import HtmxHttpRequest
from marketplace.core.zones import find_zone
from marketplace.discovery.search import SearchQuery
from marketplace.discovery.selectors import similar_venues
from marketplace.storefront import venue_words
from marketplace.storefront.forms.booking import SlotForm
from marketplace.storefront.page_cache import kept_for_guests
from marketplace.storefront.picker import Picker, Trouble, pick, with_own_hold
from marketplace.storefront.search_url import search_url
from marketplace.venues.models import Amenity, Venue

# What could end the script that the data stands in.
_NOT_IN_SCRIPTS: Final = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}

# Guests are shown a kept page, for as long as the venue and its calendar are as they were.
kept: Final = kept_for_guests(stamp=venue_stamp, reads=tuple(SlotForm.base_fields))


@require_safe
@kept
def venue_page(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """The listing; to its team and to moderators also before it is published, as a preview.

    The address keeps what is chosen: a space, a day, a start, an end, a number of guests. 422
    where that cannot be booked, with the nearest free times.
    """
    return render_venue(request, slug)


def render_venue(
    request: HtmxHttpRequest,
    slug: str,
    *,
    trouble: Trouble | None = None,
    status: HTTPStatus | None = None,
) -> HttpResponse:
    """The whole page for what the address, or a form that was sent, says.

    `trouble` is why what was sent came to nothing, and `status` what to answer then.
    """
    now = timezone.now()
    listed = Venue.objects.visible_to(request.user).with_page_content()
    venue = get_object_or_404(listed, slug=slug)
    picker = pick(request.POST or request.GET, venue=venue, now=now, trouble=trouble)
    if picker:
        picker = with_own_hold(picker, request.user, now=now)
    context = page_content(venue, now=now) | {"picker": picker}
    return render(request, "storefront/venue.html", context, status=status or status_of(picker))


def status_of(picker: Picker | None) -> HTTPStatus:
    """422 where what was asked for cannot be booked."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if picker and picker.trouble else HTTPStatus.OK


def page_content(venue: Venue, *, now: datetime) -> dict[str, Any]:
    """What the page says to everybody.

    One query for the similar venues, one for their photos, one for what a venue may have.
    """
    photos = [photo for photo in venue.photos.all() if photo.is_public]
    today = timezone.localtime(now, find_zone(venue.time_zone)).isoweekday()
    week = venue_words.week_of(venue, today=today)
    known = list(Amenity.objects.all())
    offers = venue_words.spaces_of(venue)
    prices = [(offer.price.amount, number) for number, offer in enumerate(offers) if offer.price]
    cheapest = offers[min(prices)[1]] if prices else None
    url = settings.SITE_URL + venue.get_absolute_url()
    alike = SearchQuery(category=venue.category.slug, city=venue.city.slug)
    return {
        "venue": venue,
        "photos": photos,
        "offers": offers,
        "cheapest": cheapest,
        "most_guests": max((offer.space.capacity for offer in offers), default=0),
        "most_area": max((offer.space.area_m2 or 0 for offer in offers), default=0),
        "week": week,
        "today": week.today,
        "amenity_groups": venue_words.amenities_of(venue, known),
        "permissions": venue_words.permissions_of(venue, known),
        "policy_steps": venue_words.policy_steps(venue.cancellation_policy),
        "free_cancellation": venue_words.free_cancellation(venue.cancellation_policy),
        "policy_grace": venue_words.policy_grace(),
        "canonical": url,
        "share_image": venue_words.absolute(photos[0].large_src, settings.SITE_URL)
        if photos
        else "",
        "structured_data": _for_script(
            venue_words.structured_data(venue, url=url, photos=photos, site_url=settings.SITE_URL)
        ),
        "breadcrumb": _breadcrumb(venue),
        "similar": similar_venues(venue),
        "similar_url": search_url(alike),
    }


def _breadcrumb(venue: Venue) -> list[dict[str, str]]:
    city = SearchQuery(city=venue.city.slug)
    kind = SearchQuery(city=venue.city.slug, category=venue.category.slug)
    return [
        {"label": venue.city.label, "url": search_url(city)},
        {"label": venue.category.plural_label, "url": search_url(kind)},
        {"label": venue.name, "url": ""},
    ]


def _for_script(data: dict[str, Any]) -> SafeString:
    text = json.dumps(data, ensure_ascii=False).translate(_NOT_IN_SCRIPTS)
    return mark_safe(text)  # noqa: S308 -- no character of it can end the script
