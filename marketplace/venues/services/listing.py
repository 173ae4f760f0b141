"""The life of a listing: sent in, decided, paused, put away. One door for its state.

Rows are locked in one order: the venue, then its case.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core import states
from marketplace.core.errors import DomainError, IllegalTransition
from marketplace.core.states import subject_kind
from marketplace.trust import services as trust
from marketplace.trust.enums import CaseKind
from marketplace.trust.models import Case
from marketplace.trust.services import ChangeItem
from marketplace.venues.enums import LISTING_TRANSITIONS, ListingStatus
from marketplace.venues.models import Venue
from marketplace.venues.notification_kinds import (
    LISTING_APPROVED,
    LISTING_CHANGES_REQUESTED,
    LISTING_REINSTATED,
    LISTING_REJECTED,
    LISTING_SUSPENDED,
)
from marketplace.venues.selectors import Readiness
from marketplace.venues.services.editing import withdraw_waiting_edit
from marketplace.venues.services.telling import tell_owners
from marketplace.venues.services.writing import announce_change, lock_venue, read_readiness
from marketplace.venues.signals import listing_archiving


class ListingIncomplete(DomainError):
    """Something that publication asks for is missing; `readiness` says what."""

    code = "listing_incomplete"
    default_message = _("Something is still missing.")

    def __init__(self, readiness: Readiness) -> None:
        self.readiness = readiness
        needs = "; ".join(str(need.text) for need in readiness.missing)
        super().__init__(_("Still missing: %(needs)s.") % {"needs": needs})


def transition_to(
    *,
    venue: Venue,
    to: str,
    by: User | None,
    now: datetime,
    reason: str = "",
    changes: Mapping[str, object] | None = None,
) -> Venue:
    """Moves the listing along LISTING_TRANSITIONS: the one door for its state.

    Locks the row, raises IllegalTransition, logs the step, and announces the change inside the
    transaction when the listing comes to or leaves what everybody can find.
    """
    with transaction.atomic():
        was_published = lock_venue(venue).is_published
        states.transition(
            venue,
            to=to,
            table=LISTING_TRANSITIONS,
            by=by,
            now=now,
            reason=reason,
            changes=changes,
        )
        if was_published or venue.is_published:
            announce_change(venue)
    return venue


@transaction.atomic
def submit_listing(*, venue: Venue, by: User, now: datetime) -> Venue:
    """Sends the listing in: its case is opened, or goes on where changes were asked for.

    Raises IllegalTransition, and ListingIncomplete with the whole list of what is missing.
    """
    transition_to(venue=venue, to=ListingStatus.IN_REVIEW, by=by, now=now)
    _require_complete(venue)
    case = Case.objects.unresolved_about(
        CaseKind.LISTING_SUBMISSION, subject_kind(venue), venue.pk
    ).first()
    if case is None:
        trust.open_case(
            kind=CaseKind.LISTING_SUBMISSION,
            title=venue.name,
            by=by,
            subject_kind=subject_kind(venue),
            subject_id=venue.pk,
            now=now,
        )
    else:
        trust.resubmit_case(case=case, by=by, now=now)
    return venue


@transaction.atomic
def publish_listing(*, venue: Venue, by: User, now: datetime) -> Venue:
    """A moderator's yes: everybody can find it, and the owners are told.

    The caller has recorded the decision in the case. Raises IllegalTransition, ListingIncomplete.
    """
    _require_from(venue, ListingStatus.IN_REVIEW)
    changes = {} if venue.published_at else {"published_at": now}
    transition_to(venue=venue, to=ListingStatus.PUBLISHED, by=by, now=now, changes=changes)
    _require_complete(venue)
    tell_owners(venue=venue, kind=LISTING_APPROVED, now=now)
    return venue


@transaction.atomic
def request_changes(
    *,
    venue: Venue,
    by: User,
    now: datetime,
    items: Sequence[ChangeItem] = (),
    note: str = "",
) -> Venue:
    """Back to the owners, who can change everything again and are told what to mend."""
    transition_to(venue=venue, to=ListingStatus.CHANGES_REQUESTED, by=by, now=now, reason=note)
    tell_owners(venue=venue, kind=LISTING_CHANGES_REQUESTED, now=now, items=items, note=note)
    return venue


@transaction.atomic
def reject_listing(
    *,
    venue: Venue,
    by: User,
    now: datetime,
    reasons: Sequence[str] = (),
    note: str = "",
) -> Venue:
    """A moderator's no. `reasons` are RejectionReason values. The owners are told why."""
    transition_to(venue=venue, to=ListingStatus.REJECTED, by=by, now=now, reason=note)
    tell_owners(venue=venue, kind=LISTING_REJECTED, now=now, reasons=reasons, note=note)
    return venue


def reopen_listing(*, venue: Venue, by: User, now: datetime) -> Venue:
    """A rejected listing becomes a draft again."""
    return transition_to(venue=venue, to=ListingStatus.DRAFT, by=by, now=now)


def pause_listing(*, venue: Venue, by: User, now: datetime) -> Venue:
    """Nobody finds it until it is resumed."""
    return transition_to(venue=venue, to=ListingStatus.PAUSED, by=by, now=now)


@transaction.atomic
def resume_listing(*, venue: Venue, by: User, now: datetime) -> Venue:
    """A paused listing can be found again. Raises IllegalTransition, ListingIncomplete."""
    _require_from(venue, ListingStatus.PAUSED)
    transition_to(venue=venue, to=ListingStatus.PUBLISHED, by=by, now=now)
    _require_complete(venue)
    return venue


@transaction.atomic
def archive_listing(*, venue: Venue, by: User, now: datetime) -> Venue:
    """Puts the listing away for good; an edit that waits is withdrawn.

    Raises IllegalTransition, and what receivers of `listing_archiving` do where somebody is still
    to come.
    """
    transition_to(venue=venue, to=ListingStatus.ARCHIVED, by=by, now=now)
    space_ids = list(venue.spaces.values_list("pk", flat=True))
    listing_archiving.send(sender=Venue, space_ids=space_ids)
    withdraw_waiting_edit(venue=venue, by=by, now=now)
    return venue


@transaction.atomic
def suspend_listing(*, venue: Venue, by: User, now: datetime, reason: str) -> Venue:
    """The platform takes a listing off the market; the owners are told why."""
    transition_to(venue=venue, to=ListingStatus.SUSPENDED, by=by, now=now, reason=reason)
    tell_owners(venue=venue, kind=LISTING_SUSPENDED, now=now, note=reason)
    return venue


@transaction.atomic
def reinstate_listing(*, venue: Venue, by: User, now: datetime) -> Venue:
    """The platform puts a suspended listing back. Raises IllegalTransition, ListingIncomplete."""
    _require_from(venue, ListingStatus.SUSPENDED)
    transition_to(venue=venue, to=ListingStatus.PUBLISHED, by=by, now=now)
    _require_complete(venue)
    tell_owners(venue=venue, kind=LISTING_REINSTATED, now=now)
    return venue


def _require_from(venue: Venue, status: ListingStatus) -> None:
    """Three ways lead to `published`; each is walked from its own state only."""
    found = lock_venue(venue).status
    if found != status:
        raise IllegalTransition(
            subject=f"{subject_kind(venue)} {venue.pk}",
            from_state=found,
            to_state=ListingStatus.PUBLISHED,
        )


def _require_complete(venue: Venue) -> None:
    """Checked under the lock, after the step: the whole transaction falls where it is not so."""
    ready = read_readiness(venue)
    if not ready.is_complete:
        raise ListingIncomplete(ready)
