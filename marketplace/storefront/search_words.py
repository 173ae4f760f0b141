"""A search in words: its title, its count, what is set, and what to try instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from marketplace.core.days import short_day
from marketplace.core.templatetags.formats import clock, length_in_words, quoted
from marketplace.discovery.search import Loosening, SearchQuery, Suggestion
from marketplace.discovery.vocabulary import Vocabulary
from marketplace.storefront.search_url import search_url


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that is set, and the search without it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A search that does find something, in words."""

    label: str
    url: str


def day_in_words(query: SearchQuery) -> str:
    """`Sat 12 Dec`, or nothing."""
    return short_day(query.date) if query.date else ""


def time_in_words(query: SearchQuery) -> str:
    """`Sat 12 Dec, 18:00–22:00`, or the day alone, or nothing."""
    day = day_in_words(query)
    if query.minutes is None:
        return day
    return f"{day}, {clock(query.starts_minute)}–{clock(query.ends_minute)}"


def place_in_words(query: SearchQuery, words: Vocabulary) -> str:
    """`Medeu, Almaty`, or the city alone, or nothing."""
    district, city = words.district(query.city, query.district), words.city(query.city)
    return ", ".join(word.label for word in (district, city) if word)


def title_of(query: SearchQuery, words: Vocabulary) -> str:
    """`Lofts in Medeu, Almaty`; `All venues` where nothing is set."""
    category = words.category(query.category)
    place = place_in_words(query, words)
    if not place:
        return category.plural_label if category else _("All venues")
    what = category.plural_label if category else _("Venues")
    return _("%(what)s in %(place)s") % {"what": what, "place": place}


def count_in_words(count: int, query: SearchQuery) -> str:
    """`23 venues free on Sat 12 Dec, 18:00–22:00`."""
    if count == 0:
        return _("No venue fits all of this")
    if query.date is None:
        return ngettext("%(count)s venue", "%(count)s venues", count) % {"count": count}
    return ngettext(
        "%(count)s venue free on %(time)s", "%(count)s venues free on %(time)s", count
    ) % {"count": count, "time": time_in_words(query)}


def guests_in_words(guests: int) -> str:
    """`40 guests`."""
    return ngettext("%(guests)s guest", "%(guests)s guests", guests) % {"guests": guests}


def summary_of(query: SearchQuery, words: Vocabulary) -> str:
    """`Event hall · Almaty · Sat 12 Dec, 18:00–22:00 · 40 guests`, on one line of a phone."""
    category = words.category(query.category)
    said = (
        category.label if category else "",
        place_in_words(query, words),
        time_in_words(query),
        guests_in_words(query.guests) if query.guests else "",
    )
    return " · ".join(filter(None, said)) or _("Any occasion · anywhere · any time")


def chips_of(query: SearchQuery) -> list[Chip]:
    """What is set besides the kind and the place, which the title says, in the form's order."""
    set_words: Sequence[tuple[str, SearchQuery]] = (
        (time_in_words(query), query.without_time()),
        (guests_in_words(query.guests) if query.guests else "", replace(query, guests=None)),
        (quoted(query.text) if query.text else "", replace(query, text="")),
    )
    return [Chip(label, search_url(without)) for label, without in set_words if label]


_INSTEAD: Final = {
    Loosening.TIME: _lazy("Look at any time"),
    Loosening.GUESTS: _lazy("Look at rooms of any size"),
    Loosening.TEXT: _lazy("Leave the words out"),
    Loosening.CITY: _lazy("Look in every city"),
    Loosening.CATEGORY: _lazy("Look at every kind of venue"),
}


def _instead(suggestion: Suggestion, words: Vocabulary) -> str:
    query = suggestion.query
    if suggestion.loosening == Loosening.LENGTH:
        return _("Stay longer: the shortest booking then is %(length)s, %(time)s") % {
            "length": length_in_words(query.minutes or 0),
            "time": time_in_words(query),
        }
    if suggestion.loosening == Loosening.DISTRICT:
        return _("Look in all of %(city)s") % {"city": place_in_words(query, words)}
    return str(_INSTEAD[suggestion.loosening])


def offers_of(suggestions: Sequence[Suggestion], words: Vocabulary) -> list[Offer]:
    """What to try instead, each with how many venues it finds."""
    offers = []
    for suggestion in suggestions:
        venues = ngettext("%(count)s venue", "%(count)s venues", suggestion.count)
        label = f"{_instead(suggestion, words)} · {venues % {'count': suggestion.count}}"
        offers.append(Offer(label, search_url(suggestion.query)))
    return offers
