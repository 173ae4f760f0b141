"""Enquiries as a list: which wait for an answer, and for how long."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, TextChoices
from django.utils.timesince import timesince
from django.utils.translation import pgettext_lazy

from marketplace.trust.enums import CaseState
from marketplace.trust.models import Case
from moderation.tabs import tabs_of

ROWS_A_PAGE = 30


class EnquiryTab(TextChoices):
    """The two views of the enquiries."""

    OPEN = "open", pgettext_lazy("enquiries", "To answer")
    ANSWERED = "answered", pgettext_lazy("tab", "Answered")


@dataclass(frozen=True, slots=True)
class EnquiryRow:
    """An enquiry as a line."""

    case: Case
    since: datetime
    waited: str


@dataclass(frozen=True, slots=True)
class EnquiryList:
    """One page of one tab."""

    page: Page[Case]
    rows: list[EnquiryRow]
    tabs: list[dict[str, Any]]


def enquiry_list(*, tab: EnquiryTab, page: str | int, now: datetime) -> EnquiryList:
    """One page of enquiries, in a fixed number of queries."""
    asked = Case.objects.enquiries().select_related("opened_by")
    cases = asked.waiting_for_us() if tab == EnquiryTab.OPEN else asked.decided()
    shown = Paginator(cases, ROWS_A_PAGE).get_page(page)
    counts = Case.objects.enquiries().aggregate(
        open=Count("pk", filter=Q(state=CaseState.OPEN)),
        answered=Count("pk", filter=Q(state=CaseState.RESOLVED)),
    )
    rows = []
    for case in shown.object_list:
        since = case.resolved_at or case.waiting_since
        rows.append(EnquiryRow(case, since, timesince(since, now, depth=1)))
    return EnquiryList(
        page=shown,
        rows=rows,
        tabs=tabs_of(tab, address="moderation:enquiries", counts=counts),
    )
