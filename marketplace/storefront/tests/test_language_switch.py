"""The switch offers the languages that have a catalogue, and no others."""

import pytest
from django.conf import settings as project
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db
SWITCH = '<button class="chip" type="submit" name="language"'


def test_languages_are_the_source_and_those_with_a_catalogue() -> None:
    catalogues = {
        path.parts[-3] for path in project.LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.po")
    }

    assert {code for code, _name in project.LANGUAGES} == {"en", *catalogues}


def test_one_language_needs_no_switch(client: Client, settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English")]

    assert SWITCH not in client.get("/").content.decode()


def test_switch_offers_each_language_and_remembers_the_chosen_one(
    client: Client, settings: Settings
) -> None:
    settings.LANGUAGES = [("en", "English"), ("ru", "Russian")]
    page = client.get("/").content.decode()

    assert page.count(SWITCH) == 2
    assert "Русский" in page

    client.post("/i18n/setlang/", {"language": "ru", "next": "/help/"})

    assert client.get("/help/").headers["Content-Language"] == "ru"
