"""What every page of a section has around its form."""

from typing import Any

from marketplace.venues.enums import ListingSection, ListingStatus
from marketplace.venues.models import Membership, Venue
from marketplace.venues.selectors import ModeratorsWord, asked_of, last_word
from owners.desk import desk_around
from owners.presenting import after, listed, rail, section_url, sections


def section_context(membership: Membership, section: str) -> dict[str, Any]:
    """The rail, the steps of a draft, and what a moderator asks to change in this section."""
    venue = membership.venue
    listing = listed(membership)
    word = _word(venue, is_live=listing.is_live)
    return {
        **desk_around(membership),
        "listing": listing,
        "venue": venue,
        "section": ListingSection(section),
        "rail": rail(listing, section),
        "steps": sections(listing, section),
        "missing_here": [need.text for need in listing.readiness.missing_in(section)],
        "asked_here": [
            change.text for change in (word.changes if word else ()) if change.section == section
        ],
        "section_url": section_url(venue, section),
        "next_url": after(section, venue),
    }


def _word(venue: Venue, *, is_live: bool) -> ModeratorsWord | None:
    if is_live:
        edit = venue.waiting_edit
        return asked_of(edit) if edit else None
    return last_word(venue) if venue.status == ListingStatus.CHANGES_REQUESTED else None
