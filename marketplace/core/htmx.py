"""What views need to answer htmx and plain browsers alike."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails


class HtmxHttpRequest(HttpRequest):
    """A request as views see it: with `htmx` (django-htmx) and `user` (auth) on it."""

    htmx: HtmxDetails


def is_fragment(request: HtmxHttpRequest) -> bool:
    """Whether htmx asks for a piece of the page rather than for the page.

    Boosted links and restored history want the whole page, though htmx asks for them.
    """
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def redirect(request: HtmxHttpRequest, to: str | Model, *args: Any, **kwargs: Any) -> HttpResponse:
    """Sends the person to `to` (a path, a URL name, or a model with `get_absolute_url`).

    htmx gets `HX-Redirect`, so that the page changes and not the fragment; a browser gets 302.
    """
    url = resolve_url(to, *args, **kwargs)
    if request.htmx:
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)
