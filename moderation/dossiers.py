"""Everything that a decision needs, read for one screen."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from marketplace.accounts.models import Business, User
from marketplace.core.templatetags.formats import clock
from marketplace.trust.enums import CaseState, EntryKind
from marketplace.trust.models import Case, CaseEntry
from marketplace.venues.contact_details import Segment
from marketplace.venues.enums import ListingStatus, Weekday
from marketplace.venues.models import Venue
from moderation.differences import Change, changes_of
from moderation.findings import Finding, find_all
from moderation.models import QueueClaim
from moderation.past_site import marked
from moderation.policies import may_decide_about, may_take_over
from moderation.subjects import Subject, subject_of
from moderation.timeline import TimelineEntry, timeline_of


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text of the listing, with contact details and ways past the site marked."""

    label: str
    pieces: list[Segment]


@dataclass(frozen=True, slots=True)
class OwnerHistory:
    """What the platform knows of the owner: how many listings, and how they fared."""

    listings: int
    published: int
    suspended: int
    rejections: int


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case with its listing, what was found in it, and who may do what."""

    case: Case
    subject: Subject
    texts: list[MarkedText]
    changes: list[Change]
    findings: list[Finding]
    timeline: list[TimelineEntry]
    hours: list[tuple[str, str]]
    owner: OwnerHistory
    claim: QueueClaim | None
    is_mine: bool
    may_decide: bool
    may_take_over: bool

    @property
    def is_held(self) -> bool:
        """Whether somebody else works on it."""
        return self.claim is not None and not self.is_mine

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.case.state == CaseState.OPEN


def open_dossier(*, case: Case, reader: User, now: datetime) -> Dossier:
    """Reads a case in a fixed number of queries."""
    subject = subject_of(case)
    venue = subject.venue
    texts = _texts(venue)
    changes = changes_of(subject.edit, venue) if subject.edit else []
    proposed = [(change.label, change.new_text) for change in changes]
    claim = QueueClaim.objects.live(now).filter(case=case).select_related("moderator").first()
    return Dossier(
        case=case,
        subject=subject,
        texts=[MarkedText(label, marked(text)) for label, text in texts],
        changes=changes,
        findings=find_all(venue=venue, texts=proposed if subject.edit else texts),
        timeline=timeline_of(case),
        hours=_hours(venue),
        owner=_owner_history(venue.business),
        claim=claim,
        is_mine=claim is not None and claim.moderator_id == reader.pk,
        may_decide=may_decide_about(person=reader, venue=venue),
        may_take_over=may_take_over(person=reader),
    )


def _texts(venue: Venue) -> list[tuple[str, str]]:
    texts = [
        (pgettext("of a venue or space", "Name"), venue.name),
        (_("Summary"), venue.summary),
        (_("Description"), venue.description),
        (_("House rules"), venue.rules),
    ]
    texts += [(space.name, space.description) for space in venue.spaces.all()]
    return [(label, text) for label, text in texts if text]


def _hours(venue: Venue) -> list[tuple[str, str]]:
    by_day: dict[int, list[str]] = {day: [] for day in Weekday.values}
    for stretch in venue.opening_hours.all():
        by_day[stretch.weekday].append(
            f"{clock(stretch.opens_minute)}–{clock(stretch.closes_minute)}"
        )
    return [
        (str(Weekday(day).label), ", ".join(stretches) or _("Closed"))
        for day, stretches in by_day.items()
    ]


def _owner_history(business: Business) -> OwnerHistory:
    venues = Venue.objects.filter(business__owner=business.owner_id)
    counts = venues.aggregate(
        listings=Count("pk"),
        published=Count("pk", filter=Q(status=ListingStatus.PUBLISHED)),
        suspended=Count("pk", filter=Q(status=ListingStatus.SUSPENDED)),
    )
    rejections = CaseEntry.objects.filter(
        kind=EntryKind.REJECTED, case__opened_by=business.owner_id
    ).count()
    return OwnerHistory(**counts, rejections=rejections)
