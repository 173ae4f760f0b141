import pytest
from django.db import IntegrityError, transaction

from marketplace.accounts.enums import Role
from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import VERIFIED_AT, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("phone", ["8 701 123 45 67", "+0701123456", "77011234567", "", "+77"])
def test_user_phone_is_e164_or_absent(phone: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(phone)


def test_user_phone_belongs_to_one_account() -> None:
    make_user(phone="+77011234567")

    with pytest.raises(IntegrityError), transaction.atomic():
        make_user(phone="+77011234567")


def test_many_users_may_have_no_phone() -> None:
    make_user(phone=None, phone_verified_at=None)
    make_user(phone=None, phone_verified_at=None)

    assert User.objects.filter(phone=None).count() == 2


def test_user_without_phone_has_verified_none() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user(phone=None, phone_verified_at=VERIFIED_AT)


def test_user_role_is_a_known_one() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user(role="emperor")


@pytest.mark.parametrize(
    ("role", "moderator", "administrator"),
    [
        (Role.MEMBER, False, False),
        (Role.MODERATOR, True, False),
        (Role.ADMINISTRATOR, True, True),
    ],
)
def test_user_rights_follow_from_the_role(role: Role, moderator: bool, administrator: bool) -> None:
    user = make_user(role=role)

    assert (user.is_moderator, user.is_administrator) == (moderator, administrator)
    assert user.is_staff is administrator
    assert user.has_perm("anything") is administrator
    assert user.has_module_perms("accounts") is administrator


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMINISTRATOR])
def test_user_shut_out_has_no_rights(role: Role) -> None:
    user = make_user(role=role, is_active=False)

    assert (user.is_moderator, user.is_administrator) == (False, False)


def test_user_is_called_by_name_or_end_of_phone() -> None:
    assert str(make_user(name="Aizhan")) == "Aizhan"
    assert str(make_user(name="", phone="+77011234567")) == "… 4567"
    assert str(make_user(name="", phone=None, phone_verified_at=None)) == "Someone"


def test_user_has_no_password() -> None:
    assert not User.objects.create_superuser("+77011234567", "secret").has_usable_password()
