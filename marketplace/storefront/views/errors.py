"""Pages for when something is wrong, each with its own status."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import requires_csrf_token

from marketplace.storefront.theme import chosen_theme


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The browser sent something that cannot be read; nothing about the request is trusted."""
    return HttpResponse(_plain_page("400.html", request), status=HTTPStatus.BAD_REQUEST)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A member without the right for this."""
    return render(request, "403.html", status=HTTPStatus.FORBIDDEN)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing is here, or nothing that this visitor may know of."""
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours. Needs no database, and of the request, which may be what broke, a cookie."""
    return HttpResponse(_plain_page("500.html", request), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came back without its token; the reason is the log's to know."""
    context = {"form_url": _page_of_the_form(request)}
    return render(request, "403_csrf.html", context, status=HTTPStatus.FORBIDDEN)


def _page_of_the_form(request: HttpRequest) -> str:
    """Where the browser says that it comes from, if that is a page of ours; never elsewhere."""
    came_from = request.headers.get("Referer", "")
    own = {request.get_host()}
    is_own = url_has_allowed_host_and_scheme(came_from, own, require_https=request.is_secure())
    return came_from if is_own else ""


def _plain_page(template: str, request: HttpRequest) -> str:
    """Of the request only a cookie is read; no context processor runs."""
    return loader.render_to_string(template, {"theme": chosen_theme(request)})
