"""What every request passes through."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from .logs import request_id
from .zones import find_zone

type GetResponse = Callable[[HttpRequest], HttpResponse]

access_log = logging.getLogger("joytop.access")

TIME_ZONE_COOKIE: Final = "joytop_tz"
_ACCEPTED_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIdMiddleware:
    """Gives each request an id: in every log line meanwhile, and in the answer.

    A proxy's `X-Request-ID` is kept when it looks like one. Logs one line a request, with the
    path but without the query, which may hold what people typed.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        offered = request.headers.get("X-Request-ID", "")
        current = offered if _ACCEPTED_ID.fullmatch(offered) else uuid.uuid4().hex
        token = request_id.set(current)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = current
            access_log.info(
                "%s %s %s",
                request.method,
                request.path,
                response.status_code,
                extra={
                    "method": request.method,
                    "path": request.path,
                    "status": response.status_code,
                    "milliseconds": round((time.perf_counter() - began) * 1000, 1),
                },
            )
        finally:
            request_id.reset(token)
        return response


class NoNulMiddleware:
    """Refuses an address with a NUL in it (400): PostgreSQL has no such character.

    Forms refuse it by themselves; the admin's filters, searches and keys do not.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path:
            raise BadRequest("a NUL in the address")
        return self.get_response(request)


class PrivatePagesMiddleware:
    """What a member is shown stays in nobody's cache, unless the view has said otherwise.

    Stands after the authentication middleware.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class UserLocaleMiddleware:
    """Times and words as this visitor reads them, for the length of the request.

    Zone: the member's own, else the cookie's (set by the browser), else the site's. Language: the
    member's own where the site has it, else what LocaleMiddleware found. Stands after both the
    authentication and the locale middleware.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        chosen_zone = getattr(user, "time_zone", "") if user.is_authenticated else ""
        zone = find_zone(chosen_zone) or find_zone(request.COOKIES.get(TIME_ZONE_COOKIE, ""))
        language = getattr(user, "language", "") if user.is_authenticated else ""
        if language in dict(settings.LANGUAGES):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        with timezone.override(zone or timezone.get_default_timezone()):
            return self.get_response(request)


class HtmxMiddleware:
    """Keeps caches and logins right where one URL answers both browsers and htmx.

    Every answer varies on `HX-Request`. A redirect to the login page, which htmx would follow and
    put inside the fragment, becomes `HX-Redirect`; after it the person comes back to the page
    that they were on, not to the fragment's own address.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_htmx = request.headers.get("HX-Request") == "true"
        if is_htmx and isinstance(response, HttpResponseRedirect):
            login = urlsplit(resolve_url(settings.LOGIN_URL)).path
            target = urlsplit(response.url)
            if target.path == login:
                response = self._to_login(request, response)
        patch_vary_headers(response, ["HX-Request"])
        return response

    @staticmethod
    def _to_login(request: HttpRequest, response: HttpResponseRedirect) -> HttpResponse:
        target = urlsplit(response.url)
        query = QueryDict(target.query, mutable=True)
        page = request.headers.get("HX-Current-URL", "")
        is_ours = url_has_allowed_host_and_scheme(
            page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        if is_ours and REDIRECT_FIELD_NAME in query:
            query[REDIRECT_FIELD_NAME] = urlunsplit(("", "", *urlsplit(page)[2:4], ""))
        answer = HttpResponseClientRedirect(
            urlunsplit(target._replace(query=query.urlencode(safe="/")))
        )
        answer.cookies = response.cookies
        return answer
