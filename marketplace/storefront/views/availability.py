"""The picker of a venue's page, and the price of what is chosen, as htmx asks for them."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import push_url, replace_url

from marketplace.core.htmx import HtmxHttpRequest, is_fragment
from marketplace.storefront.picker import Picker, pick, with_own_hold
from marketplace.storefront.slot_url import page_url
from marketplace.storefront.venue_words import policy_steps
from marketplace.storefront.views.venue import kept, render_venue, status_of
from marketplace.venues.models import Venue

# Choosing another space or start takes an end that no longer fits along.
_LENIENT: Final = frozenset({"slot-space", "slot-start"})


@require_safe
@kept
def availability(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """The picker for what the address says. 422 for what cannot be booked so."""
    if not is_fragment(request):
        return render_venue(request, slug)
    picker = _picker(request, slug, lenient=request.htmx.trigger in _LENIENT)
    response = _fragment(request, picker, "storefront/_picker.html#picker_part")
    return push_url(response, page_url(picker.choice))


@require_safe
@kept
def quote(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """The price alone, with the button. 422 for what cannot be booked so."""
    if not is_fragment(request):
        return render_venue(request, slug)
    picker = _picker(request, slug)
    response = _fragment(request, picker, "storefront/_picker.html#quote_part")
    return replace_url(response, page_url(picker.choice))


def _picker(request: HtmxHttpRequest, slug: str, *, lenient: bool = False) -> Picker:
    listed = Venue.objects.visible_to(request.user).prefetch_related("spaces", "opening_hours")
    venue = get_object_or_404(listed, slug=slug)
    now = timezone.now()
    picker = pick(request.GET, venue=venue, now=now, lenient=lenient)
    if picker is None:
        raise Http404
    return with_own_hold(picker, request.user, now=now)


def _fragment(request: HtmxHttpRequest, picker: Picker, template: str) -> HttpResponse:
    context = {
        "picker": picker,
        "venue": picker.choice.venue,
        "policy_steps": policy_steps(picker.choice.venue.cancellation_policy),
        "focus_start": (request.htmx.trigger or "").startswith("day-"),
    }
    return render(request, template, context, status=status_of(picker))
