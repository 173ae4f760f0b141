"""The words one can search by: categories, cities and their districts.

Every page needs them (the footer alone does) and they change a few times a year, so each process
keeps them for a minute. A change in this process drops them at once; a change in another process
shows within that minute. Inside a transaction they are read afresh and not kept: what is not
committed must not be shown to others, and tests, which roll back, never see each other's words.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import CharField, F, Value
from django.utils.translation import gettext

from marketplace.discovery.models import SearchEntry
from marketplace.venues.models import Category, City, District

SECONDS_KEPT: Final = 60


@dataclass(frozen=True, slots=True)
class Word:
    """A category or a district; `label` is its name in the language of the page."""

    slug: str
    name: str
    plural_name: str = ""
    icon: str = ""
    pk: int = 0

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return gettext(self.name)

    @property
    def plural_label(self) -> str:
        """The name of many in the language of the page."""
        return gettext(self.plural_name or self.name)


@dataclass(frozen=True, slots=True)
class CityWord(Word):
    """A city with its districts."""

    districts: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All the words, in the order of the reference data; and every time zone that venues are in."""

    categories: tuple[Word, ...]
    cities: tuple[CityWord, ...]
    zones: tuple[str, ...] = ()

    def category(self, slug: str) -> Word | None:
        """The category of this slug."""
        return next((word for word in self.categories if word.slug == slug), None)

    def city(self, slug: str) -> CityWord | None:
        """The city of this slug."""
        return next((word for word in self.cities if word.slug == slug), None)

    def district(self, city: str, slug: str) -> Word | None:
        """The district of this slug in this city."""
        found = self.city(city)
        return (
            next((word for word in found.districts if word.slug == slug), None) if found else None
        )

    @property
    def labels(self) -> Labels:
        """Names in the language of the page, for rows that know only ids."""
        return Labels(
            categories={word.pk: word.label for word in self.categories},
            cities={word.pk: word.label for word in self.cities},
            districts={word.pk: word.label for city in self.cities for word in city.districts},
        )


@dataclass(frozen=True, slots=True)
class Labels:
    """Names by id. What another process added within the last minute may be missing."""

    categories: dict[int, str]
    cities: dict[int, str]
    districts: dict[int, str]


_kept: dict[str, tuple[float, Vocabulary]] = {}


def vocabulary() -> Vocabulary:
    """The words, from memory where they are fresh; else by one query."""
    if connection.in_atomic_block:
        return _load()
    database = str(connection.settings_dict["NAME"])
    now = time.monotonic()
    read_at, words = _kept.get(database, (0.0, None))
    if words is None or now - read_at > SECONDS_KEPT:
        words = _load()
        _kept[database] = (now, words)
    return words


def forget_vocabulary() -> None:
    """Drop what this process keeps."""
    _kept.clear()


def _load() -> Vocabulary:
    none = Value("", output_field=CharField())
    categories = Category.objects.order_by().values_list(
        Value("category"), "position", "id", none, "slug", "name", "plural_name", "icon"
    )
    cities = City.objects.order_by().values_list(
        Value("city"), "position", "id", none, "slug", "name", none, none
    )
    districts = District.objects.order_by().values_list(
        Value("district"), "position", "id", F("city__slug"), "slug", "name", none, none
    )
    zones = [
        rows.order_by()
        .values_list(Value("zone"), Value(0), Value(0), none, "time_zone", none, none, none)
        .distinct()
        for rows in (City.objects, SearchEntry.objects)
    ]
    words: defaultdict[tuple[str, str], list[Word]] = defaultdict(list)
    rows = sorted(categories.union(cities, districts, *zones, all=True))
    for kind, _position, pk, city, slug, name, plural_name, icon in rows:
        words[kind, city].append(Word(slug, name, plural_name, icon, pk))
    return Vocabulary(
        categories=tuple(words["category", ""]),
        cities=tuple(
            CityWord(
                city.slug, city.name, pk=city.pk, districts=tuple(words["district", city.slug])
            )
            for city in words["city", ""]
        ),
        zones=tuple(dict.fromkeys(word.slug for word in words["zone", ""])),
    )
