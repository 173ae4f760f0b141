import pytest
from django.contrib.auth.models import AnonymousUser

from marketplace.accounts.policies import (
    has_verified_phone,
    is_administrator,
    is_moderator,
    may_change_role,
)
from marketplace.accounts.tests.factories import make_cast, make_user

pytestmark = pytest.mark.django_db


def test_moderators_and_administrators_moderate() -> None:
    cast = make_cast()

    assert is_moderator(cast.moderator)
    assert is_moderator(cast.administrator)
    assert not is_moderator(cast.owner)
    assert not is_moderator(AnonymousUser())


def test_administrators_administer() -> None:
    cast = make_cast()

    assert is_administrator(cast.administrator)
    assert not is_administrator(cast.moderator)
    assert not is_administrator(AnonymousUser())


def test_verified_phone_is_a_members() -> None:
    assert has_verified_phone(make_user())
    assert not has_verified_phone(make_user(phone_verified_at=None))
    assert not has_verified_phone(AnonymousUser())


def test_roles_are_changed_by_administrators_and_never_their_own() -> None:
    cast = make_cast()

    assert may_change_role(cast.administrator, cast.stranger)
    assert not may_change_role(cast.administrator, cast.administrator)
    assert not may_change_role(cast.moderator, cast.stranger)
    assert not may_change_role(AnonymousUser(), cast.stranger)
