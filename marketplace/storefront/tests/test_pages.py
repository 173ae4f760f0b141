import xml.etree.ElementTree as ET

import pytest
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from marketplace.storefront.context_processors import footer_links
from marketplace.storefront.views import errors
from marketplace.venues.tests.factories import make_reference, make_venue

TEXT_PAGES = ("help", "terms", "privacy", "offer")


@pytest.mark.django_db
@pytest.mark.parametrize("name", TEXT_PAGES)
def test_text_pages_open_under_a_heading(client: Client, name: str) -> None:
    response = client.get(reverse(f"storefront:{name}"))

    assert response.status_code == 200
    assert "<h1" in response.content.decode()


@pytest.mark.django_db
def test_text_pages_are_linked_from_every_foot(client: Client) -> None:
    page = client.get("/search/").content.decode()

    for name in (*TEXT_PAGES, "contact"):
        assert f'href="{reverse(f"storefront:{name}")}"' in page


@pytest.mark.django_db
def test_foot_links_cities_and_categories() -> None:
    make_reference()

    almaty, _astana = footer_links()

    assert almaty.title == "Almaty"
    assert almaty.links == (
        ("Event halls", "/search/?category=event-hall&where=almaty"),
        ("Lofts", "/search/?category=loft&where=almaty"),
    )


@pytest.mark.django_db(transaction=True)
def test_foot_costs_no_query_once_known(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_reference()
    client.get(reverse("storefront:help"))

    with django_assert_num_queries(0):
        client.get(reverse("storefront:help"))


@pytest.mark.django_db
def test_robots_are_led_to_the_sitemap(client: Client) -> None:
    response = client.get("/robots.txt")

    lines = response.content.decode().splitlines()
    assert response.headers["Content-Type"].startswith("text/plain")
    assert "Disallow: /moderation/" in lines
    assert lines[-1] == f"Sitemap: {settings.SITE_URL}/sitemap.xml"


@pytest.mark.django_db
def test_sitemap_has_published_venues_alone(client: Client) -> None:
    venue = make_venue()
    make_venue(status="draft")

    response = client.get("/sitemap.xml")

    root = ET.fromstring(response.content)
    found = {element.text for element in root.iter() if element.tag.endswith("loc")}
    assert f"{settings.SITE_URL}{venue.get_absolute_url()}" in found
    assert len([address for address in found if address and "/venues/" in address]) == 1


@pytest.mark.django_db
def test_unknown_address_is_a_friendly_404(client: Client) -> None:
    response = client.get("/no/such/page/")

    assert response.status_code == 404
    assert "Nothing behind this door" in response.content.decode()


def test_fault_page_needs_no_database(rf: RequestFactory) -> None:
    response = errors.server_error(rf.get("/"))

    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()


def test_bad_request_page_needs_no_database(rf: RequestFactory) -> None:
    response = errors.bad_request(rf.get("/"), SuspiciousOperation())

    assert response.status_code == 400


@pytest.mark.django_db
def test_form_without_its_token_is_403_with_a_page(rf: RequestFactory) -> None:
    client = Client(enforce_csrf_checks=True)

    response = client.post("/contact/", {"name": "Gulnara"})

    assert response.status_code == 403
    assert "The form was open for too long" in response.content.decode()
    assert "Back to the form" not in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("came_from", "leads_back"),
    [("http://testserver/contact/?a=1", True), ("https://elsewhere.example/contact/", False)],
)
def test_form_without_its_token_leads_back_to_a_page_of_ours(
    came_from: str, leads_back: bool
) -> None:
    client = Client(enforce_csrf_checks=True)

    response = client.post("/contact/", {}, headers={"Referer": came_from})

    assert (f'href="{came_from}"' in response.content.decode()) is leads_back


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/search/", "/help/", "/robots.txt", "/sitemap.xml"])
def test_pages_are_only_read(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
