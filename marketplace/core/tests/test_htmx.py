from typing import cast

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxMiddleware

from marketplace.core.htmx import HtmxHttpRequest, is_fragment, redirect


def request_with(**headers: str) -> HtmxHttpRequest:
    request = cast(
        HtmxHttpRequest,
        RequestFactory().get("/", headers={k.replace("_", "-"): v for k, v in headers.items()}),
    )
    HtmxMiddleware(lambda _: HttpResponse())(request)
    return request


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        ({"HX_Request": "true"}, True),
        ({"HX_Request": "true", "HX_Boosted": "true"}, False),
        ({"HX_Request": "true", "HX_History_Restore_Request": "true"}, False),
    ],
)
def test_fragment_is_what_htmx_asks_for_itself(headers: dict[str, str], expected: bool) -> None:
    assert is_fragment(request_with(**headers)) is expected


def test_redirect_of_a_browser_is_302() -> None:
    response = redirect(request_with(), "/bookings/")

    assert (response.status_code, response["Location"]) == (302, "/bookings/")


def test_redirect_of_htmx_changes_the_page() -> None:
    response = redirect(request_with(HX_Request="true"), "/bookings/")

    assert (response.status_code, response["HX-Redirect"]) == (200, "/bookings/")
