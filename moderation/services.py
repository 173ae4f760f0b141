"""What moderators do: take a case, let go of it, decide it.

A decision is one transaction: the record in `trust`, what follows in `venues`, and the end of the
claim. It raises CaseNotOpen, CaseChanged, CaseHeld, NothingToSay, and what the venues room raises.
Rows are locked in one order, venue before case, as the venues room does when an owner sends a
listing in.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core.errors import DomainError
from marketplace.trust import services as trust
from marketplace.trust.enums import CaseKind, CaseState
from marketplace.trust.models import Case
from marketplace.trust.services import ChangeItem
from marketplace.venues import services as venues
from marketplace.venues.models import Venue
from moderation.models import QueueClaim
from moderation.policies import may_take_over
from moderation.subjects import Subject, subject_of

CLAIM_LASTS: Final = timedelta(minutes=30)


class CaseHeld(DomainError):
    """Somebody else is working on the case."""

    code = "case_held"
    default_message = _("Somebody else is working on this case.")


class CaseChanged(DomainError):
    """The owner has sent the case again since it was read."""

    code = "case_changed"
    default_message = _(
        "The owner has sent this again since you opened it. Look at it once more; nothing was "
        "changed."
    )


class CaseNotOpen(DomainError):
    """The case was decided or sent back in the meantime."""

    code = "case_not_open"
    default_message = _("This case was decided in the meantime. Nothing was changed.")


@transaction.atomic
def claim_case(*, case: Case, by: User, now: datetime) -> QueueClaim:
    """Holds an open case for `by` for CLAIM_LASTS; again, it starts anew.

    Administrators take over what somebody else holds. Raises CaseHeld, CaseNotOpen.
    """
    _lock_open_case(case)
    if not may_take_over(person=by):
        _require_free(case=case, by=by, now=now)
    claim, _created = QueueClaim.objects.update_or_create(
        case=case,
        defaults={"moderator": by, "claimed_at": now, "expires_at": now + CLAIM_LASTS},
    )
    return claim


@transaction.atomic
def release_case(*, case: Case, by: User, now: datetime) -> None:
    """Lets go of a case. Nothing happens when nobody holds it. Raises CaseHeld."""
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    _require_free(case=case, by=by, now=now)
    QueueClaim.objects.filter(case=case).delete()


@transaction.atomic
def approve(*, case: Case, by: User, seen: str, now: datetime) -> None:
    """A new listing goes live, or a waiting edit takes effect."""
    subject = _begin_decision(case=case, by=by, seen=seen, now=now)
    trust.record_approval(case=case, by=by, now=now)
    if subject.edit:
        venues.apply_edit(edit=subject.edit, by=by, now=now)
    else:
        venues.publish_listing(venue=subject.venue, by=by, now=now)


@transaction.atomic
def request_changes(
    *,
    case: Case,
    by: User,
    seen: str,
    items: Sequence[ChangeItem],
    now: datetime,
    note: str = "",
) -> None:
    """The owner gets a list of what to mend first."""
    subject = _begin_decision(case=case, by=by, seen=seen, now=now)
    trust.record_changes_requested(case=case, by=by, items=items, note=note, now=now)
    if subject.edit:
        venues.request_edit_changes(edit=subject.edit, by=by, now=now, items=items, note=note)
    else:
        venues.request_changes(venue=subject.venue, by=by, now=now, items=items, note=note)


@transaction.atomic
def reject(
    *, case: Case, by: User, seen: str, reasons: Sequence[str], now: datetime, note: str = ""
) -> None:
    """The listing or the edit is not accepted."""
    subject = _begin_decision(case=case, by=by, seen=seen, now=now)
    trust.record_rejection(case=case, by=by, reasons=reasons, note=note, now=now)
    if subject.edit:
        venues.decline_edit(edit=subject.edit, by=by, now=now, reasons=reasons, note=note)
    else:
        venues.reject_listing(venue=subject.venue, by=by, now=now, reasons=reasons, note=note)


def _begin_decision(*, case: Case, by: User, seen: str, now: datetime) -> Subject:
    """Locks the venue and the case, and ends the claim: one decision at a time gets past here."""
    subject = subject_of(case)
    Venue.objects.locked().get(pk=subject.venue.pk)
    if version_of(_lock_open_case(case)) != seen:
        raise CaseChanged
    _require_free(case=case, by=by, now=now)
    QueueClaim.objects.filter(case=case).delete()
    return subject


def version_of(case: Case) -> str:
    """What tells one sending-in of a case from the next; the page hands it back as `seen`."""
    return case.waiting_since.isoformat()


def _lock_open_case(case: Case) -> Case:
    locked = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if locked.state != CaseState.OPEN or locked.kind == CaseKind.ENQUIRY:
        raise CaseNotOpen
    return locked


def _require_free(*, case: Case, by: User, now: datetime) -> None:
    claim = QueueClaim.objects.live(now).filter(case=case).select_related("moderator").first()
    if claim and claim.moderator != by:
        raise CaseHeld(
            _("%(name)s is working on this case until %(time)s. Nothing was changed.")
            % {
                "name": claim.moderator.display_name,
                "time": f"{timezone.localtime(claim.expires_at):%H:%M}",
            }
        )
