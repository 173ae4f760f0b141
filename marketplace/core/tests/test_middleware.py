import logging
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import make_cast
from marketplace.core.logs import RequestIdFilter, request_id
from marketplace.core.middleware import (
    TIME_ZONE_COOKIE,
    HtmxMiddleware,
    PrivatePagesMiddleware,
    RequestIdMiddleware,
    UserLocaleMiddleware,
)


def answer(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request_id.get()} {timezone.get_current_timezone_name()}")


# --- Request ids -------------------------------------------------------------------------------


def test_request_gets_an_id_that_its_answer_carries() -> None:
    response = RequestIdMiddleware(answer)(RequestFactory().get("/"))

    assert len(response["X-Request-ID"]) == 32
    assert response.content.decode().split()[0] == response["X-Request-ID"]
    assert request_id.get() == "-"


def test_request_keeps_the_id_of_the_proxy() -> None:
    request = RequestFactory().get("/", headers={"X-Request-ID": "proxy-0001"})

    assert RequestIdMiddleware(answer)(request)["X-Request-ID"] == "proxy-0001"


@pytest.mark.parametrize(
    "offered", ["short", "a" * 65, "new\nline-0001", "<script>alert(1)</script>"]
)
def test_request_id_that_does_not_look_like_one_is_replaced(offered: str) -> None:
    request = RequestFactory().get("/")
    request.META["HTTP_X_REQUEST_ID"] = offered

    assert len(RequestIdMiddleware(answer)(request)["X-Request-ID"]) == 32


def test_request_id_is_forgotten_after_an_error() -> None:
    def fail(_request: HttpRequest) -> HttpResponse:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        RequestIdMiddleware(fail)(RequestFactory().get("/"))

    assert request_id.get() == "-"


def test_access_log_names_the_path_and_not_what_was_typed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "joytop.access")

    RequestIdMiddleware(answer)(RequestFactory().get("/search/", {"q": "my secret party"}))

    [record] = caplog.records
    assert record.getMessage() == "GET /search/ 200"
    assert "secret" not in repr(vars(record))


def test_filter_puts_the_request_id_on_log_records() -> None:
    record = logging.makeLogRecord({})
    token = request_id.set("abc-12345")

    assert RequestIdFilter().filter(record)

    request_id.reset(token)
    assert record.__dict__["request_id"] == "abc-12345"


# --- Language and time zone --------------------------------------------------------------------


def visit(user: Any, cookie: str = "") -> tuple[str, str]:
    """The zone and language that a view runs in."""
    seen: list[tuple[str, str]] = []

    def view(_request: HttpRequest) -> HttpResponse:
        seen.append((timezone.get_current_timezone_name(), translation.get_language() or ""))
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = user
    if cookie:
        request.COOKIES[TIME_ZONE_COOKIE] = cookie
    with translation.override("en"):
        UserLocaleMiddleware(view)(request)
    return seen[0]


def member(**settings: str) -> Any:
    return SimpleNamespace(is_authenticated=True, **settings)


@pytest.mark.parametrize(
    ("cookie", "zone"),
    [
        ("", "Asia/Almaty"),
        ("Europe/London", "Europe/London"),
        ("Mars/Olympus", "Asia/Almaty"),
        ("../../etc/passwd", "Asia/Almaty"),
    ],
)
def test_guest_has_the_zone_of_the_cookie_or_of_the_site(cookie: str, zone: str) -> None:
    assert visit(AnonymousUser(), cookie) == (zone, "en")


def test_member_has_the_own_zone_before_the_cookies() -> None:
    assert visit(member(time_zone="Asia/Tokyo", language="en"), "Europe/London")[0] == "Asia/Tokyo"
    assert visit(member(time_zone="", language=""), "Europe/London")[0] == "Europe/London"


def test_member_has_the_own_language_where_the_site_has_it(settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("ru", "Russian")]

    assert visit(member(time_zone="", language="ru"))[1] == "ru"
    assert visit(member(time_zone="", language="kk"))[1] == "en"


def test_zone_is_put_back_after_the_request() -> None:
    before = timezone.get_current_timezone_name()

    visit(member(time_zone="Asia/Tokyo", language="en"))

    assert timezone.get_current_timezone_name() == before


# --- htmx --------------------------------------------------------------------------------------


def to_login(_request: HttpRequest) -> HttpResponse:
    response = HttpResponseRedirect(f"{resolve_url('/login/')}?next=/venues/loft/availability/")
    response.set_cookie("kept", "yes")
    return response


@pytest.fixture(autouse=True)
def login_url(settings: Any) -> None:
    settings.LOGIN_URL = "/login/"


def test_every_answer_varies_on_htmx() -> None:
    assert HtmxMiddleware(answer)(RequestFactory().get("/"))["Vary"] == "HX-Request"


def test_login_redirect_stays_a_redirect_for_browsers() -> None:
    response = HtmxMiddleware(to_login)(RequestFactory().get("/"))

    assert response.status_code == 302


def test_login_redirect_changes_the_page_for_htmx_and_comes_back_to_it() -> None:
    request = RequestFactory().get(
        "/venues/loft/availability/",
        headers={
            "HX-Request": "true",
            "HX-Current-URL": "http://testserver/venues/loft/?guests=40#hall",
        },
    )

    response = HtmxMiddleware(to_login)(request)

    target = urlsplit(response["HX-Redirect"])
    assert (response.status_code, target.path) == (200, "/login/")
    assert parse_qs(target.query) == {"next": ["/venues/loft/?guests=40"]}
    assert response.cookies["kept"].value == "yes"


@pytest.mark.parametrize("page", ["", "https://evil.example/venues/loft/", "javascript:alert(1)"])
def test_login_does_not_come_back_to_a_strange_page(page: str) -> None:
    request = RequestFactory().get("/", headers={"HX-Request": "true", "HX-Current-URL": page})

    target = urlsplit(HtmxMiddleware(to_login)(request)["HX-Redirect"])

    assert parse_qs(target.query) == {"next": ["/venues/loft/availability/"]}


def test_other_redirects_are_left_to_htmx() -> None:
    request = RequestFactory().get("/", headers={"HX-Request": "true"})

    response = HtmxMiddleware(lambda _: HttpResponseRedirect("/bookings/"))(request)

    assert (response.status_code, response["Location"]) == (302, "/bookings/")


# --- Addresses that the database could not take ------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/moderation/listings/?q=%00",
        "/sandbox/outbox/?to=%00",
        "/search/?q=%00",
        "/admin/venues/venue/?status__exact=%00",
        "/admin/django_q/success/%00/change/",
        "/media/%00",
    ],
)
def test_nul_in_an_address_is_refused(client: Client, address: str) -> None:
    client.force_login(make_cast().administrator)

    response = client.get(address)

    assert response.status_code == 400
    assert "We could not read that" in response.content.decode()


@pytest.mark.django_db
def test_written_percent_sign_is_no_nul(client: Client) -> None:
    assert client.get("/search/?q=%2500").status_code == 200


# --- Caches ------------------------------------------------------------------------------------


def _cache_control(user: object, response: HttpResponse) -> str | None:
    request: Any = RequestFactory().get("/")
    request.user = user
    return PrivatePagesMiddleware(lambda _request: response)(request).headers.get("Cache-Control")


def test_page_of_a_member_is_kept_by_no_cache() -> None:
    assert _cache_control(User(), HttpResponse()) == "private, no-store"


def test_page_of_a_visitor_says_nothing_of_caches() -> None:
    assert _cache_control(AnonymousUser(), HttpResponse()) is None


def test_what_a_view_says_of_caches_is_kept() -> None:
    response = HttpResponse(headers={"Cache-Control": "public, max-age=60"})

    assert _cache_control(User(), response) == "public, max-age=60"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/owner/", "/moderation/"])
def test_pages_of_members_are_private(client: Client, path: str) -> None:
    client.force_login(make_cast().moderator)

    assert client.get(path).headers["Cache-Control"] == "private, no-store"
