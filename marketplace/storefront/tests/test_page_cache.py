"""Pages kept for guests: sent again for the same question, and for no other."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory
from django.utils import timezone, translation

from marketplace.core.shelf import Shelf
from marketplace.storefront import page_cache
from marketplace.storefront.page_cache import KeptPage, kept_for_guests
from marketplace.storefront.theme import THEME_COOKIE

NOON = datetime(2026, 12, 5, 12, 0, 30, tzinfo=UTC)

type Page = Callable[..., HttpResponse]


class Counted:
    """A view that says how often it was asked, and what its page is made of."""

    def __init__(self) -> None:
        self.asked = 0
        self.stamp: Hashable | None = "as it was"
        self.answer: Callable[[HttpRequest], HttpResponse] = lambda _request: HttpResponse(
            f"page {self.asked}", headers={"HX-Push-Url": "/here/"}
        )

    def view(self) -> Page:
        def page(request: HttpRequest, slug: str) -> HttpResponse:
            self.asked += 1
            return self.answer(request)

        def stamp(slug: str, *, now: datetime) -> Hashable | None:
            assert (slug, now.tzinfo) == ("hall", UTC)
            return self.stamp

        return kept_for_guests(stamp=stamp, reads=("date",))(page)


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The time that the cache goes by; nothing is kept before a test."""
    moments = [NOON]
    monkeypatch.setattr(page_cache, "pages", Shelf[KeptPage](most_bytes=100_000))
    monkeypatch.setattr(timezone, "now", lambda: moments[-1])
    return moments


def get(page: Page, address: str = "/venues/hall/", **headers: Any) -> HttpResponse:
    cookies = headers.pop("cookies", {})
    request = RequestFactory().get(address, headers=headers)
    request.COOKIES.update(cookies)
    return page(request, "hall")


def test_a_page_is_made_once_for_the_same_question(counted: Counted) -> None:
    page = counted.view()

    first, second = get(page), get(page)

    assert (first.content, second.content, counted.asked) == (b"page 1", b"page 1", 1)
    assert second.headers["HX-Push-Url"] == "/here/"


def test_a_page_is_made_anew_when_what_it_was_made_of_changed(counted: Counted) -> None:
    page = counted.view()
    get(page)

    counted.stamp = "changed"

    assert get(page).content == b"page 2"


def test_a_page_lasts_to_the_end_of_its_minute(counted: Counted, clock: list[datetime]) -> None:
    page = counted.view()
    get(page)
    clock.append(NOON + timedelta(seconds=29))
    at_its_end = get(page).content

    clock.append(NOON + timedelta(seconds=30))

    assert (at_its_end, get(page).content) == (b"page 1", b"page 2")


@pytest.mark.parametrize(
    ("address", "is_the_same"),
    [
        ("/venues/hall/?date=2026-12-05&utm_source=letter", True),
        ("/venues/hall/?date=2026-12-06", False),
        ("/venues/hall/?date=2026-12-05&date=2026-12-06", False),
        ("/venues/other/?date=2026-12-05", False),
    ],
)
def test_parameters_that_the_view_reads_make_another_page(
    counted: Counted, address: str, is_the_same: bool
) -> None:
    page = counted.view()
    get(page, "/venues/hall/?date=2026-12-05")

    get(page, address)

    assert counted.asked == (1 if is_the_same else 2)


def test_a_fragment_is_another_page(counted: Counted) -> None:
    page = counted.view()
    get(page)

    get(page, hx_request="true")
    get(page, hx_request="true", hx_trigger="slot-start")

    assert counted.asked == 3


def test_languages_and_zones_have_pages_of_their_own(counted: Counted) -> None:
    page = counted.view()
    get(page)

    with translation.override("ru"):
        get(page)
    with timezone.override("Europe/Berlin"):
        get(page)

    assert counted.asked == 3


def test_themes_have_pages_of_their_own(counted: Counted) -> None:
    page = counted.view()
    get(page)

    get(page, cookies={THEME_COOKIE: "dark"})
    get(page, cookies={THEME_COOKIE: "light"})
    get(page, cookies={THEME_COOKIE: "no theme at all"})

    assert counted.asked == 3


@pytest.mark.parametrize("cookie", [settings.SESSION_COOKIE_NAME, "messages"])
def test_who_may_have_something_of_their_own_is_shown_it(counted: Counted, cookie: str) -> None:
    page = counted.view()
    get(page)

    answer = get(page, cookies={cookie: "x"})

    assert answer.content == b"page 2"
    assert get(page).content == b"page 1"


def test_what_is_no_page_is_not_kept(counted: Counted) -> None:
    counted.answer = lambda _request: HttpResponse(status=422)
    page = counted.view()

    assert [get(page).status_code, get(page).status_code, counted.asked] == [422, 422, 2]


def test_a_page_with_a_cookie_is_not_kept(counted: Counted) -> None:
    def with_cookie(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse("page")
        response.set_cookie("seen", "yes")
        return response

    counted.answer = with_cookie
    page = counted.view()
    get(page)
    get(page)

    assert counted.asked == 2


def test_a_page_with_a_token_is_not_kept(counted: Counted) -> None:
    counted.answer = lambda request: HttpResponse(get_token(request))
    page = counted.view()
    get(page)
    get(page)

    assert counted.asked == 2


def test_without_a_stamp_nothing_is_kept(counted: Counted) -> None:
    counted.stamp = None
    page = counted.view()
    get(page)
    get(page)

    assert counted.asked == 2


def test_only_get_is_answered_from_memory(counted: Counted) -> None:
    page = counted.view()
    get(page)

    page(RequestFactory().post("/venues/hall/"), "hall")

    assert counted.asked == 2


def test_nothing_is_kept_without_memory(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_cache, "pages", Shelf[KeptPage](most_bytes=0))
    page = counted.view()
    get(page)
    get(page)

    assert counted.asked == 2


def test_who_reads_gzip_gets_it_ready_made(counted: Counted) -> None:
    page = counted.view()

    answer = get(page, accept_encoding="br, gzip")

    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content) == b"page 1"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert answer.headers["ETag"] == get(page).headers["ETag"]
