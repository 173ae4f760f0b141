"""Light or dark: as the visitor chose on this device, else as their system is set."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# static/js/app.js writes it too, to change the theme without asking for the page again.
THEME_COOKIE: Final = "joytop_theme"
_A_YEAR: Final = 365 * 24 * 3600


class Theme(StrEnum):
    """What can be chosen."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


def chosen_theme(request: HttpRequest) -> str:
    """The theme, "light" or "dark"; nothing where the system says which."""
    said = request.COOKIES.get(THEME_COOKIE, "")
    return said if said in {Theme.LIGHT, Theme.DARK} else ""


def remember_theme(response: HttpResponse, theme: Theme) -> None:
    """For a year, on this device; what follows the system needs no cookie."""
    if theme == Theme.SYSTEM:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    else:
        response.set_cookie(
            THEME_COOKIE,
            theme,
            max_age=_A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
