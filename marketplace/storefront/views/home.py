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
from marketplace.storefront.search_url import search_url

# The owners' band counts with so many hours of bookings a month: ten evenings of four hours.
HOURS_A_MONTH: Final = 40


@require_safe
def home(request: HtmxHttpRequest) -> HttpResponse:
    """Search, and real venues to want."""
    words, now = vocabulary(), timezone.now()
    selection = home_selection(words, now=now)
    figure = selection.figure
    context = {
        "form": SearchForm(words=words, now=now),
        "selection": selection,
        "cities": get_text_list([city.label for city in words.cities], _("and")),
        "tiles": [
            (tile, search_url(SearchQuery(category=tile.category.slug))) for tile in selection.tiles
        ],
        "figure": figure,
        "hours_a_month": HOURS_A_MONTH,
        "monthly": figure.monthly(HOURS_A_MONTH) if figure else None,
    }
    return render(request, "storefront/home.html", context)
