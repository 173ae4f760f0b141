"""The first page."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.core.htmx import HtmxHttpRequest
from marketplace.discovery.search import SearchQuery
from marketplace.discovery.selectors import home_selection
from marketplace.discovery.vocabulary import vocabulary
from marketplace.storefront.forms.search import SearchForm
from marketplace.storefront.last_city import last_city
from marketplace.storefront.search_url import search_url
from marketplace.storefront.search_words import summary_of

# The owners' band counts with so many hours of bookings a month: ten evenings of four hours.
HOURS_A_MONTH: Final = 40
# How wide a card of a rail is (static/src/venues.css), so that browsers fetch no larger a picture.
_RAIL_SIZES: Final = "(min-width: 1024px) 290px, (min-width: 640px) 44vw, 78vw"


@require_safe
def home(request: HtmxHttpRequest) -> HttpResponse:
    """Search, and real venues to want."""
    words, now = vocabulary(), timezone.now()
    selection = home_selection(words, now=now, city=last_city(request))
    figure = selection.figure
    context = {
        "form": SearchForm(words=words, now=now),
        "rail_sizes": _RAIL_SIZES,
        "summary": summary_of(SearchQuery(), words),
        "selection": selection,
        "nearby_url": search_url(SearchQuery(city=selection.city.slug)) if selection.city else "",
        "cities": get_text_list([city.label for city in words.cities], _("and")),
        "tiles": [
            (tile, search_url(SearchQuery(category=tile.category.slug))) for tile in selection.tiles
        ],
        "figure": figure,
        "hours_a_month": HOURS_A_MONTH,
        "monthly": figure.monthly(HOURS_A_MONTH) if figure else None,
    }
    return render(request, "storefront/home.html", context)
