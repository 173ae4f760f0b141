from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress

from marketplace.accounts.enums import ActivityKind, Role
from marketplace.accounts.models import Activity, User
from marketplace.accounts.services import (
    EmailTaken,
    LastAdministrator,
    PhoneTaken,
    change_role,
    remove_email,
    update_profile,
    verify_email,
    verify_phone,
)
from marketplace.accounts.tests.factories import VERIFIED_AT, make_cast, make_user
from marketplace.accounts.tests.steps import count_of_messages, messages_to

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
ADDRESS = "aizhan@example.com"


def _kinds(user: User) -> list[str]:
    return [activity.kind for activity in Activity.objects.of(user)][::-1]


def test_update_profile_writes_and_logs_what_differs() -> None:
    user = make_user(name="Aizhan")

    changed = update_profile(
        user=user,
        name="Aizhan Omar",
        language="en",
        time_zone="Asia/Tokyo",
        request=None,
        now=NOW,
    )

    user.refresh_from_db()
    assert changed == {"name", "time_zone"}
    assert (user.name, user.time_zone) == ("Aizhan Omar", "Asia/Tokyo")
    assert Activity.objects.get().details == {"fields": ["name", "time_zone"]}


def test_update_profile_logs_nothing_when_nothing_differs() -> None:
    user = make_user(name="Aizhan")

    changed = update_profile(
        user=user,
        name="Aizhan",
        language="en",
        time_zone="Asia/Almaty",
        request=None,
        now=NOW,
    )

    assert changed == frozenset()
    assert Activity.objects.count() == 0


def test_verify_phone_of_a_new_person() -> None:
    user = make_user(phone="+77011234567", phone_verified_at=None)

    verify_phone(user=user, phone="+77011234567", request=None, now=NOW)

    user.refresh_from_db()
    assert user.phone_verified_at == NOW
    assert _kinds(user) == [ActivityKind.PHONE_VERIFIED]
    assert count_of_messages() == 0


def test_verify_phone_again_changes_nothing() -> None:
    user = make_user(phone="+77011234567")

    verify_phone(user=user, phone="+77011234567", request=None, now=NOW)

    user.refresh_from_db()
    assert user.phone_verified_at == VERIFIED_AT
    assert _kinds(user) == []


def test_verify_phone_moves_the_account_and_tells_the_old_number() -> None:
    user = make_user(phone="+77011234567")

    verify_phone(user=user, phone="+77015550000", request=None, now=NOW)

    user.refresh_from_db()
    assert (user.phone, user.phone_verified_at) == ("+77015550000", NOW)
    assert len(messages_to("+77011234567")) == 1
    assert messages_to("+77015550000") == []


def test_verify_phone_leaves_another_accounts_number_alone() -> None:
    holder = make_user(phone="+77015550000")
    user = make_user(phone="+77011234567")

    with pytest.raises(PhoneTaken):
        verify_phone(user=user, phone=holder.phone or "", request=None, now=NOW)

    assert user.phone == "+77011234567"
    user.refresh_from_db()
    assert (user.phone, user.phone_verified_at) == ("+77011234567", VERIFIED_AT)
    assert count_of_messages() == 0


def test_verify_email_makes_the_address_the_accounts() -> None:
    user = make_user()

    verify_email(user=user, email="Aizhan@Example.com", request=None, now=NOW)

    user.refresh_from_db()
    assert user.email == ADDRESS
    kept = EmailAddress.objects.get()
    assert (kept.user_id, kept.email, kept.verified, kept.primary) == (user.pk, ADDRESS, True, True)
    assert _kinds(user) == [ActivityKind.EMAIL_VERIFIED]


def test_verify_email_replaces_the_old_address_and_tells_it() -> None:
    user = make_user()
    verify_email(user=user, email="old@example.com", request=None, now=NOW)

    verify_email(user=user, email=ADDRESS, request=None, now=NOW)

    user.refresh_from_db()
    assert user.email == ADDRESS
    assert EmailAddress.objects.count() == 1
    [told] = messages_to("old@example.com")
    assert "taken off your JoyTop account" in told


def test_verify_email_refuses_an_address_of_another_account() -> None:
    verify_email(user=make_user(), email=ADDRESS, request=None, now=NOW)
    user = make_user()
    verify_email(user=user, email="old@example.com", request=None, now=NOW)

    with pytest.raises(EmailTaken):
        verify_email(user=user, email=ADDRESS, request=None, now=NOW)

    user.refresh_from_db()
    assert user.email == "old@example.com"
    assert EmailAddress.objects.filter(user=user).get().email == "old@example.com"
    assert messages_to("old@example.com") == []


def test_remove_email_takes_it_off_and_tells_it() -> None:
    user = make_user()
    verify_email(user=user, email=ADDRESS, request=None, now=NOW)

    remove_email(user=user, request=None, now=NOW)

    user.refresh_from_db()
    assert user.email == ""
    assert EmailAddress.objects.count() == 0
    assert len(messages_to(ADDRESS)) == 1
    assert _kinds(user) == [ActivityKind.EMAIL_VERIFIED, ActivityKind.EMAIL_REMOVED]


def test_remove_email_of_nobody_changes_nothing() -> None:
    user = make_user()

    remove_email(user=user, request=None, now=NOW)

    assert _kinds(user) == []


def test_change_role_is_logged_with_who_did_it() -> None:
    cast = make_cast()

    change_role(
        user=cast.stranger, role=Role.MODERATOR, by=cast.administrator, request=None, now=NOW
    )

    cast.stranger.refresh_from_db()
    assert cast.stranger.is_moderator
    assert Activity.objects.get().details == {
        "from": "member",
        "to": "moderator",
        "by": cast.administrator.pk,
    }


def test_change_role_keeps_the_last_administrator() -> None:
    cast = make_cast()

    with pytest.raises(LastAdministrator):
        change_role(
            user=cast.administrator, role=Role.MEMBER, by=cast.administrator, request=None, now=NOW
        )

    cast.administrator.refresh_from_db()
    assert cast.administrator.is_administrator


def test_change_role_lets_one_of_two_administrators_go() -> None:
    cast = make_cast()
    second = make_user(role=Role.ADMINISTRATOR)

    change_role(user=second, role=Role.MEMBER, by=cast.administrator, request=None, now=NOW)

    second.refresh_from_db()
    assert second.role == Role.MEMBER


def test_change_role_to_the_same_logs_nothing() -> None:
    cast = make_cast()

    change_role(
        user=cast.moderator, role=Role.MODERATOR, by=cast.administrator, request=None, now=NOW
    )

    assert Activity.objects.count() == 0
