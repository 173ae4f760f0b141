"""Every email and every line on the site, of every room, in every language."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import time_machine
from django.conf import settings as django_settings
from django.utils import translation
from django.utils.html import strip_tags

from marketplace.notifications import rendering
from marketplace.notifications.enums import Channel
from marketplace.notifications.models import Delivery, Notification
from marketplace.notifications.rendering import Letter, render_email, render_in_app

from .samples import NOW, SITE, samples

LANGUAGES: Final = ("en", "ru")
SAMPLES: Final = {name: (kind, facts) for name, kind, facts in samples()}
LETTERS: Final = [name for name, (kind, _) in SAMPLES.items() if Channel.EMAIL in kind.channels]
LINES: Final = [name for name, (kind, _) in SAMPLES.items() if Channel.IN_APP in kind.channels]
# Gmail cuts off what is longer.
GMAIL_CLIPS_AT: Final = 102 * 1024

pytestmark = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(autouse=True)
def missing_facts_are_seen(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.SITE_URL = SITE
    engine, *others = settings.TEMPLATES
    options = engine["OPTIONS"] | {"string_if_invalid": "MISSING"}
    settings.TEMPLATES = [engine | {"OPTIONS": options}, *others]
    # The file for the calendar is made of a booking; there is none here.
    monkeypatch.setattr(rendering, "attachment_of", lambda *_made: None)
    with time_machine.travel(NOW, tick=False):
        yield


def told(name: str, language: str) -> Notification:
    kind, facts = SAMPLES[name]
    return Notification(
        kind=kind.code,
        context=facts,
        language=language,
        time_zone="Asia/Almaty",
        created_at=NOW,
    )


def letter(name: str, language: str) -> Letter:
    return render_email(Delivery(notification=told(name, language), channel=Channel.EMAIL))


def seen(markup: str) -> str:
    """What a reader of the HTML part sees, on one line."""
    return _words(markup.partition("</div>")[2])


def _words(markup: str) -> str:
    return " ".join(html.unescape(strip_tags(markup.replace("<", " <"))).split())


def is_finished(text: str) -> bool:
    """Whether every fact was there, and nothing of a template is left."""
    return not re.search(r"MISSING|\{[{%]|%\(|None|_minor|_at\b", text)


@pytest.mark.parametrize("name", LETTERS)
def test_both_parts_say_the_same(name: str, language: str) -> None:
    told = letter(name, language)

    assert is_finished(told.subject + told.text + told.html)
    page = seen(told.html)
    for line in filter(None, told.text.splitlines()):
        words, _, value = line.partition(": ")
        missing = [part for part in (words, value) if " ".join(part.split()) not in page]
        # Addresses stand behind a button and the name, not in words.
        assert [part for part in missing if not part.startswith(SITE)] == [], line
        assert not missing or f'href="{missing[0]}"' in told.html, line
    text = " ".join(f"{told.subject} {told.text}".split())
    cells = re.findall(
        r"<(?:th|td|h1|p)\b[^>]*>((?:(?!<t[dr]\b|<table|<a\b).)*?)</", told.html, re.DOTALL
    )
    for cell in filter(None, (_words(cell) for cell in cells)):
        assert cell in text, cell


@pytest.mark.parametrize("name", LETTERS)
def test_first_words_are_the_preview_and_the_heading(name: str, language: str) -> None:
    told = letter(name, language)

    preview, heading = (
        html.unescape(" ".join(found.split()))
        for found in re.findall(
            r"mso-hide:all;\">(.*?)(?:&zwnj;|</div>)|<h1[^>]*>(.*?)</h1>", told.html
        )
        for found in filter(None, found)
    )
    if not name.startswith("accounts.letter"):
        assert preview == heading
    assert is_finished(preview)
    assert preview


@pytest.mark.parametrize("name", LETTERS)
def test_letter_stands_on_its_own(name: str, language: str) -> None:
    told = letter(name, language)

    for address in re.findall(r'(?:href|src)="([^"]*)"', told.html):
        assert address.startswith((f"{SITE}/", "mailto:")), address
    assert told.html.count('class="button"') <= 1
    assert all("alt=" in image for image in re.findall(r"<img[^>]*>", told.html))
    assert f'<html lang="{language}" dir="ltr"' in told.html
    assert "<script" not in told.html
    assert len(told.html.encode()) < GMAIL_CLIPS_AT


@pytest.mark.parametrize("name", LETTERS)
def test_subject_is_short_and_one_line(name: str, language: str) -> None:
    subject = letter(name, language).subject

    assert "\n" not in subject
    assert 5 < len(subject) <= 65


@pytest.mark.parametrize("name", LINES)
def test_line_on_the_site_is_finished(name: str, language: str) -> None:
    with translation.override(language):
        line = render_in_app(told(name, language))

    assert line.path.startswith("/")
    assert line.text.endswith(".")
    assert is_finished(line.title + line.text)


def test_colours_are_the_tokens(language: str) -> None:
    source = Path(django_settings.BASE_DIR, "tailwind.config.js").read_text(encoding="utf-8")
    pairs = re.findall(r'light: "(#\w+)", dark: "(#\w+)"', source)

    markup = letter("bookings.confirmed", language).html
    light, _, rest = markup.partition("(prefers-color-scheme: dark)")
    dark, _, body = rest.partition("</style>")

    assert set(re.findall(r"#[0-9A-F]{6}", light + body)) <= {pair[0] for pair in pairs}
    assert set(re.findall(r"#[0-9A-F]{6}", dark)) <= {pair[1] for pair in pairs}
