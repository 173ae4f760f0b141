"""What every page needs: who runs the site, its languages, and the links at its foot."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info

from marketplace.discovery.search import SearchQuery
from marketplace.discovery.vocabulary import Vocabulary, vocabulary
from marketplace.notifications.models import Notification
from marketplace.storefront.search_url import search_url
from marketplace.storefront.theme import chosen_theme

# What a bell can count up to.
_MANY: Final = 99


class Link(NamedTuple):
    """A line at the foot of the page."""

    label: str
    url: str


class LinkGroup(NamedTuple):
    """A column at the foot of the page."""

    title: str
    links: tuple[Link, ...]


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
        "theme": chosen_theme(request),
        "footer_links": footer_links,
        "unread_notifications": SimpleLazyObject(partial(unread_notifications, request)),
    }


def unread_notifications(request: HttpRequest) -> str:
    """The number on a member's bell; nothing where there is none. One query of an index alone."""
    unread = Notification.objects.listed_for(request.user.pk).unread().order_by()
    number = unread.values("recipient")[: _MANY + 1].count()
    return f"{_MANY}+" if number > _MANY else str(number or "")


# The columns by language, and the words that they were made of.
_made: dict[str | None, tuple[Vocabulary, tuple[LinkGroup, ...]]] = {}


def footer_links() -> tuple[LinkGroup, ...]:
    """The categories of each city, as searches; made once for each language and vocabulary."""
    words = vocabulary()
    made_of, groups = _made.get(get_language(), (None, ()))
    if made_of is not words:
        groups = _groups(words)
        _made[get_language()] = words, groups
    return groups


def _groups(words: Vocabulary) -> tuple[LinkGroup, ...]:
    return tuple(
        LinkGroup(
            city.label,
            tuple(
                Link(
                    category.plural_label,
                    search_url(SearchQuery(city=city.slug, category=category.slug)),
                )
                for category in words.categories
            ),
        )
        for city in words.cities
    )
