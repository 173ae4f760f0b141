import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from marketplace.accounts.fields import NewPhoneField, PhoneField


def test_phone_field_cleans_to_e164() -> None:
    assert PhoneField().clean("8 701 123 45 67") == "+77011234567"


def test_phone_field_says_what_to_do() -> None:
    with pytest.raises(ValidationError) as refusal:
        PhoneField().clean("12")

    assert refusal.value.messages == [
        "That is not a phone number. Type it like this: +7\xa0701\xa0123\xa045\xa067."
    ]
    assert refusal.value.code == "invalid_phone"


def test_phone_field_asks_for_a_number() -> None:
    with pytest.raises(ValidationError) as refusal:
        PhoneField().clean("")

    assert refusal.value.messages == ["Give a phone number."]


def test_phone_field_may_be_left_empty_where_optional() -> None:
    assert PhoneField(required=False).clean("  ") == ""


def test_phone_field_opens_the_number_pad() -> None:
    page = PhoneField().widget.render("phone", "+7")

    assert 'type="tel"' in page
    assert 'autocomplete="tel"' in page


def test_new_phone_is_of_a_country_that_codes_go_to(settings: Settings) -> None:
    settings.PHONE_COUNTRIES = ["KZ", "UZ"]

    assert NewPhoneField().clean("8 701 123 45 67") == "+77011234567"
    assert NewPhoneField(required=False).clean("") == ""
    with pytest.raises(ValidationError) as refusal:
        NewPhoneField().clean("+7 912 345-67-89")
    assert refusal.value.messages == [
        "We send codes to numbers of Kazakhstan and Uzbekistan only. Give a number from there."
    ]
