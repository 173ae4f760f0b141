"""What a case is about: the listing, and for an edit also what is to change."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.http import Http404

from marketplace.core.states import subject_kind
from marketplace.trust.models import Case
from marketplace.venues.models import ListingEdit, Venue

EDIT: Final = subject_kind(ListingEdit)


@dataclass(frozen=True, slots=True)
class Subject:
    """A listing under review; `edit` is set when it is live and a change of it waits."""

    venue: Venue
    edit: ListingEdit | None


def subject_of(case: Case) -> Subject:
    """The listing that a submission or an edit is about, with all that its page shows."""
    about = case.subject_id or 0
    edit = None
    if case.subject_kind == EDIT:
        edit = ListingEdit.objects.select_related("proposed_by").get(pk=about)
    venue_id = edit.venue_id if edit else about
    venues = Venue.objects.with_listing_content()
    venue = venues.prefetch_related("memberships__user").filter(pk=venue_id).first()
    if venue is None:
        raise Http404
    return Subject(venue=venue, edit=edit)


def venue_ids_of(cases: Iterable[Case]) -> dict[int, int]:
    """For each case (by id), the id of the listing that it is about."""
    listed = list(cases)
    edited = dict(
        ListingEdit.objects.filter(
            pk__in=[case.subject_id for case in listed if case.subject_kind == EDIT]
        ).values_list("pk", "venue_id")
    )
    found = {}
    for case in listed:
        about = case.subject_id or 0
        found[case.pk] = edited.get(about, 0) if case.subject_kind == EDIT else about
    return found
