"""Russian is said by all of the site: no page falls back to English, none is only half said."""

import html
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation

from config.tests.access_rules import Answer, address_of
from config.tests.access_table import PAGES
from config.tests.access_world import ROLES, World, undone
from marketplace.accounts.models import User

LANGUAGE: Final = "ru"
# Names, and what is made of placeholders alone.
SAME_IN_BOTH: Final = {"JoyTop", "SMS", "HTML", "id", "3-D Secure"}
# What people in these tests wrote themselves, in English.
WRITTEN_BY_PEOPLE: Final = {"Show the entrance", "Finding a venue"}
# The provider's page speaks the language in which the checkout was opened; the style guide's own
# words are English, for who builds the site.
ANOTHERS: Final = {"sandbox/checkout/<str:session_id>/", "styleguide/"}
CYRILLIC: Final = re.compile("[а-яё]", re.IGNORECASE)
LATIN: Final = re.compile("[a-z]", re.IGNORECASE)
PLACE: Final = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>")
NOT_WORDS: Final = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->", re.DOTALL)
WORD: Final = re.compile(r"[A-Za-z’']+")


@cache
def catalogue() -> Catalog:
    path: Path = settings.BASE_DIR / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def english() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each English wording, and what Russian says for its message."""
    for message in catalogue():
        if message.id and not (message.context or "").startswith("date pattern"):
            strings = message.string
            told = strings if isinstance(strings, tuple) else (str(strings),)
            for wording in message.id if isinstance(message.id, tuple) else (message.id,):
                yield str(wording), told


def test_nothing_is_the_same_in_russian() -> None:
    same = {
        wording
        for wording, told in english()
        if any(LATIN.search(PLACE.sub("", wording)) and wording == string for string in told)
    }

    assert same <= SAME_IN_BOTH


def test_every_translation_is_in_cyrillic() -> None:
    latin = {
        wording
        for wording, told in english()
        for string in told
        if LATIN.search(PLACE.sub("", string)) and not CYRILLIC.search(string)
    }

    assert latin <= SAME_IN_BOTH


def test_numbers_bend_their_words() -> None:
    with translation.override(LANGUAGE):
        said = [
            translation.ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours}
            for hours in (1, 2, 5, 11, 21, 22, 25)
        ]

    assert said == ["1 час", "2 часа", "5 часов", "11 часов", "21 час", "22 часа", "25 часов"]


@cache
def sentences() -> tuple[re.Pattern[str], ...]:
    """What no Russian page may contain: English messages of two words, and pieces of three."""
    wordings = {wording for wording, _told in english()} - SAME_IN_BOTH - WRITTEN_BY_PEOPLE
    whole = {wording for wording in wordings if len(WORD.findall(wording)) > 1}
    pieces = {piece.strip() for wording in wordings for piece in PLACE.split(wording)}
    long = sorted(whole | {piece for piece in pieces if len(WORD.findall(piece)) > 2})
    return tuple(
        re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, long[n : n + 400]))})(?!\w)")
        for n in range(0, len(long), 400)
    )


def english_on(page: str) -> set[str]:
    """The English that a page says, wherever a person or a screen reader meets it."""
    words = " ".join(html.unescape(NOT_WORDS.sub(" ", page)).split())
    return {found[0] for pattern in sentences() for found in pattern.finditer(words)}


@pytest.mark.parametrize("route", sorted(set(PAGES) - ANOTHERS))
def test_page_in_russian_says_nothing_in_english(route: str, world: World) -> None:
    page = PAGES[route]
    User.objects.update(language=LANGUAGE)
    for whose in page.whose[:1]:
        for role in ROLES:
            if page.get != 200 or page.rule(role, whose) != Answer.YES:
                continue
            with undone():
                world._cookies[role][settings.LANGUAGE_COOKIE_NAME] = LANGUAGE
                response = world.ask(role, "GET", address_of(route, page, whose, world), {})
            if "text/html" in response.headers["Content-Type"] and not response.streaming:
                assert not english_on(response.content.decode()), f"{role} at {route}"


def test_half_said_page_is_noticed() -> None:
    """The sweep can fail."""
    assert english_on("<p>Войти</p><p title='List your venue'>x</p>") == {"List your venue"}
