"""What happened in a case, in words, as the timeline component shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from marketplace.trust.enums import EntryKind, RejectionReason
from marketplace.trust.models import Case, CaseEntry
from marketplace.venues.enums import ListingSection

_ENTRY_COLOURS: Final = {
    EntryKind.APPROVED: "good",
    EntryKind.REJECTED: "danger",
    EntryKind.CHANGES_REQUESTED: "warning",
}


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened, as the timeline component shows it."""

    title: str
    at: datetime
    by: str
    text: str
    kind: str


def timeline_of(case: Case) -> list[TimelineEntry]:
    """What happened in a case, the latest first."""
    entries = case.entries.select_related("author").prefetch_related("requested_changes")
    return [
        TimelineEntry(
            title=entry.get_kind_display(),
            at=entry.at,
            by=entry.author.display_name if entry.author else "",
            text=_told(entry),
            kind=_ENTRY_COLOURS.get(EntryKind(entry.kind), ""),
        )
        for entry in entries.order_by("-at", "-id")
    ]


def _told(entry: CaseEntry) -> str:
    sections = dict(ListingSection.choices)
    lines = [str(RejectionReason(reason).label) for reason in entry.reasons]
    lines += [
        f"{sections.get(change.section, change.section)}: {change.text}"
        for change in entry.requested_changes.all()
    ]
    listed = [f"• {line}" for line in lines]
    return "\n".join([*listed, entry.text] if entry.text else listed)
