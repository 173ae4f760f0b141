"""The queue: which cases wait, for how long, and who works on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, TextChoices
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.trust.enums import CaseKind, CaseState
from marketplace.trust.models import Case
from marketplace.trust.querysets import CaseQuerySet
from marketplace.venues.models import Venue
from moderation.models import QueueClaim
from moderation.subjects import venue_ids_of

# A case that waits longer than this is marked as late.
TARGET: Final = timedelta(hours=24)
ROWS_A_PAGE: Final = 30


class QueueTab(TextChoices):
    """The four views of the queue."""

    NEW = "new", _("New")
    EDITS = "edits", _("Edits")
    WAITING = "waiting", _("Waiting for owner")
    DECIDED = "decided", _("Decided")


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case as a line of the queue."""

    case: Case
    venue: Venue | None
    since: datetime
    waited: str
    is_late: bool
    holder: User | None


@dataclass(frozen=True, slots=True)
class QueueList:
    """One page of one tab, and how many cases each tab has."""

    tab: QueueTab
    page: Page[Case]
    rows: list[QueueRow]
    counts: dict[str, int]
    late: int

    def around(self, case: Case) -> tuple[Case | None, Case | None]:
        """The cases before and after this one, as far as the page goes."""
        cases = [row.case for row in self.rows]
        if case not in cases:
            return None, next(iter(cases), None)
        at = cases.index(case)
        return (cases[at - 1] if at else None), (cases[at + 1] if at + 1 < len(cases) else None)


def tab_of(case: Case) -> QueueTab:
    """Where this case is listed."""
    if case.state == CaseState.WAITING:
        return QueueTab.WAITING
    if case.state != CaseState.OPEN:
        return QueueTab.DECIDED
    return QueueTab.EDITS if case.kind == CaseKind.LISTING_EDIT else QueueTab.NEW


def cases_in(tab: QueueTab) -> CaseQuerySet[Case]:
    """The cases of a tab, in its order: those that wait, the longest waiting first."""
    cases = Case.objects.about_listings().select_related("claim__moderator")
    match tab:
        case QueueTab.NEW:
            return cases.of_kind(CaseKind.LISTING_SUBMISSION).waiting_for_us()
        case QueueTab.EDITS:
            return cases.of_kind(CaseKind.LISTING_EDIT).waiting_for_us()
        case QueueTab.WAITING:
            return cases.waiting_for_owner()
        case QueueTab.DECIDED:
            return cases.decided()


def queue_list(*, tab: QueueTab, page: str | int, now: datetime) -> QueueList:
    """One page of the queue. Its number of queries does not grow with the rows."""
    shown = Paginator(cases_in(tab), ROWS_A_PAGE).get_page(page)
    cases = list(shown.object_list)
    counts = _counts(now)
    return QueueList(
        tab=tab,
        page=shown,
        rows=_rows(cases, tab=tab, now=now),
        counts={name: counts[name] for name in QueueTab.values},
        late=counts["late"],
    )


def next_case(*, after: Case, by: User, now: datetime) -> Case | None:
    """The open case of the same kind that waits longest and that nobody else holds."""
    held = QueueClaim.objects.live(now).exclude(moderator=by).values("case")
    waiting = Case.objects.of_kind(after.kind).waiting_for_us()
    return waiting.exclude(pk=after.pk).exclude(pk__in=held).first()


def _counts(now: datetime) -> dict[str, int]:
    is_open = Q(state=CaseState.OPEN)
    submission = Q(kind=CaseKind.LISTING_SUBMISSION)
    return Case.objects.about_listings().aggregate(
        new=Count("pk", filter=is_open & submission),
        edits=Count("pk", filter=is_open & ~submission),
        waiting=Count("pk", filter=Q(state=CaseState.WAITING)),
        decided=Count("pk", filter=Q(state=CaseState.RESOLVED)),
        late=Count("pk", filter=is_open & Q(waiting_since__lt=now - TARGET)),
    )


def _rows(cases: Sequence[Case], *, tab: QueueTab, now: datetime) -> list[QueueRow]:
    venue_ids = venue_ids_of(cases)
    venues = Venue.objects.select_related("category", "city", "business").in_bulk(
        list(venue_ids.values())
    )
    return [_row(case, venues.get(venue_ids.get(case.pk, 0)), tab=tab, now=now) for case in cases]


def _row(case: Case, venue: Venue | None, *, tab: QueueTab, now: datetime) -> QueueRow:
    if tab == QueueTab.DECIDED:
        since = case.resolved_at or case.opened_at
    elif tab == QueueTab.WAITING:
        since = getattr(case, "sent_back_at", case.waiting_since)
    else:
        since = case.waiting_since
    claim: QueueClaim | None = getattr(case, "claim", None)
    return QueueRow(
        case=case,
        venue=venue,
        since=since,
        waited=timesince(since, now, depth=1),
        is_late=case.state == CaseState.OPEN and now - case.waiting_since > TARGET,
        holder=claim.moderator if claim and claim.is_live(now) else None,
    )
