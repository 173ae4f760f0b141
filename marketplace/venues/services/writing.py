"""The way every change of a listing goes: lock, check that it may change, write, check, tell."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Business
from marketplace.core.errors import DomainError
from marketplace.core.templatetags.formats import quoted
from marketplace.venues.contact_details import find_contact_details
from marketplace.venues.enums import EDITABLE_STATUSES, LIVE_STATUSES
from marketplace.venues.models import Space, Venue
from marketplace.venues.selectors import Readiness, readiness
from marketplace.venues.signals import listing_changed

# What a renter decides by: on a live listing a moderator reads it first.
SENSITIVE_FIELDS: Final = (
    "name",
    "category",
    "summary",
    "description",
    "rules",
    "district",
    "address",
)
SENSITIVE_SPACE_FIELDS: Final = ("name", "description", "capacity")


class ListingLocked(DomainError):
    """The listing is in a state in which its owner cannot change it."""

    code = "listing_locked"
    default_message = _("This listing cannot be changed now. Its page says why.")


class BreaksListing(DomainError):
    """A published listing would no longer be complete."""

    code = "breaks_listing"
    default_message = _("A published listing needs this.")


class HasContactDetails(DomainError):
    """A text that a moderator would have to send back."""

    code = "has_contact_details"
    default_message = _("Take out phone numbers, links and handles.")


class Saved(Enum):
    """What became of a change."""

    AT_ONCE = "at_once"
    WAITING = "waiting"
    UNCHANGED = "unchanged"


def lock_venue(venue: Venue) -> Venue:
    """The row as it is now, held against other writers. Venues are locked before their cases."""
    locked: Venue = Venue.objects.locked().get(pk=venue.pk)
    return locked


@contextmanager
def changing(venue: Venue) -> Iterator[Venue]:
    """A transaction around one change by the team, with the venue's row locked and read anew.

    Raises ListingLocked unless the team may change the listing in its state, and BreaksListing
    when a live listing loses something that publication asks for. Announces the change.
    """
    with transaction.atomic():
        locked = lock_venue(venue)
        if locked.status not in EDITABLE_STATUSES | LIVE_STATUSES:
            raise ListingLocked(
                _("This listing is %(state)s and cannot be changed now.")
                % {"state": locked.get_status_display().lower()}
            )
        is_live = locked.status in LIVE_STATUSES
        missing_before = read_readiness(locked).missing_codes if is_live else frozenset()
        yield locked
        if is_live:
            require_no_more_missing(read_readiness(locked), missing_before)
        announce_change(locked, findable=is_live)


def announce_change(venue: Venue, *, findable: bool = True) -> None:
    """The pages of a locked listing are others from here on: its version grows by one.

    Where people can find it, or could until now, `listing_changed` is sent.
    """
    Venue.objects.filter(pk=venue.pk).update(version=F("version") + 1)
    if findable:
        listing_changed.send(sender=Venue, venue_id=venue.pk)


def read_readiness(venue: Venue) -> Readiness:
    """What is missing according to the database as it is now."""
    return readiness(Venue.objects.with_listing_content().get(pk=venue.pk))


def require_no_more_missing(after: Readiness, missing_before: frozenset[str]) -> None:
    """Raises BreaksListing naming the first need that was met before and is not any more."""
    for need in after.missing:
        if need.code not in missing_before:
            raise BreaksListing(
                _("A published listing needs this: %(need)s.") % {"need": str(need.text)}
            )


def require_no_contact_details(texts: Mapping[str, str]) -> None:
    """Raises HasContactDetails naming the words, for texts that go to a page without review."""
    for text in texts.values():
        finds = find_contact_details(text)
        if finds:
            words = ", ".join(quoted(find.words) for find in finds)
            raise HasContactDetails(
                _("Take out contact details and links: %(words)s.") % {"words": words}
            )


def write_fields(row: Venue | Space | Business, values: Mapping[str, Any]) -> bool:
    """Saves the values that differ; returns whether there were any."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    return bool(changed)
