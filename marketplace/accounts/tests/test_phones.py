import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.accounts.phones import InvalidPhone, format_phone, parse_phone

AIZHAN = "+77011234567"


@pytest.mark.parametrize(
    "typed",
    [
        "8 701 123 45 67",
        "+7 701 123-45-67",
        "7011234567",
        "77011234567",
        "87011234567",
        "8(701)123-45-67",
        "+7 (701) 123 45 67",
        "8–701–123–45–67",
        "8\u00a0701\u00a0123\u00a045\u00a067",
        "8.701.123.45.67",
        "８ ７０１ １２３ ４５ ６７",
        "٨٧٠١١٢٣٤٥٦٧",
        "\u202a+7 701 123 45 67\u202c",
        "  +77011234567  ",
        "007 701 123 45 67",
        "8 10 7 701 123 45 67",
        "+8 701 123 45 67",
        "tel:+7-701-123-45-67",
        "+7 7 0 1 1234567",
    ],
)
def test_parse_phone_understands_every_usual_way(typed: str) -> None:
    assert parse_phone(typed) == AIZHAN


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("+44 7911 123456", "+447911123456"),
        ("447911123456", "+447911123456"),
        ("+1 650 253 0000", "+16502530000"),
        ("+7 912 345-67-89", "+79123456789"),
        ("00 44 7911 123456", "+447911123456"),
    ],
)
def test_parse_phone_takes_numbers_of_other_countries(typed: str, phone: str) -> None:
    assert parse_phone(typed) == phone


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "+",
        "Aizhan",
        "123",
        "8 701 123 45",
        "8 701 123 45 67 89",
        "8-701-FLOWERS",
        "701 123 45 67 ext 5",
        "701 123 45 67 доб. 5",
        "+999 123 456 789",
        "aizhan@example.com",
        "+77011234567;ext=5",
        "9" * 200,
    ],
)
def test_parse_phone_refuses_what_is_no_number(typed: str) -> None:
    with pytest.raises(InvalidPhone) as refusal:
        parse_phone(typed)

    assert str(refusal.value) == (
        "That is not a phone number. Type it like this: +7\xa0701\xa0123\xa045\xa067."
    )


def test_parse_phone_refuses_a_landline_kindly() -> None:
    with pytest.raises(InvalidPhone) as refusal:
        parse_phone("8 727 250 00 00")

    assert str(refusal.value) == (
        "Codes come by SMS, and this number cannot take one. Give a mobile number."
    )


@given(
    rest=st.from_regex(r"[0-9]{7}", fullmatch=True).filter(lambda digits: digits.isascii()),
    operator=st.sampled_from(["701", "702", "705", "707", "747", "771", "775", "777"]),
    prefix=st.sampled_from(["+7", "8", "7", "", "+7 (", "8 ("]),
    between=st.sampled_from(["", " ", "-", ".", "  ", "\u00a0", " - "]),
)
def test_parse_phone_finds_the_same_number_however_it_is_spaced(
    rest: str, operator: str, prefix: str, between: str
) -> None:
    bracket = ")" if "(" in prefix else ""
    groups = [f"{prefix}{operator}{bracket}", rest[:3], rest[3:5], rest[5:]]

    assert parse_phone(between.join(groups)) == f"+7{operator}{rest}"


@given(st.text(max_size=60))
def test_parse_phone_answers_any_text(text: str) -> None:
    try:
        phone = parse_phone(text)
    except InvalidPhone:
        return
    assert phonenumbers.is_valid_number(phonenumbers.parse(phone))


@given(st.from_regex(r"\+77(01|02|05|07|77)[0-9]{7}", fullmatch=True))
def test_format_phone_is_read_back_as_the_same_number(phone: str) -> None:
    assert parse_phone(format_phone(phone)) == parse_phone(phone)


@pytest.mark.parametrize(
    ("phone", "as_read"),
    [
        (AIZHAN, "+7 701 123 45 67"),
        ("+447911123456", "+44 7911 123456"),
        ("", ""),
        ("nothing", "nothing"),
    ],
)
def test_format_phone_groups_the_digits(phone: str, as_read: str) -> None:
    assert format_phone(phone) == as_read
