"""The search page and its results."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from marketplace.core.htmx import HtmxHttpRequest, is_fragment
from marketplace.discovery import search as discovery
from marketplace.discovery.cards import VenueCard
from marketplace.discovery.vocabulary import Vocabulary, vocabulary
from marketplace.storefront import search_words
from marketplace.storefront.forms.search import SearchForm
from marketplace.storefront.last_city import remember_city
from marketplace.storefront.search_url import card_with_time, search_url

_PAGE = "storefront/search.html"
_RESULTS = "storefront/search.html#results"
_CARDS_INSTEAD: Final = 4


@require_safe
def search(request: HtmxHttpRequest) -> HttpResponse:
    """Venues for what is asked; htmx gets the results alone, under the search's own address.

    What a form left empty is taken out of the address. 422 for what cannot be asked, with
    everything typed kept, over what the rest of it finds. A page past the last shows the last; what
    is no page number is 404.
    """
    words, now = vocabulary(), timezone.now()
    form = SearchForm(request.GET, words=words, now=now)
    fragment = is_fragment(request)
    template = _RESULTS if fragment else _PAGE
    if not form.is_valid():
        rest = SearchForm(form.without_what_is_wrong(), words=words, now=now)
        rest.full_clean()
        query = rest.query()
        context = {"form": form, "fragment": fragment}
        context |= _answer(query, discovery.search(query, now=now), words, now)
        return render(request, template, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    query = form.query()
    if "" in request.GET.values() and not fragment:
        return redirect(search_url(query))
    result = discovery.search(query, now=now, page=_page_number(request))
    address = search_url(query, page=result.page.number)
    context = {"form": form, "address": address, "fragment": fragment}
    context |= _answer(query, result, words, now)
    response = render(request, template, context)
    remember_city(request, response, query.city)
    return push_url(response, address) if fragment else response


def _answer(
    query: discovery.SearchQuery, result: discovery.SearchPage, words: Vocabulary, now: datetime
) -> dict[str, Any]:
    """What was found, in words; where nothing was, what to try and a first look at it."""
    suggestions = [] if result.count else discovery.next_best(query, now=now)
    instead = suggestions[0].query if suggestions else None
    return {
        "result": result,
        "cards": [card_with_time(card, query) for card in result.cards],
        "title": search_words.title_of(query, words),
        "count": search_words.count_in_words(result.count, query),
        "summary": search_words.summary_of(query, words),
        "chips": search_words.chips_of(query),
        "offers": search_words.offers_of(suggestions, words),
        "instead": _first_look(instead, now) if instead else [],
    }


def _first_look(query: discovery.SearchQuery, now: datetime) -> list[VenueCard]:
    cards = discovery.first_cards(query, most=_CARDS_INSTEAD, now=now)
    return [card_with_time(card, query) for card in cards]


def _page_number(request: HtmxHttpRequest) -> int:
    asked = request.GET.get("page") or "1"
    if not asked.isascii() or not asked.isdigit() or len(asked) > 6 or int(asked) < 1:
        raise Http404
    return int(asked)
