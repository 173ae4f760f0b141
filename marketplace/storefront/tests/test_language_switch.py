"""The switch offers the languages that have a catalogue, and no others."""

import pytest
from django.conf import settings as project
from django.test import Client
from pytest_django import Settings

from marketplace.accounts.tests.factories import make_user

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

    kept = client.post("/preferences/", {"language": "ru"}).cookies["django_language"]

    assert kept["max-age"] == 365 * 24 * 3600
    assert client.get("/help/").headers["Content-Language"] == "ru"


@pytest.mark.parametrize("member", [False, True])
def test_menu_shows_which_language_is_chosen(client: Client, *, member: bool) -> None:
    if member:
        client.force_login(make_user(language="en"))
    page = client.get("/help/").content.decode()

    menu = page.partition('class="preferences"')[2].partition("</form>")[0]
    assert 'value="en" lang="en" aria-pressed="true"' in menu
    assert 'value="ru" lang="ru" aria-pressed="false"' in menu


def test_a_members_choice_is_kept_in_the_profile(client: Client) -> None:
    member = make_user(language="en")
    client.force_login(member)

    client.post("/preferences/", {"language": "ru"})

    member.refresh_from_db()
    assert member.language == "ru"
    assert client.get("/help/").headers["Content-Language"] == "ru"


def test_a_guests_page_holds_no_token_of_theirs(client: Client) -> None:
    """With one, no page could be kept for all of them."""
    assert "csrfmiddlewaretoken" not in client.get("/help/").content.decode()
