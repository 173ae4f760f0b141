from typing import Any

import pytest

from marketplace.notifications.enums import Channel
from marketplace.notifications.recipients import Address
from marketplace.notifications.rendering import render_email, render_sms

from .factories import EMAIL, PHONE, make_delivery

pytestmark = pytest.mark.django_db


def test_sms_is_plain_text() -> None:
    assert render_sms(make_delivery(Channel.SMS)) == (
        "Aigerim, your code is 314159 & it is secret."
    )


def test_email_says_the_same_in_both_parts() -> None:
    letter = render_email(make_delivery(Channel.EMAIL))

    assert letter.subject == "Aigerim & JoyTop"
    assert letter.text.startswith("Aigerim & JoyTop.\n\nCode: 314159\nWhen: 18:00\n")
    assert "<title>Aigerim &amp; JoyTop</title>" in letter.html
    assert "Aigerim &amp; JoyTop." in letter.html
    assert '<tr><th scope="row">Code</th><td>314159</td></tr>' in letter.html


def test_email_escapes_what_people_typed() -> None:
    facts = {"name": "<b>Eve</b>\nBcc: all@joytop.example", "code": "1", "at": "now"}

    letter = render_email(make_delivery(Channel.EMAIL, context=facts))

    assert "<b>Eve</b>" not in letter.html
    assert letter.subject == "<b>Eve</b>"


def test_words_are_in_the_language_and_by_the_clock_of_the_person_told(
    settings: Any, tmp_path: Any
) -> None:
    (tmp_path / "sms").mkdir()
    (tmp_path / "sms" / "tests.greeting.txt").write_text(
        "{% load tz %}{% get_current_language as language %}{{ language }} "
        "{% get_current_timezone as zone %}{{ zone }}"
    )
    engine, *others = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path, *engine["DIRS"]]}, *others]
    settings.LANGUAGES = [("en", "English"), ("ru", "Russian")]
    to = Address(phone=PHONE, language="ru", time_zone="Asia/Tokyo")

    assert render_sms(make_delivery(Channel.SMS, to=to)) == "ru Asia/Tokyo"


def test_zone_that_is_none_is_the_sites(settings: Any) -> None:
    to = Address(email=EMAIL, time_zone="Mars/Olympus")

    assert render_email(make_delivery(Channel.EMAIL, to=to)).subject == "Aigerim & JoyTop"
