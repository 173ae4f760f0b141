"""The language and the theme, chosen from any page."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplace.accounts.models import User
from marketplace.accounts.services import update_profile
from marketplace.storefront.forms.preferences import PreferencesForm
from marketplace.storefront.theme import Theme, remember_theme


@csrf_exempt
@never_cache
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Remembers what was chosen, a member's language in the profile too, and goes back.

    Asks for no token, for the pages that offer the choice are kept for everybody (ADR 18); what a
    page of another site sends is refused.
    """
    if not _is_from_this_site(request):
        raise PermissionDenied
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        raise BadRequest("a language or a theme that there is not")
    response = HttpResponseRedirect(_page_before(request))
    if language := form.cleaned_data["language"]:
        _save_language(request.user, language, request)
        remember_language(response, language)
    if theme := form.cleaned_data["theme"]:
        remember_theme(response, Theme(theme))
    return response


def remember_language(response: HttpResponse, language: str) -> None:
    """For who comes without logging in, on this device."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )


def _save_language(user: object, language: str, request: HttpRequest) -> None:
    if isinstance(user, User):
        update_profile(
            user=user,
            name=user.name,
            language=language,
            time_zone=user.time_zone,
            request=request,
            now=timezone.now(),
        )


def _is_from_this_site(request: HttpRequest) -> bool:
    """Browsers say with every POST which site's page it came from."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()


def _page_before(request: HttpRequest) -> str:
    """The page with the button, with its query; the first page where the browser keeps it back."""
    page = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if not is_ours:
        return resolve_url("storefront:home")
    return urlunsplit(("", "", *urlsplit(page)[2:4], ""))
