import re
from typing import Any

import pytest
from django.utils import translation

from marketplace.accounts.tests.factories import make_user
from marketplace.notifications.enums import Channel
from marketplace.notifications.recipients import Address
from marketplace.notifications.rendering import Line, render_email, render_in_app, render_sms

from .factories import EMAIL, PHONE, make_delivery, make_note

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
    assert re.search(r'<th [^>]*scope="row"[^>]*>Code</th><td [^>]*>314159</td>', letter.html)


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


def test_line_on_the_site_is_in_the_language_of_its_reader(settings: Any, tmp_path: Any) -> None:
    (tmp_path / "in_app").mkdir()
    (tmp_path / "in_app" / "tests.note.txt").write_text(
        "{% get_current_language as language %}{{ language }}\n{{ name }}.\n\n{{ path }}\n"
    )
    engine, *others = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path, *engine["DIRS"]]}, *others]
    note = make_note(to=make_user(language="en"), context={"name": "<b> & Co"})

    with translation.override("ru"):
        line = render_in_app(note)

    assert line == Line(title="A note", text="ru <b> & Co.", path="/profile/")


def test_line_on_the_site_keeps_its_path_whatever_people_typed() -> None:
    note = make_note(to=make_user(), context={"name": "Eve\n/evil/"})

    line = render_in_app(note)

    assert (line.text, line.path) == ("Eve /evil/, come at 18:00.", "/profile/")


def test_email_brings_the_file_that_its_maker_made() -> None:
    to = Address(email=EMAIL)
    with_file = make_note(to=to, context={"file": "Сәлем"}).deliveries.get()
    without = make_note(to=to).deliveries.get()

    attachment = render_email(with_file).attachment

    assert attachment is not None
    assert attachment.content == "Сәлем\r\n".encode()
    assert render_email(without).attachment is None
