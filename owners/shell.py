"""What every page of a section has around its form."""

from typing import Any

from marketplace.venues.enums import ListingSection, ListingStatus
from marketplace.venues.models import Membership, Venue
from marketplace.venues.selectors import last_word
from owners.presenting import after, listed, rail, section_url, sections


def section_context(membership: Membership, section: str) -> dict[str, Any]:
    """The rail, the steps of a draft, and what a moderator asks to change in this section."""
    venue = membership.venue
    listing = listed(membership)
    subject = venue.waiting_edit if listing.is_live else venue
    word = last_word(subject) if subject and (listing.is_live or _was_sent_back(venue)) else None
    return {
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
        "active_tab": "venues",
    }


def _was_sent_back(venue: Venue) -> bool:
    return venue.status == ListingStatus.CHANGES_REQUESTED
