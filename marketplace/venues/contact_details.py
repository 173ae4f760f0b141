"""Finding phone numbers, addresses on the net and handles in the texts of listings.

Texts of listings carry no contact details and no links. This says where some are, so that owners
are told which words to take out and moderators see them marked. It is a reader of honest and
half-honest texts, not a wall: what it misses a moderator still reads.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import phonenumbers
from django.conf import settings


class ContactKind(StrEnum):
    """What was found."""

    PHONE = "phone"
    EMAIL = "email"
    LINK = "link"
    HANDLE = "handle"


@dataclass(frozen=True, slots=True, order=True)
class ContactDetail:
    """One find: `text[start:end]` of what was read."""

    start: int
    end: int
    kind: ContactKind
    words: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text; `kind` is empty where nothing was found."""

    words: str
    kind: str


# Repetitions have bounds, so that the work grows with the length of a text and not with its square.
_TOP_LEVEL: Final = (
    "com|net|org|info|biz|online|site|store|shop|club|pro|app|dev|io|me|co|link|page|live|"
    "kz|ru|su|uz|kg|by|ua|tr|ae|de|fr|uk|eu|us|рф|қаз|бел|укр|сайт|онлайн"
)
# Words of everyday texts too: these count in small letters alone, "The hall.Space for sixty" not.
_WORDY_TOP_LEVEL: Final = (
    "agency|art|asia|bar|business|cafe|center|company|design|digital|events|fun|group|house|life|"
    "media|moscow|network|party|photo|place|rent|rentals|restaurant|social|space|studio|tech|"
    "today|top|vip|website|wedding|world|xyz|zone"
)
_LABEL: Final = r"[\w-]{1,63}"
_AT: Final = r"\s{0,3}(?:@|\(at\)|\[at\]|\(собака\)|\[собака\]|\sat\s|\sсобака\s)\s{0,3}"
_HIDDEN_DOT: Final = (
    r"(?:\s{0,3}(?:[(\[{]\s?(?:\.|dot|точка)\s?[)\]}])\s{0,3}|\s{1,3}(?:dot|точка)\s{1,3})"
)
_DOT: Final = rf"(?:\s{{0,3}}\.\s{{0,3}}|{_HIDDEN_DOT})"
_MESSENGER: Final = (
    r"whats\s?app|watsapp|telegram|viber|instagram|insta|facebook|tiktok|vk|"
    r"в[ао]тс[\s-]?ап+|уотсап|телеграмм?|тг|вайбер|инстаграмм?|инста|вконтакте|вк"
)
_PATTERNS: Final = (
    (
        ContactKind.EMAIL,
        re.compile(
            rf"[\w.+-]{{1,64}}{_AT}{_LABEL}(?:{_DOT}{_LABEL}){{0,6}}{_DOT}(?:{_TOP_LEVEL})\b",
            re.IGNORECASE,
        ),
    ),
    (
        ContactKind.LINK,
        re.compile(
            r"\b(?:https?|hxxps?)\s{0,3}:\s{0,3}/\s{0,3}/\s{0,3}\S+|\bwww\s{0,3}\.\s{0,3}\S+",
            re.IGNORECASE,
        ),
    ),
    (
        ContactKind.LINK,
        # One letter before the dot is a link only with a path: "t.me/hall", but "Hall A.com".
        re.compile(
            rf"(?<![\w@.-])(?!(?:\w|asp)\.(?:{_TOP_LEVEL})\b(?!/))"
            rf"(?:{_LABEL}\.){{1,8}}(?:{_TOP_LEVEL})\b(?:/\S*)?",
            re.IGNORECASE,
        ),
    ),
    (
        ContactKind.LINK,
        re.compile(
            rf"(?<![\w@.-])(?=[\w-]{{0,62}}[^\W\d])(?:{_LABEL}\.){{1,8}}"
            rf"(?:{_WORDY_TOP_LEVEL})\b(?:/\S*)?"
        ),
    ),
    (
        ContactKind.LINK,
        re.compile(
            rf"(?<![\w@.-]){_LABEL}(?:{_HIDDEN_DOT}{_LABEL}){{0,6}}{_HIDDEN_DOT}"
            rf"(?:{_TOP_LEVEL}|{_WORDY_TOP_LEVEL})\b",
            re.IGNORECASE,
        ),
    ),
    (
        ContactKind.LINK,
        re.compile(
            r"(?<![\w@.-])(?:(?:t|wa)\s{0,2}\.\s{0,2}me\s{0,2}/\s{0,2}\w{2,64}"
            r"|[\w-]{2,63}\s{1,2}\.\s{0,2}(?:kz|ru|com|рф)\b)",
            re.IGNORECASE,
        ),
    ),
    (ContactKind.HANDLE, re.compile(r"(?<![\w.])@[A-Za-z0-9_](?:[\w.]{2,64}\w|\w{1,2})")),
    (
        ContactKind.HANDLE,
        re.compile(r"(?<![\w.])@\s{1,2}[a-z]{1,64}[\d_][\w.]{0,64}\w", re.IGNORECASE),
    ),
    (
        ContactKind.HANDLE,
        re.compile(
            rf"\b(?:{_MESSENGER})\s{{0,3}}(?:[:=–—-]\s{{0,3}}@?[a-z][\w.]{{3,64}}|@\w+"
            r"|\s[a-z]{1,64}[\d_.][\w.]{0,64}\w)",
            re.IGNORECASE,
        ),
    ),
    (
        ContactKind.HANDLE,
        re.compile(
            r"\b(?:tg|inst|ig|fb|wa)\s?[:=]\s{0,3}@?[a-z][\w.]{3,64}",
            re.IGNORECASE,
        ),
    ),
)
# Digits with what people put between them; letters that pass for digits are made digits before.
_DIGIT_RUN: Final = re.compile(
    r"(?<!\d)\+?\(?\d(?:(?:[\s().\-–—/_*·•|:;~+=#]{0,3}|,)\d){9,14}(?!\d)"
)
_LOCAL_NUMBER: Final = re.compile(
    r"(?<!\w)(?:тел|т|tel|ph)\s?[.:]\s{0,2}(\d{2,3}[\s-]\d{2}[\s-]\d{2})(?![\d-])", re.IGNORECASE
)
# What looks like a number to call and is none: "7 000 000 000 KZT", "8:30-17:00, 18:30".
_AMOUNT: Final = re.compile(
    r"\d{1,3}(?:[\s,.]\d{3}){2,4}(?=\s?(?:kzt|₸|тенге|теңге|tenge|usd|\$|eur|€|rub|₽))|"
    r"\d{1,3}(?:[\s,.]000){3}(?!\d)",
    re.IGNORECASE,
)
_TIMES: Final = re.compile(r"(?:\d{1,2}[:.][0-5]\d[\s,;–—-]{0,3}){2,}")
# Longer than any number to call; the library would try every part of it.
_ENDLESS_DIGITS: Final = re.compile(r"\d{20,}")
_SEPARATORS: Final = re.compile(r"\D")
# Also what makes a digit look like a key.
_INVISIBLE: Final = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0f\u20e3")
_LETTER_DIGITS: Final = str.maketrans("OОоoЗзlI", "00003311")
_AMONG_DIGITS: Final = re.compile(r"(?<=[\d()\s.-])[OОоoЗзlI](?=[\d()\s.-]?\d)")


def find_contact_details(text: str) -> list[ContactDetail]:
    """Every find, in order, none overlapping another."""
    plain = _plain(text)
    finds = [
        ContactDetail(match.start(), match.end(), kind, text[match.start() : match.end()])
        for kind, pattern in _PATTERNS
        for match in pattern.finditer(plain)
    ]
    finds += [
        ContactDetail(start, end, ContactKind.PHONE, text[start:end])
        for start, end in _phones(plain)
    ]
    return list(_without_overlaps(finds))


def has_contact_details(text: str) -> bool:
    """Whether there is any find."""
    return bool(find_contact_details(text))


def segments(text: str) -> list[Segment]:
    """The whole text in pieces, the finds marked with their kind, for a page to show."""
    pieces: list[Segment] = []
    at = 0
    for find in find_contact_details(text):
        if find.start > at:
            pieces.append(Segment(text[at : find.start], ""))
        pieces.append(Segment(find.words, find.kind))
        at = find.end
    if at < len(text):
        pieces.append(Segment(text[at:], ""))
    return pieces


def _plain(text: str) -> str:
    """The same length, with every digit an ASCII one and nothing invisible."""
    plain = "".join(_plain_character(character) for character in text)
    return _AMONG_DIGITS.sub(lambda match: match[0].translate(_LETTER_DIGITS), plain)


def _plain_character(character: str) -> str:
    if character.isascii():
        return character
    if character in _INVISIBLE:
        return " "
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def _phones(text: str) -> Iterator[tuple[int, int]]:
    text = _ENDLESS_DIGITS.sub(lambda match: "x" * len(match[0]), text)
    for start, end in _numbers(text):
        amount = _AMOUNT.match(text, start)
        times = _TIMES.match(text, start)
        if not (amount and amount.end() >= end) and not (times and times.end() >= end):
            yield start, end
    for local in _LOCAL_NUMBER.finditer(text):
        yield local.span(1)


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    for match in phonenumbers.PhoneNumberMatcher(text, settings.PHONE_DEFAULT_REGION):
        yield match.start, match.end
    # Numbers written in ways that the library does not take for one: "8*701*123*45*67".
    for run in _DIGIT_RUN.finditer(text):
        digits = _SEPARATORS.sub("", run[0])
        if len(digits) == 10 and digits[0] == "7":
            digits = "7" + digits
        if len(digits) == 11 and digits[0] in "78" and _is_phone(f"+7{digits[1:]}"):
            yield run.start(), run.end()


def _is_phone(number: str) -> bool:
    return phonenumbers.is_valid_number(phonenumbers.parse(number))


def _without_overlaps(finds: list[ContactDetail]) -> Iterator[ContactDetail]:
    """Of finds that overlap, the one that begins first; of those, the longest."""
    end = 0
    for find in sorted(finds, key=lambda find: (find.start, -find.end)):
        if find.start >= end:
            yield find
            end = find.end
