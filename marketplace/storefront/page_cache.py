"""Whole pages for guests, kept in memory and asked about in the database each time.

A page is kept under what it was made for (address, language, zone, theme, who htmx says asks)
together with a stamp: what it was made of. Before a kept page is sent, the stamp is read afresh by
one query; a page whose stamp is another one is made anew. So no page is ever stale, in however many
processes it is kept, and what it calls free can be booked (promise P2).

What no stamp can tell is time itself, and what a page shows of other venues. Neither is said more
finely than by the minute: so a page is kept to the end of the minute it was made in.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from marketplace.core.htmx import HtmxHttpRequest
from marketplace.core.shelf import Shelf
from marketplace.storefront.theme import chosen_theme

type View = Callable[..., HttpResponse]

_COMPRESSION: Final = 6
# What htmx says of itself that a view may answer differently to.
_HTMX_HEADERS: Final = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request", "HX-Trigger")
_MESSAGES_COOKIE: Final = "messages"


@dataclass(frozen=True, slots=True)
class KeptPage:
    """An answer as it left the view, and the stamp of what it was made of."""

    stamp: Hashable
    minute: datetime
    plain: bytes
    compressed: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str

    @property
    def size(self) -> int:
        """Bytes in memory, about."""
        return len(self.plain) + len(self.compressed) + 2048

    def answer(self, request: HtmxHttpRequest) -> HttpResponse:
        """The page once more; already compressed for whoever reads that."""
        is_compressed = "gzip" in request.headers.get("Accept-Encoding", "")
        response = HttpResponse(self.compressed if is_compressed else self.plain)
        for name, value in self.headers:
            response.headers[name] = value
        response.headers["ETag"] = self.etag
        if is_compressed:
            response.headers["Content-Encoding"] = "gzip"
        patch_vary_headers(response, ["Accept-Encoding"])
        return response


pages: Final[Shelf[KeptPage]] = Shelf(most_bytes=settings.PAGE_CACHE_BYTES)


def kept_for_guests(
    *, stamp: Callable[..., Hashable | None], reads: tuple[str, ...]
) -> Callable[[View], View]:
    """Keeps what the view answers to guests, for as long as `stamp` says the same.

    `stamp` takes the view's arguments and `now`, and says all that the page is made of, or None
    where nothing can be kept. `reads` names the parameters of the address that the view reads;
    others, such as those of advertisers, make no other page. Only a page (200) without a cookie
    or a token is kept; members and whoever has a message waiting are always shown their own.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HtmxHttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not _is_for_anybody(request):
                return view(request, *args, **kwargs)
            now = timezone.now()
            made_of = stamp(*args, now=now, **kwargs)
            if made_of is None:
                return view(request, *args, **kwargs)
            minute = now.replace(second=0, microsecond=0)
            key = _key_of(request, reads)
            page = pages.get(key)
            if page is None or (page.stamp, page.minute) != (made_of, minute):
                response = view(request, *args, **kwargs)
                if not _can_be_kept(request, response):
                    return response
                page = _page_of(response, made_of, minute)
                pages.put(key, page, size=page.size)
            return page.answer(request)

        return answer

    return decorate


def _is_for_anybody(request: HtmxHttpRequest) -> bool:
    own = {settings.SESSION_COOKIE_NAME, _MESSAGES_COOKIE}
    return request.method == "GET" and own.isdisjoint(request.COOKIES) and pages.most_bytes > 0


def _key_of(request: HtmxHttpRequest, reads: tuple[str, ...]) -> Hashable:
    return (
        request.get_host(),
        request.path,
        tuple(tuple(request.GET.getlist(name)) for name in reads),
        get_language(),
        str(timezone.get_current_timezone()),
        chosen_theme(request),
        tuple(request.headers.get(name) for name in _HTMX_HEADERS),
    )


def _can_be_kept(request: HtmxHttpRequest, response: HttpResponseBase) -> bool:
    """A finished page that is nobody's own: without a cookie, and without a token against CSRF."""
    return (
        isinstance(response, HttpResponse)
        and response.status_code == HTTPStatus.OK
        and not response.cookies
        and "CSRF_COOKIE_NEEDS_UPDATE" not in request.META
    )


def _page_of(response: HttpResponse, stamp: Hashable, minute: datetime) -> KeptPage:
    # Weak, for it names the page in either encoding.
    digest = hashlib.sha256(response.content, usedforsecurity=False).hexdigest()
    return KeptPage(
        stamp=stamp,
        minute=minute,
        plain=response.content,
        compressed=gzip.compress(response.content, _COMPRESSION, mtime=0),
        headers=tuple(response.headers.items()),
        etag=f'W/"{digest[:32]}"',
    )
