"""A search as an address, written one way: `/search/?where=almaty/medeu&guests=40`."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from marketplace.core.templatetags.formats import clock
from marketplace.discovery.search import SearchQuery, Sort


def search_parameters(query: SearchQuery) -> dict[str, str]:
    """The parameters that `SearchForm` reads this very search from; only those that say something.

    An end at midnight is `00:00`, as in the form.
    """
    said = {
        "category": query.category,
        "where": "/".join(filter(None, (query.city, query.district))),
        "date": query.date.isoformat() if query.date else "",
        "starts": clock(query.starts_minute),
        "ends": clock(query.ends_minute),
        "guests": str(query.guests or ""),
        "q": query.text,
        "sort": "" if query.sort == Sort.NEWEST else query.sort.value,
    }
    return {name: value for name, value in said.items() if value}


def search_url(query: SearchQuery, *, page: int = 1) -> str:
    """The address of this search; of its first page without a number."""
    parameters = search_parameters(query) | ({"page": str(page)} if page > 1 else {})
    path = reverse("storefront:search")
    return f"{path}?{urlencode(parameters, safe='/:')}" if parameters else path
