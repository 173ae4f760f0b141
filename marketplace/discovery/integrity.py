"""Discovery's promise to the others: search shows the listings as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marketplace.core.integrity import Breach, check
from marketplace.discovery.models import SearchEntry
from marketplace.discovery.services import entries_for, listed_venues
from marketplace.venues.models import Venue

_NAME = "discovery.entries_match_listings"


@check(_NAME)
def entries_match_listings() -> Iterator[Breach]:
    """Each space that is on offer has one entry, which says what the listing says; others none."""
    found = {entry.space_id: _facts(entry) for entry in SearchEntry.objects.iterator()}
    listed = listed_venues(Venue.objects.published()).order_by("pk")
    for venue in listed.iterator(chunk_size=200):
        for entry in entries_for(venue):
            expected, actual = _facts(entry), found.pop(entry.space_id, None)
            if actual is None:
                yield Breach(_NAME, f"space {entry.space_id}", "is on offer and cannot be found")
            elif actual != expected:
                wrong = ", ".join(name for name in expected if actual[name] != expected[name])
                yield Breach(_NAME, f"space {entry.space_id}", f"is found with another {wrong}")
    for space_id in sorted(found):
        yield Breach(_NAME, f"space {space_id}", "is found and not on offer")


def _facts(entry: SearchEntry) -> dict[str, Any]:
    return {
        field.attname: getattr(entry, field.attname) for field in SearchEntry._meta.concrete_fields
    }
