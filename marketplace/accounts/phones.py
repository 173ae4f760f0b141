"""Phone numbers: typed in any usual way, stored as E.164."""

from babel import Locale
from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _
from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    format_number,
    is_valid_number,
    number_type,
    parse,
    region_code_for_number,
)

from marketplace.core.errors import DomainError

# Where a plan does not tell mobile from fixed lines (as in North America), any number may do.
_TAKE_SMS = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_KAZAKHSTAN_E164_LENGTH = 12


class InvalidPhone(DomainError):
    """The text is not a phone number that an SMS can reach."""

    code = "invalid_phone"
    default_message = _(
        "That is not a phone number. Type it like this: +7\xa0701\xa0123\xa045\xa067."
    )

    def __init__(self, message: str | Promise | None = None) -> None:
        super().__init__(message)


def parse_phone(text: str) -> str:
    """The number as E.164: "8 701 123 45 67" is "+77011234567" where the region is Kazakhstan.

    A number without a country belongs to PHONE_DEFAULT_REGION. Full-width digits, any spaces,
    dashes and brackets, "00" for "+", and the common slip "+8 701 …" are understood. Raises
    InvalidPhone for what is no number, has an extension, or cannot take an SMS.
    """
    number = _find_number(text.strip().removeprefix("tel:"))
    if number is None or number.extension:
        raise InvalidPhone
    if number_type(number) not in _TAKE_SMS:
        raise InvalidPhone(
            _("Codes come by SMS, and this number cannot take one. Give a mobile number.")
        )
    return format_number(number, PhoneNumberFormat.E164)


def in_served_country(phone: str) -> bool:
    """Whether the E.164 number is of a country whose people may sign up (PHONE_COUNTRIES)."""
    return region_code_for_number(parse(phone)) in settings.PHONE_COUNTRIES


def require_served_country(phone: str) -> None:
    """Raises InvalidPhone, naming the countries, unless the E.164 number is of one of them."""
    if not in_served_country(phone):
        raise InvalidPhone(
            _("We send codes to numbers of %(countries)s only. Give a number from there.")
            % {"countries": _served_countries()}
        )


def _served_countries() -> str:
    names = Locale.parse(to_locale(get_language() or settings.LANGUAGE_CODE)).territories
    return str(get_text_list([names.get(it, it) for it in settings.PHONE_COUNTRIES], _("and")))


def _find_number(typed: str) -> PhoneNumber | None:
    if any(character.isalpha() for character in typed):
        return None  # the library would read letters as on a telephone's keys
    bare = typed.removeprefix("+")
    for candidate in (typed, f"+{typed.removeprefix('00')}", bare):
        try:
            number = parse(candidate, settings.PHONE_DEFAULT_REGION)
        except NumberParseException:
            continue
        if is_valid_number(number):
            return number
    return None


def format_phone(phone: str) -> str:
    """An E.164 number as people read it: "+7 701 123 45 67". Anything else stays as it is."""
    if phone.startswith("+77") and len(phone) == _KAZAKHSTAN_E164_LENGTH:
        return f"{phone[:2]} {phone[2:5]} {phone[5:8]} {phone[8:10]} {phone[10:]}"
    try:
        return format_number(parse(phone), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return phone
