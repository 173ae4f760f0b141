"""The listing's life: every way there is, and every way there is not."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product

import pytest

from marketplace.accounts.models import Business, User
from marketplace.core.errors import IllegalTransition
from marketplace.core.models import StateChange
from marketplace.notifications.models import Delivery, Notification
from marketplace.trust import services as trust
from marketplace.trust.enums import CaseKind, CaseState, RejectionReason
from marketplace.trust.models import Case
from marketplace.trust.services import ChangeItem
from marketplace.venues import services
from marketplace.venues.enums import LISTING_TRANSITIONS, EditState, ListingStatus
from marketplace.venues.models import Venue
from marketplace.venues.services.listing import ListingIncomplete
from marketplace.venues.signals import listing_changed
from marketplace.venues.tests.factories import make_space, make_venue, set_hours

NOW = datetime(2026, 5, 11, 10, 0, tzinfo=UTC)
WAYS = set(product(ListingStatus, ListingStatus))
LEGAL_WAYS = {
    (start, ListingStatus(end)) for start, ends in LISTING_TRANSITIONS.items() for end in ends
}


@pytest.fixture
def announced() -> list[int]:
    """Venues of which search was told, in order."""
    told: list[int] = []

    def hear(venue_id: int, **_facts: object) -> None:
        told.append(venue_id)

    listing_changed.connect(hear, weak=False, dispatch_uid="test")
    return told


@pytest.fixture(autouse=True)
def _deaf_again() -> object:
    yield
    listing_changed.disconnect(dispatch_uid="test")


def steps(venue: Venue) -> list[tuple[str, str, User | None]]:
    changes = StateChange.objects.filter(subject_kind="venues.venue", subject_id=str(venue.pk))
    return [(step.from_state, step.to_state, step.by) for step in changes.order_by("id")]


def the_case(venue: Venue) -> Case:
    return Case.objects.about("venues.venue", venue.pk).get()


@pytest.mark.parametrize(("start", "end"), sorted(LEGAL_WAYS))
def test_each_way_of_the_table_is_open_and_logged(
    owner: User, start: ListingStatus, end: ListingStatus
) -> None:
    venue = make_venue(owner=owner, status=start, published_at=NOW)
    before = len(steps(venue))

    services.transition_to(venue=venue, to=end, by=owner, now=NOW)

    venue.refresh_from_db()
    assert venue.status == end
    assert steps(venue)[before:] == [(start, end, owner)]


@pytest.mark.parametrize(("start", "end"), sorted(WAYS - LEGAL_WAYS))
def test_every_other_way_is_closed(owner: User, start: ListingStatus, end: ListingStatus) -> None:
    venue = make_venue(owner=owner, status=start)
    before = steps(venue)

    with pytest.raises(IllegalTransition):
        services.transition_to(venue=venue, to=end, by=owner, now=NOW)

    venue.refresh_from_db()
    assert venue.status == start
    assert steps(venue) == before


def test_table_names_every_state() -> None:
    assert set(LISTING_TRANSITIONS) == set(ListingStatus)


# --- Sent in ------------------------------------------------------------------------------------


def test_submission_opens_a_case(owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT)

    services.submit_listing(venue=venue, by=owner, now=NOW)

    case = the_case(venue)
    assert (venue.status, case.kind, case.state, case.title, case.opened_by) == (
        ListingStatus.IN_REVIEW,
        CaseKind.LISTING_SUBMISSION,
        CaseState.OPEN,
        venue.name,
        owner,
    )


def test_second_submission_goes_on_with_the_same_case(owner: User, moderator: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT)
    services.submit_listing(venue=venue, by=owner, now=NOW)
    items = [ChangeItem("photos", "Show the entrance")]
    trust.record_changes_requested(case=the_case(venue), by=moderator, items=items, now=NOW)
    services.request_changes(venue=venue, by=moderator, now=NOW, items=items)

    services.submit_listing(venue=venue, by=owner, now=NOW)

    assert the_case(venue).state == CaseState.OPEN
    assert venue.status == ListingStatus.IN_REVIEW


def _without_verified_phone(venue: Venue) -> None:
    User.objects.filter(pk=venue.business.owner_id).update(phone_verified_at=None)


def _with_few_photos(venue: Venue) -> None:
    venue.photos.all()[0].delete()


def _with_hidden_photo(venue: Venue) -> None:
    venue.photos.filter(position=0).update(is_public=False)


BREAKAGES: dict[str, Callable[[Venue], object]] = {
    "phone": _without_verified_phone,
    "summary": lambda venue: Venue.objects.filter(pk=venue.pk).update(summary=" "),
    "description": lambda venue: Venue.objects.filter(pk=venue.pk).update(description="x" * 149),
    "district": lambda venue: Venue.objects.filter(pk=venue.pk).update(district=None),
    "address": lambda venue: Venue.objects.filter(pk=venue.pk).update(address=""),
    "contacts_basics": lambda venue: Venue.objects.filter(pk=venue.pk).update(
        summary="Call 8 701 123 45 67"
    ),
    "space": lambda venue: venue.spaces.all().delete(),
    "rate": lambda venue: make_space(venue=venue, hourly_rate_minor=None),
    "contacts_business": lambda venue: Business.objects.filter(venues=venue).update(
        name="Call +7 701 555 44 33"
    ),
    "contacts_spaces": lambda venue: venue.spaces.update(description="t.me/hall"),
    "hours": lambda venue: venue.opening_hours.all().delete(),
    "hours_fit": lambda venue: set_hours(venue=venue, hours="mon-fri 9-10"),
    "photos": _with_few_photos,
    "contacts_photos": lambda venue: venue.photos.update(alt_text="www.hall.kz"),
    "rules": lambda venue: Venue.objects.filter(pk=venue.pk).update(rules=""),
    "policy": lambda venue: Venue.objects.filter(pk=venue.pk).update(cancellation_policy=""),
    "contacts_terms": lambda venue: Venue.objects.filter(pk=venue.pk).update(rules="hall@mail.ru"),
}


@pytest.mark.parametrize("code", BREAKAGES)
def test_incomplete_listing_is_not_sent_in(owner: User, code: str) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT)
    BREAKAGES[code](venue)

    with pytest.raises(ListingIncomplete) as refusal:
        services.submit_listing(venue=venue, by=owner, now=NOW)

    venue.refresh_from_db()
    assert refusal.value.readiness.missing_codes == {code}
    assert venue.status == ListingStatus.DRAFT
    assert not Case.objects.exists()


def test_photo_that_waits_does_not_count(owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT)
    _with_hidden_photo(venue)

    with pytest.raises(ListingIncomplete):
        services.submit_listing(venue=venue, by=owner, now=NOW)


# --- Decided ------------------------------------------------------------------------------------


def test_publication_dates_the_listing_once_and_tells_owner_and_search(
    owner: User, moderator: User, announced: list[int]
) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.IN_REVIEW)
    announced.clear()

    services.publish_listing(venue=venue, by=moderator, now=NOW)

    venue.refresh_from_db()
    assert (venue.status, venue.published_at) == (ListingStatus.PUBLISHED, NOW)
    assert announced == [venue.pk]
    told = Notification.objects.get()
    assert (told.kind, told.recipient, told.phone) == (
        "venues.listing_approved",
        owner,
        owner.phone,
    )


def test_owner_with_an_email_is_told_by_email_alone(owner: User, moderator: User) -> None:
    owner.email = "olzhas@joytop.example"
    owner.save(update_fields=["email"])
    venue = make_venue(owner=owner, status=ListingStatus.IN_REVIEW)

    services.publish_listing(venue=venue, by=moderator, now=NOW)

    assert [delivery.channel for delivery in Delivery.objects.all()] == ["email"]


def test_incomplete_listing_is_not_published(owner: User, moderator: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.IN_REVIEW, photos=4)

    with pytest.raises(ListingIncomplete):
        services.publish_listing(venue=venue, by=moderator, now=NOW)

    venue.refresh_from_db()
    assert venue.status == ListingStatus.IN_REVIEW
    assert not Notification.objects.exists()


@pytest.mark.parametrize(
    "status", [ListingStatus.PAUSED, ListingStatus.SUSPENDED, ListingStatus.DRAFT]
)
def test_publication_leads_from_review_only(
    owner: User, moderator: User, status: ListingStatus
) -> None:
    venue = make_venue(owner=owner, status=status)

    with pytest.raises(IllegalTransition):
        services.publish_listing(venue=venue, by=moderator, now=NOW)


def test_owner_cannot_resume_what_the_platform_suspended(owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.SUSPENDED)

    with pytest.raises(IllegalTransition):
        services.resume_listing(venue=venue, by=owner, now=NOW)


def test_rejection_tells_the_owner_why_in_their_language(owner: User, moderator: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.IN_REVIEW)

    services.reject_listing(
        venue=venue, by=moderator, now=NOW, reasons=[RejectionReason.DUPLICATE], note="See Hall 1"
    )

    told = Notification.objects.get()
    assert venue.status == ListingStatus.REJECTED
    assert (told.context["reasons"], told.context["note"]) == (
        ["The venue is listed already"],
        "See Hall 1",
    )


def test_requested_changes_are_told_item_by_item(owner: User, moderator: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.IN_REVIEW)

    services.request_changes(
        venue=venue, by=moderator, now=NOW, items=[ChangeItem("photos", "Show the entrance")]
    )

    assert venue.status == ListingStatus.CHANGES_REQUESTED
    assert Notification.objects.get().context["items"] == ["Show the entrance"]


# --- Paused, suspended, put away ------------------------------------------------------------------


def test_pause_and_resume_tell_search(owner: User, announced: list[int]) -> None:
    venue = make_venue(owner=owner)
    announced.clear()

    services.pause_listing(venue=venue, by=owner, now=NOW)
    services.resume_listing(venue=venue, by=owner, now=NOW)

    assert announced == [venue.pk, venue.pk]
    assert venue.status == ListingStatus.PUBLISHED


def test_suspension_and_reinstatement_are_told(owner: User, moderator: User) -> None:
    venue = make_venue(owner=owner)

    services.suspend_listing(venue=venue, by=moderator, now=NOW, reason="A claim is open")
    services.reinstate_listing(venue=venue, by=moderator, now=NOW)

    assert [told.kind for told in Notification.objects.order_by("kind")] == [
        "venues.listing_reinstated",
        "venues.listing_suspended",
    ]


def test_archiving_withdraws_what_waits(owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.PAUSED)
    services.update_terms(
        venue=venue,
        by=owner,
        now=NOW,
        rules="Other rules",
        cancellation_policy=venue.cancellation_policy,
        amenities=[],
    )

    services.archive_listing(venue=venue, by=owner, now=NOW)

    assert venue.status == ListingStatus.ARCHIVED
    assert venue.edits.get().state == EditState.WITHDRAWN
    assert Case.objects.get().state == CaseState.WITHDRAWN


def test_rejected_listing_becomes_a_draft_again(owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.REJECTED)

    services.reopen_listing(venue=venue, by=owner, now=NOW)

    assert venue.status == ListingStatus.DRAFT
