import pytest
from django.core.exceptions import ValidationError

from marketplace.core.names import validate_name


@pytest.mark.parametrize(
    "name",
    ["Loft on Abay", "Дәулет залы", "42", "Nº 5 (2nd floor)", "O’Hara – café", "Зал ❤️", "展厅"],
)
def test_name_that_people_use_is_taken(name: str) -> None:
    validate_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Loft\u200b",
        "\u202eevil",
        "Loft\nBar",
        "Loft\tBar",
        "Loft\u2028Bar",
        "Loft\u2029Bar",
        "Loft\x00",
        "Lo\u00adft",
        "Loft\u2066",
        "\ud800Loft",
        "Loft\u3164",
    ],
)
def test_name_with_characters_that_cannot_be_seen_is_refused(name: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_name(name)

    assert refusal.value.code == "unseen"
    assert refusal.value.messages == ["Take out line breaks and characters that cannot be seen."]


@pytest.mark.parametrize("name", ["", "   ", "…", "❤️", "\u2800\u2800", "- -", "\u0301"])
def test_name_without_letter_or_digit_is_refused(name: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_name(name)

    assert refusal.value.code == "no_letter"
    assert refusal.value.messages == ["A name has at least one letter or digit."]
