"""The frame of every page: theme, choices, icons, and what goes with a shared link."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.contrib.staticfiles import finders
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from marketplace.accounts.tests.factories import make_user
from marketplace.storefront.theme import THEME_COOKIE
from marketplace.storefront.views import errors
from marketplace.venues.tests.factories import add_photo_rows, make_venue

pytestmark = pytest.mark.django_db
PREFERENCES = "/preferences/"
PUBLIC = ("home", "search", "help", "contact", "terms", "privacy", "offer")


def choose(client: Client, *, page: str = "/help/", **choice: str) -> HttpResponseBase:
    headers = {"referer": f"http://testserver{page}", "origin": "http://testserver"}
    return client.post(PREFERENCES, choice, headers=headers)


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def opening_tag(client: Client, path: str = "/help/") -> str:
    return client.get(path).content.decode().partition("<html")[2].partition(">")[0]


# --- Light or dark --------------------------------------------------------------------------------


def test_theme_is_the_systems_until_one_is_chosen(client: Client) -> None:
    assert "data-theme" not in opening_tag(client)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_theme_is_in_the_page_as_it_comes(client: Client, theme: str) -> None:
    choose(client, theme=theme)

    assert f'data-theme="{theme}"' in opening_tag(client)


def test_the_system_is_followed_again(client: Client) -> None:
    choose(client, theme="dark")

    choose(client, theme="system")

    assert "data-theme" not in opening_tag(client)


def test_what_is_no_theme_is_not_written_into_the_page(client: Client) -> None:
    client.cookies[THEME_COOKIE] = 'dark" onload="x'

    assert "data-theme" not in opening_tag(client)


@pytest.mark.parametrize("choice", [{"theme": "pink"}, {"language": "tlh"}])
def test_what_cannot_be_chosen_is_400(client: Client, choice: dict[str, str]) -> None:
    response = choose(client, **choice)

    assert response.status_code == 400
    assert not response.cookies


@pytest.mark.parametrize(("theme", "shown"), [("light", "#FFFFFF"), ("dark", "#141513")])
def test_the_browsers_own_colour_goes_with_the_theme(
    client: Client, theme: str, shown: str
) -> None:
    choose(client, theme=theme)

    page = client.get("/help/").content.decode()

    assert f'<meta name="theme-color" content="{shown}" media="all"' in page
    assert page.count('media="not all"') == 1


@pytest.mark.parametrize("member", [False, True])
def test_the_choice_shows_what_is_chosen(client: Client, *, member: bool) -> None:
    if member:
        client.force_login(make_user())
    choose(client, theme="dark")

    page = client.get("/help/").content.decode()

    assert page.count('name="theme"') == 3
    assert '<button type="submit" name="theme" value="dark" aria-pressed="true">' in page
    assert '<button type="submit" name="theme" value="system" aria-pressed="false">' in page


def test_error_pages_keep_the_theme(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.COOKIES[THEME_COOKIE] = "dark"

    assert 'data-theme="dark"' in errors.server_error(request).content.decode()


# --- Where a choice leads -------------------------------------------------------------------------


def test_a_choice_goes_back_to_the_page_with_its_query(client: Client) -> None:
    response = choose(client, page="/search/?where=almaty&guests=20", theme="dark")

    assert (response.status_code, response["Location"]) == (302, "/search/?where=almaty&guests=20")


@pytest.mark.parametrize("referer", ["", "https://elsewhere.example/search/", "javascript:1"])
def test_a_choice_goes_back_to_no_other_site(client: Client, referer: str) -> None:
    response = client.post(PREFERENCES, {"theme": "dark"}, headers={"referer": referer})

    assert response["Location"] == "/"


def test_a_choice_needs_no_token() -> None:
    strict = Client(enforce_csrf_checks=True)

    assert choose(strict, theme="dark").status_code == 302


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
def test_another_sites_page_chooses_nothing(client: Client, origin: str) -> None:
    response = client.post(PREFERENCES, {"theme": "dark"}, headers={"origin": origin})

    assert response.status_code == 403
    assert THEME_COOKIE not in response.cookies


# --- Icons ----------------------------------------------------------------------------------------


def test_manifest_names_icons_that_there_are(client: Client) -> None:
    response = client.get("/site.webmanifest")

    manifest: dict[str, Any] = json.loads(response.content)
    assert response["Content-Type"] == "application/manifest+json"
    assert (manifest["short_name"], manifest["start_url"]) == ("JoyTop", "/")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        path = finders.find(icon["src"].removeprefix(project.STATIC_URL))
        assert path
        if icon["type"] == "image/png":
            assert "{}x{}".format(*size_of(Path(path))) == icon["sizes"]


def test_manifest_speaks_the_visitors_language(client: Client) -> None:
    manifest = client.get("/site.webmanifest", headers={"accept-language": "ru"}).json()

    assert manifest["lang"] == "ru"


# --- What goes with a shared link -----------------------------------------------------------------


@pytest.mark.parametrize("name", PUBLIC)
def test_a_shared_page_has_a_title_an_address_and_a_picture(
    client: Client, settings: Settings, name: str
) -> None:
    settings.SITE_URL = "https://joytop.example"
    path = reverse(f"storefront:{name}")

    page = client.get(path).content.decode()

    title = page.partition("<title>")[2].partition(" · JoyTop</title>")[0]
    assert f'<meta property="og:title" content="{title}">' in page
    assert f'<meta property="og:url" content="https://joytop.example{path}">' in page
    assert '<meta property="og:image" content="https://joytop.example/static/images/share' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page


def test_a_shared_venue_shows_its_own_cover(client: Client, settings: Settings) -> None:
    settings.SITE_URL = "https://joytop.example"
    venue = make_venue(photos=0)
    [cover] = add_photo_rows(venue=venue, photos=1)

    page = client.get(venue.get_absolute_url()).content.decode()

    assert page.count('property="og:image"') == 1
    assert f'<meta property="og:image" content="https://joytop.example{cover.large_src}">' in page


def test_members_pages_carry_nothing_for_shared_links(client: Client) -> None:
    client.force_login(make_user())

    assert "og:title" not in client.get("/help/").content.decode()


def test_picture_of_shared_links_is_large_and_light() -> None:
    path = Path(project.BASE_DIR, "static/images/share.jpg")

    assert size_of(path) == (1200, 630)
    assert path.stat().st_size <= 120 * 1024
