"""Each breach is planted, and must be named."""

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from marketplace.accounts.integrity import email_is_verified, unverified_email_unkept
from marketplace.accounts.models import User
from marketplace.accounts.services import verify_email
from marketplace.accounts.tests.factories import make_user
from marketplace.core.integrity import registered_checks

pytestmark = pytest.mark.django_db

ADDRESS = "aizhan@example.com"


@pytest.fixture
def person() -> User:
    user = make_user()
    verify_email(user=user, email=ADDRESS, request=None, now=timezone.now())
    return user


def test_checks_are_registered() -> None:
    assert {"accounts.email_is_verified", "accounts.unverified_email_unkept"} <= set(
        registered_checks()
    )


def test_people_as_services_leave_them_are_sound(person: User) -> None:
    make_user()

    assert list(email_is_verified()) == []
    assert list(unverified_email_unkept()) == []


def test_an_email_that_nobody_verified_is_named() -> None:
    user = make_user()
    User.objects.filter(pk=user.pk).update(email=ADDRESS)

    [breach] = email_is_verified()

    assert breach.check == "accounts.email_is_verified"
    assert breach.subject == str(user.pk)
    assert breach.message == f"the account says {ADDRESS!r}, verified is ''"


def test_a_verified_email_that_the_account_forgot_is_named(person: User) -> None:
    User.objects.filter(pk=person.pk).update(email="")

    [breach] = email_is_verified()

    assert breach.message == f"the account says '', verified is {ADDRESS!r}"


@pytest.mark.parametrize(("verified", "primary"), [(False, True), (True, False), (False, False)])
def test_an_address_kept_without_proof_is_named(verified: bool, primary: bool) -> None:
    user = make_user()
    EmailAddress.objects.create(user=user, email=ADDRESS, verified=verified, primary=primary)

    [breach] = unverified_email_unkept()

    assert breach.subject == str(user.pk)
    assert breach.message == f"{ADDRESS!r} is kept though it is not the verified address"
