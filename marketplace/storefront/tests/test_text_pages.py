"""The pages of text: help, terms, privacy notice and public offer."""

import re

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from marketplace.pricing.cancellation import TERMS, time_ahead
from marketplace.venues.enums import CancellationPolicy

pytestmark = pytest.mark.django_db

each_page = pytest.mark.parametrize("path", ["/help/", "/terms/", "/privacy/", "/offer/"])


@each_page
def test_page_names_the_operator(client: Client, path: str) -> None:
    page = client.get(path).content.decode()

    assert settings.OPERATOR["name"] in page


@each_page
def test_page_contents_lead_to_every_section(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    contents = page.split('id="contents"')[1].split("</ul>")[0]
    text = page.split("<article")[1].split("</article>")[0]

    assert re.findall(r'href="#([a-z-]+)"', contents) == re.findall(r'<h2 id="([a-z-]+)"', text)


def test_privacy_notice_names_the_cookies_that_are_set(client: Client) -> None:
    page = client.get("/privacy/").content.decode()

    for name in ("__Host-session", "__Host-csrf", "messages", settings.LANGUAGE_COOKIE_NAME):
        assert f"<code>{name}</code>" in page


@pytest.mark.parametrize(("percent", "total"), [(5, "189\xa0000\xa0₸"), (7, "192\xa0600\xa0₸")])
def test_offer_follows_the_service_fee_that_is_set(
    client: Client, settings: Settings, percent: int, total: str
) -> None:
    settings.SERVICE_FEE_PERCENT = percent

    page = client.get("/offer/").content.decode()

    assert f"<td>{percent}&nbsp;%</td>" in page
    assert f"The renter pays {total};" in page


@pytest.mark.parametrize("policy", CancellationPolicy)
def test_offer_and_prices_agree_on_cancellation(client: Client, policy: CancellationPolicy) -> None:
    page = client.get("/offer/").content.decode()

    terms = TERMS[policy]
    half = f"{time_ahead(terms.half_until)} before" if terms.half_until else "–"
    assert (
        f"<tr><td>{policy.label}</td><td>{time_ahead(terms.full_until)} before</td><td>{half}</td>"
    ) in page
