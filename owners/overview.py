"""What the page of one listing shows its team."""

from typing import Any, Final

from marketplace.core.models import StateChange
from marketplace.venues.enums import ListingSection, ListingStatus
from marketplace.venues.models import Membership, Venue
from marketplace.venues.selectors import (
    ModeratorsWord,
    asked_of,
    describe_edit,
    last_word,
    state_history,
)
from owners.desk import desk_around
from owners.presenting import Listed, listed, missing, rail, section_url, sections

_KINDS: Final = {
    ListingStatus.PUBLISHED: "good",
    ListingStatus.IN_REVIEW: "info",
    ListingStatus.CHANGES_REQUESTED: "warning",
    ListingStatus.REJECTED: "danger",
    ListingStatus.SUSPENDED: "danger",
}
_ANSWERED: Final = {ListingStatus.CHANGES_REQUESTED, ListingStatus.REJECTED}


def overview(membership: Membership) -> dict[str, Any]:
    """Everything in a fixed number of queries."""
    venue = membership.venue
    listing = listed(membership)
    steps = sections(listing)
    edit = venue.waiting_edit
    history = state_history(venue)
    word = last_word(venue) if venue.status in _ANSWERED else None
    edit_word = asked_of(edit) if edit else None
    return {
        **desk_around(membership),
        "listing": listing,
        "venue": venue,
        "rail": rail(listing),
        "steps": steps,
        "steps_done": sum(step.is_done for step in steps),
        "continue_at": next((step for step in steps if step.is_next and step.url), None),
        "missing": missing(listing),
        "word": word,
        "asked": _asked(venue, word),
        "edit": edit,
        "edit_lines": describe_edit(edit, venue) if edit else [],
        "edit_word": edit_word,
        "edit_asked": _asked(venue, edit_word),
        "history": [_entry(step) for step in history],
        "suspension": _suspension(venue, history),
        "actions": actions(listing),
    }


def actions(listing: Listed) -> frozenset[str]:
    """The buttons that this visitor gets on the page of this listing."""
    status = listing.venue.status
    found = set()
    if listing.may_edit:
        if listing.is_draft and listing.readiness.is_complete:
            found.add("submit")
        if status == ListingStatus.PUBLISHED:
            found.add("pause")
        if status == ListingStatus.PAUSED:
            found.add("resume")
        if status == ListingStatus.REJECTED:
            found.add("reopen")
        if listing.venue.waiting_edit:
            found.add("edit_withdraw")
    archivable = {ListingStatus.DRAFT, ListingStatus.PAUSED, ListingStatus.REJECTED}
    if listing.may_close and status in archivable:
        found.add("archive")
    return frozenset(found)


def _asked(venue: Venue, word: ModeratorsWord | None) -> list[dict[str, str]]:
    """What a moderator asks for, each item with the section where it is mended."""
    names = dict(ListingSection.choices)
    return [
        {
            "text": change.text,
            "section": str(names.get(change.section, "")),
            "url": section_url(venue, change.section) if change.section in names else "",
        }
        for change in (word.changes if word else ())
    ]


def _entry(step: StateChange) -> dict[str, object]:
    state = ListingStatus(step.to_state)
    return {
        "title": state.label,
        "at": step.at,
        "by": step.by.display_name if step.by else "",
        "text": step.reason,
        "kind": _KINDS.get(state, ""),
    }


def _suspension(venue: Venue, history: list[StateChange]) -> str:
    """Why the platform took it off the site."""
    if venue.status != ListingStatus.SUSPENDED:
        return ""
    return next((step.reason for step in history if step.to_state == ListingStatus.SUSPENDED), "")
