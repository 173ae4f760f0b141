"""What has happened to a listing, and what a moderator last said about it."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.core.models import StateChange
from marketplace.core.states import subject_kind
from marketplace.trust.enums import CaseKind, EntryKind, RejectionReason
from marketplace.trust.models import Case, CaseEntry
from marketplace.venues.models import ListingEdit, Venue


@dataclass(frozen=True, slots=True)
class AskedChange:
    """One thing to mend, in one section (`ListingSection`) of the listing."""

    section: str
    text: str


@dataclass(frozen=True, slots=True)
class ModeratorsWord:
    """The latest answer to the owner: changes asked for, or a rejection with its reasons."""

    at: datetime
    is_rejection: bool
    note: str
    reasons: tuple[str, ...]
    changes: tuple[AskedChange, ...]


def state_history(venue: Venue) -> list[StateChange]:
    """Every step of the listing's state, the latest first."""
    steps = StateChange.objects.filter(
        subject_kind=subject_kind(venue), subject_id=str(venue.pk), field="status"
    )
    return list(steps.select_related("by").order_by("-id"))


def asked_of(edit: ListingEdit) -> ModeratorsWord | None:
    """What a moderator wants mended before the edit is sent in again; None while they read it."""
    cases = Case.objects.about(subject_kind(edit), edit.pk)
    return last_word(edit) if cases.waiting_for_owner().exists() else None


def last_word(subject: Venue | ListingEdit) -> ModeratorsWord | None:
    """What was last asked for or said no to, in the cases about this listing or this edit."""
    kind = (
        CaseKind.LISTING_EDIT if isinstance(subject, ListingEdit) else CaseKind.LISTING_SUBMISSION
    )
    cases = Case.objects.about(subject_kind(subject), subject.pk).of_kind(kind)
    entry = (
        CaseEntry.objects.filter(
            case__in=cases, kind__in=(EntryKind.CHANGES_REQUESTED, EntryKind.REJECTED)
        )
        .prefetch_related("requested_changes")
        .order_by("-id")
        .first()
    )
    if entry is None:
        return None
    return ModeratorsWord(
        at=entry.at,
        is_rejection=entry.kind == EntryKind.REJECTED,
        note=entry.text,
        reasons=tuple(str(RejectionReason(reason).label) for reason in entry.reasons),
        changes=tuple(
            AskedChange(change.section, change.text) for change in entry.requested_changes.all()
        ),
    )
