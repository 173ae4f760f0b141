"""The city that a visitor looked in last, kept by the browser: home shows what is there."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_COOKIE: Final = "joytop_city"
_SECONDS: Final = 180 * 24 * 60 * 60


def last_city(request: HttpRequest) -> str:
    """Its slug as the browser says it, which may be of no city at all; empty before any search."""
    return request.COOKIES.get(_COOKIE, "")


def remember_city(request: HttpRequest, response: HttpResponse, slug: str) -> None:
    """Kept for half a year; nothing is sent where it is known already."""
    if slug and slug != last_city(request):
        response.set_cookie(
            _COOKIE,
            slug,
            max_age=_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
