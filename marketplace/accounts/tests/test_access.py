from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from marketplace.accounts.access import (
    administrator_required,
    member_of,
    member_required,
    moderator_required,
    verified_phone_required,
)
from marketplace.accounts.tests.factories import make_cast, make_user

pytestmark = pytest.mark.django_db

DECORATORS = [
    member_required,
    verified_phone_required,
    moderator_required,
    administrator_required,
]


def _answer(decorator: Callable[..., Any], user: Any, path: str = "/page/?a=1", **how: str) -> Any:
    def view(request: Any) -> HttpResponse:
        return HttpResponse("in")

    request = RequestFactory().generic(how.get("method", "GET"), path)
    request.user = user
    return decorator(view)(request)


@pytest.mark.parametrize("decorator", DECORATORS)
def test_visitors_are_sent_to_log_in_and_come_back(decorator: Callable[..., Any]) -> None:
    response = _answer(decorator, AnonymousUser())

    assert response.status_code == 302
    assert response.headers["Location"] == "/accounts/login/?next=/page/%3Fa%3D1"


def test_visitors_come_back_to_the_page_and_not_to_what_they_posted() -> None:
    response = _answer(member_required, AnonymousUser(), method="POST")

    assert response.headers["Location"] == "/accounts/login/?next=/page/"


@pytest.mark.parametrize(
    ("decorator", "allowed"),
    [
        (member_required, {"renter", "owner", "moderator", "administrator", "stranger"}),
        (moderator_required, {"moderator", "administrator"}),
        (administrator_required, {"administrator"}),
    ],
)
def test_members_without_the_role_find_no_page(
    decorator: Callable[..., Any], allowed: set[str]
) -> None:
    cast = make_cast()
    let_in = set()
    for role in ("renter", "owner", "moderator", "administrator", "stranger"):
        try:
            _answer(decorator, getattr(cast, role))
        except Http404:
            continue
        let_in.add(role)

    assert let_in == allowed


def test_members_without_a_verified_phone_are_forbidden() -> None:
    with pytest.raises(PermissionDenied):
        _answer(verified_phone_required, make_user(phone_verified_at=None))


def test_members_with_a_verified_phone_are_let_in() -> None:
    assert _answer(verified_phone_required, make_user()).content == b"in"


def test_member_of_is_the_person_logged_in() -> None:
    request = RequestFactory().get("/")
    request.user = make_user()

    assert member_of(request) == request.user


def test_member_of_refuses_visitors() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    with pytest.raises(PermissionDenied):
        member_of(request)
