import pytest
from allauth.account.adapter import get_adapter
from django.test import RequestFactory

from marketplace.accounts.adapter import AccountAdapter
from marketplace.accounts.fields import PhoneField
from marketplace.accounts.tests.factories import make_user
from marketplace.accounts.tests.steps import messages_to
from marketplace.notifications.kinds import registered_kinds
from marketplace.notifications.models import Notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def adapter() -> AccountAdapter:
    adapter: AccountAdapter = get_adapter(RequestFactory().get("/"))
    return adapter


def test_adapter_asks_for_phones_in_any_usual_way(adapter: AccountAdapter) -> None:
    assert isinstance(adapter.phone_form_field(label="Phone"), PhoneField)


def test_adapter_finds_people_by_number(adapter: AccountAdapter) -> None:
    user = make_user(phone="+77011234567")

    assert adapter.get_user_by_phone("+77011234567") == user
    assert adapter.get_user_by_phone("+77015550000") is None
    assert adapter.get_phone(user) == ("+77011234567", True)
    assert adapter.get_phone(make_user(phone=None, phone_verified_at=None)) is None


def test_adapter_gives_an_unproven_number(adapter: AccountAdapter) -> None:
    user = make_user()

    adapter.set_phone(user, "+77015550000", verified=False)

    user.refresh_from_db()
    assert (user.phone, user.phone_verified_at) == ("+77015550000", None)


def test_adapter_forgets_the_code_of_an_sms_once_it_is_sent(adapter: AccountAdapter) -> None:
    adapter.send_verification_code_sms(make_user(), "+77011234567", "123456")

    assert len(messages_to("+77011234567")) == 1
    told = Notification.objects.get()
    assert (told.is_secret, told.context) == (True, {})


def test_adapter_sends_letters_as_notifications(adapter: AccountAdapter) -> None:
    adapter.send_mail(
        "account/email/unknown_account",
        "aizhan@example.com",
        {"signup_url": "http://127.0.0.1:8000/accounts/signup/"},
    )

    assert Notification.objects.get().kind == "accounts.letter"
    assert len(messages_to("aizhan@example.com")) == 1


def test_kinds_that_carry_codes_are_secret() -> None:
    kinds = registered_kinds()

    secret = {code for code, kind in kinds.items() if code.startswith("accounts.") and kind.secret}
    assert secret == {"accounts.phone_code", "accounts.email_code", "accounts.letter"}
