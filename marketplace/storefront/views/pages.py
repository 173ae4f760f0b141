"""Pages of text, and those that only machines read."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.core.money import Money
from marketplace.pricing.quote import Rates, quote
from marketplace.venues.models import Venue

# One sitemap holds no more addresses (sitemaps.org).
_MOST_ADDRESSES: Final = 50_000
_PAGES: Final = ("home", "search", "help", "contact", "terms", "privacy", "offer")
# The colour of a page, as in tailwind.config.js.
_GROUND: Final = "#FFFFFF"
_ICONS: Final = (
    ("favicon.svg", "any", "image/svg+xml", "any"),
    ("icon-192.png", "192x192", "image/png", "any"),
    ("icon-512.png", "512x512", "image/png", "any"),
    ("icon-maskable-512.png", "512x512", "image/png", "maskable"),
)
# The booking in the public offer's example: four hours, and cleaning.
_EXAMPLE: Final = (
    Rates(hourly=Money.from_major(40_000, "KZT"), cleaning_fee=Money.from_major(20_000, "KZT")),
    4 * 60,
)
_NOT_FOR_ROBOTS: Final = (
    "/accounts/",
    "/admin/",
    "/bookings/",
    "/moderation/",
    "/owner/",
    "/profile/",
)


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How it works, and answers to common questions."""
    context = {"hold_minutes": settings.HOLD_MINUTES}
    return render(request, "storefront/pages/help.html", context)


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """The terms of use."""
    return render(request, "storefront/pages/terms.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people, and why."""
    return render(request, "storefront/pages/privacy.html")


@require_safe
def offer(request: HttpRequest) -> HttpResponse:
    """The public offer to owners and renters, its example priced as bookings are."""
    rates, minutes = _EXAMPLE
    fee: int = settings.SERVICE_FEE_PERCENT
    context = {
        "service_fee_percent": fee,
        "commission_percent": settings.COMMISSION_PERCENT,
        "hold_minutes": settings.HOLD_MINUTES,
        "rates": rates,
        "subtotal": quote(rates=rates, minutes=minutes, service_fee_percent=0).total,
        "total": quote(rates=rates, minutes=minutes, service_fee_percent=fee).total,
    }
    return render(request, "storefront/pages/offer.html", context)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines should leave alone, and where the sitemap is."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS),
        f"Sitemap: {settings.SITE_URL}{reverse('storefront:sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the site on its first screen."""
    home = reverse("storefront:home")
    content = {
        "id": home,
        "name": _("JoyTop: venues by the hour"),
        "short_name": "JoyTop",
        "description": _("Find and book halls, studios, lofts and meeting rooms by the hour."),
        "lang": get_language(),
        "start_url": home,
        "scope": home,
        # With the way back that a checkout elsewhere needs.
        "display": "minimal-ui",
        "theme_color": _GROUND,
        "background_color": _GROUND,
        "icons": [
            {"src": static(f"images/{name}"), "sizes": sizes, "type": kind, "purpose": purpose}
            for name, sizes, kind, purpose in _ICONS
        ],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every published venue and every public page."""
    venues = Venue.objects.published().order_by("-published_at", "-pk")[
        : _MOST_ADDRESSES - len(_PAGES)
    ]
    paths = [
        *(reverse(f"storefront:{name}") for name in _PAGES),
        *(venue.get_absolute_url() for venue in venues.only("slug")),
    ]
    context = {"addresses": [settings.SITE_URL + path for path in paths]}
    return render(
        request, "storefront/sitemap.xml", context, content_type="application/xml; charset=utf-8"
    )
