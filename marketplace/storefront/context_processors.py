"""What every page needs: who runs the site, its languages, and the links at its foot."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, TypedDict

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language_info

from marketplace.discovery.search import SearchQuery
from marketplace.discovery.vocabulary import vocabulary
from marketplace.notifications.models import Notification
from marketplace.storefront.search_url import search_url

# What a bell can count up to.
_MANY: Final = 99


class Link(TypedDict):
    """A line at the foot of the page."""

    label: str
    url: str


class LinkGroup(TypedDict):
    """A column at the foot of the page."""

    title: str
    links: list[Link]


def site(request: HttpRequest) -> dict[str, Any]:
    """Costs no query by itself: what is kept as a function is read only where it is shown."""
    return {
        "operator": settings.OPERATOR,
        "sandbox": settings.SANDBOX_OUTBOX,
        "site_url": settings.SITE_URL,
        "site_languages": [
            (code, get_language_info(code)["name_local"].capitalize())
            for code, _name in settings.LANGUAGES
        ],
        "footer_links": footer_links,
        "unread_notifications": SimpleLazyObject(partial(unread_notifications, request)),
    }


def unread_notifications(request: HttpRequest) -> str:
    """The number on a member's bell; nothing where there is none. One query of an index alone."""
    unread = Notification.objects.listed_for(request.user.pk).unread().order_by()
    number = unread[: _MANY + 1].count()
    return f"{_MANY}+" if number > _MANY else str(number or "")


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
