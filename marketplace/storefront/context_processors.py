"""What every page needs: who runs the site, its languages, and the links at its foot."""

from __future__ import annotations

from typing import Any, TypedDict

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_info

from marketplace.discovery.search import SearchQuery
from marketplace.discovery.vocabulary import vocabulary
from marketplace.storefront.search_url import search_url


class Link(TypedDict):
    """A line at the foot of the page."""

    label: str
    url: str


class LinkGroup(TypedDict):
    """A column at the foot of the page."""

    title: str
    links: list[Link]


def site(request: HttpRequest) -> dict[str, Any]:
    """Costs no query: the footer's words are kept in memory, and read only where it is shown."""
    return {
        "operator": settings.OPERATOR,
        "sandbox": settings.SANDBOX_OUTBOX,
        "site_url": settings.SITE_URL,
        "site_languages": [
            (code, get_language_info(code)["name_local"].capitalize())
            for code, _name in settings.LANGUAGES
        ],
        "footer_links": footer_links,
    }


def footer_links() -> list[LinkGroup]:
    """The categories of each city, as searches."""
    words = vocabulary()
    return [
        {
            "title": city.label,
            "links": [
                {
                    "label": category.plural_label,
                    "url": search_url(SearchQuery(city=city.slug, category=category.slug)),
                }
                for category in words.categories
            ],
        }
        for city in words.cities
    ]
