"""A search as an address, written one way: `/search/?where=almaty/medeu&guests=40`."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from django.urls import reverse

from marketplace.core.templatetags.formats import clock
from marketplace.discovery.cards import VenueCard
from marketplace.discovery.search import SearchQuery, Sort


def search_parameters(query: SearchQuery) -> dict[str, str]:
    """The parameters that `SearchForm` reads this very search from; only those that say something.

    An end at midnight is `00:00`, as in the form.
    """
    said = {
        "category": query.category,
        "where": "/".join(filter(None, (query.city, query.district))),
        **_time_parameters(query),
        "q": query.text,
        "sort": "" if query.sort == Sort.NEWEST else query.sort.value,
    }
    return {name: value for name, value in said.items() if value}


def _time_parameters(query: SearchQuery) -> dict[str, str]:
    """When, and for how many: what the page of a venue asks for, too."""
    return {
        "date": query.date.isoformat() if query.date else "",
        "starts": clock(query.starts_minute),
        "ends": clock(query.ends_minute),
        "guests": str(query.guests or ""),
    }


def card_with_time(card: VenueCard, query: SearchQuery) -> VenueCard:
    """The same card, leading to the venue's page with the day, hours and guests of the search."""
    said = {name: value for name, value in _time_parameters(query).items() if value}
    return replace(card, url=f"{card.url}?{urlencode(said, safe=':')}") if said else card


def search_url(query: SearchQuery, *, page: int = 1) -> str:
    """The address of this search; of its first page without a number."""
    parameters = search_parameters(query) | ({"page": str(page)} if page > 1 else {})
    path = reverse("storefront:search")
    return f"{path}?{urlencode(parameters, safe='/:')}" if parameters else path
