"""Listings on their way to a moderator."""

from datetime import UTC, datetime
from typing import Any, Final

from marketplace.accounts.models import User
from marketplace.core.states import subject_kind
from marketplace.trust.models import Case
from marketplace.venues import services as venues
from marketplace.venues.enums import ListingStatus
from marketplace.venues.models import Venue
from marketplace.venues.tests.factories import make_venue
from moderation.subjects import EDIT

SUBMITTED_AT: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def make_submission(*, owner: User, now: datetime = SUBMITTED_AT, **fields: Any) -> Case:
    """A complete listing that its owner has just sent in."""
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT, **fields)
    venues.submit_listing(venue=venue, by=owner, now=now)
    return Case.objects.about(subject_kind(venue), venue.pk).get()


def make_edit(
    *, owner: User, now: datetime = SUBMITTED_AT, summary: str = "A wider view", **fields: Any
) -> Case:
    """A published listing, the summary of which its owner wants to change."""
    venue = make_venue(owner=owner, **fields)
    propose(venue, owner=owner, summary=summary, now=now)
    return Case.objects.about(EDIT, venue.edits.get().pk).get()


def propose(venue: Venue, *, owner: User, summary: str, now: datetime = SUBMITTED_AT) -> None:
    """The owner changes the summary of a live listing: it waits for a moderator."""
    venues.update_basics(
        venue=venue,
        by=owner,
        now=now,
        name=venue.name,
        category=venue.category,
        city=venue.city,
        district=venue.district,
        summary=summary,
        description=venue.description,
        address=venue.address,
    )
