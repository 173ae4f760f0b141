from datetime import timedelta

import pytest

from marketplace.accounts.enums import Role
from marketplace.accounts.tests.factories import Cast, make_cast, make_user
from marketplace.core.models import StateChange
from marketplace.notifications.models import Notification
from marketplace.trust.enums import CaseState, RejectionReason
from marketplace.trust.models import Case, CaseEntry
from marketplace.trust.services import ChangeItem, NothingToSay
from marketplace.venues import services as venues
from marketplace.venues.enums import EditState, ListingStatus
from marketplace.venues.models import ListingEdit, Venue
from moderation import services
from moderation.models import QueueClaim
from moderation.services import CaseChanged, CaseHeld, CaseNotOpen, version_of
from moderation.subjects import subject_of
from moderation.tests.factories import SUBMITTED_AT, make_edit, make_submission

pytestmark = pytest.mark.django_db

NOW = SUBMITTED_AT + timedelta(hours=2)
ITEMS = [ChangeItem("photos", "Show the entrance")]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def venue_of(case: Case) -> Venue:
    """The listing as the database has it now."""
    return Venue.objects.get(pk=subject_of(case).venue.pk)


def test_approval_publishes_and_tells_the_owner(cast: Cast) -> None:
    case = make_submission(owner=cast.owner)

    services.approve(case=case, by=cast.moderator, seen=version_of(case), now=NOW)

    venue = venue_of(case)
    assert (venue.status, venue.published_at) == (ListingStatus.PUBLISHED, NOW)
    assert Case.objects.get().state == CaseState.RESOLVED
    assert list(case.entries.order_by("id").values_list("kind", "author")) == [
        ("opened", cast.owner.pk),
        ("approved", cast.moderator.pk),
    ]
    assert Notification.objects.filter(recipient=cast.owner).count() == 1
    last = StateChange.objects.filter(subject_kind="venues.venue").latest("id")
    assert (last.from_state, last.to_state, last.by) == ("in_review", "published", cast.moderator)


def test_requested_changes_come_back_when_the_owner_resubmits(cast: Cast) -> None:
    case = make_submission(owner=cast.owner)

    services.request_changes(
        case=case, by=cast.moderator, seen=version_of(case), items=ITEMS, now=NOW
    )

    assert Case.objects.get().state == CaseState.WAITING
    assert venue_of(case).status == ListingStatus.CHANGES_REQUESTED

    later = NOW + timedelta(hours=1)
    venues.submit_listing(venue=venue_of(case), by=cast.owner, now=later)

    again = Case.objects.get()
    assert (again.pk, again.state, again.waiting_since) == (case.pk, CaseState.OPEN, later)


def test_rejection_gives_its_reasons(cast: Cast) -> None:
    case = make_submission(owner=cast.owner)

    services.reject(
        case=case,
        by=cast.moderator,
        seen=version_of(case),
        reasons=[RejectionReason.PROHIBITED],
        note="A shooting range.",
        now=NOW,
    )

    assert venue_of(case).status == ListingStatus.REJECTED
    entry = CaseEntry.objects.latest("id")
    assert (entry.kind, entry.reasons, entry.text) == (
        "rejected",
        ["prohibited"],
        "A shooting range.",
    )


def test_approved_edit_takes_effect(cast: Cast) -> None:
    case = make_edit(owner=cast.owner, summary="A wider view")
    assert venue_of(case).summary != "A wider view"

    services.approve(case=case, by=cast.moderator, seen=version_of(case), now=NOW)

    assert venue_of(case).summary == "A wider view"
    assert ListingEdit.objects.get().state == EditState.APPLIED


def test_rejected_edit_changes_nothing(cast: Cast) -> None:
    case = make_edit(owner=cast.owner, summary="A wider view")
    before = venue_of(case).summary

    services.reject(
        case=case,
        by=cast.moderator,
        seen=version_of(case),
        reasons=[RejectionReason.INCOMPLETE],
        now=NOW,
    )

    venue = venue_of(case)
    assert (venue.summary, venue.status) == (before, ListingStatus.PUBLISHED)
    assert ListingEdit.objects.get().state == EditState.DECLINED


def test_edit_sent_back_stays_pending(cast: Cast) -> None:
    case = make_edit(owner=cast.owner)

    services.request_changes(
        case=case, by=cast.moderator, seen=version_of(case), items=ITEMS, now=NOW
    )

    assert Case.objects.get().state == CaseState.WAITING
    assert ListingEdit.objects.get().state == EditState.PENDING
    assert venue_of(case).status == ListingStatus.PUBLISHED


def test_refused_publication_leaves_no_record(cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    Venue.objects.update(rules="")
    entries = CaseEntry.objects.count()

    with pytest.raises(Exception, match="Still missing: House rules"):
        services.approve(case=case, by=cast.moderator, seen=version_of(case), now=NOW)

    assert Case.objects.get().state == CaseState.OPEN
    assert CaseEntry.objects.count() == entries
    assert venue_of(case).status == ListingStatus.IN_REVIEW


def test_second_decision_is_refused(cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    seen = version_of(case)
    services.approve(case=case, by=cast.moderator, seen=seen, now=NOW)

    with pytest.raises(CaseNotOpen):
        services.reject(
            case=case,
            by=cast.administrator,
            seen=seen,
            reasons=[RejectionReason.DUPLICATE],
            now=NOW,
        )

    assert venue_of(case).status == ListingStatus.PUBLISHED


def test_decision_about_what_was_sent_again_is_refused(cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    seen = version_of(case)
    services.request_changes(case=case, by=cast.moderator, seen=seen, items=ITEMS, now=NOW)
    venues.submit_listing(venue=venue_of(case), by=cast.owner, now=NOW + timedelta(minutes=1))

    with pytest.raises(CaseChanged):
        services.approve(case=case, by=cast.administrator, seen=seen, now=NOW)

    assert venue_of(case).status == ListingStatus.IN_REVIEW


def test_empty_list_of_changes_is_refused_and_keeps_the_claim(cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    services.claim_case(case=case, by=cast.moderator, now=NOW)

    with pytest.raises(NothingToSay):
        services.request_changes(
            case=case, by=cast.moderator, seen=version_of(case), items=[], now=NOW
        )

    assert QueueClaim.objects.count() == 1


def test_claim_lasts_half_an_hour(cast: Cast) -> None:
    case = make_submission(owner=cast.owner)

    claim = services.claim_case(case=case, by=cast.moderator, now=NOW)

    assert (claim.moderator, claim.expires_at) == (cast.moderator, NOW + timedelta(minutes=30))


def test_claim_keeps_other_moderators_out_until_it_expires(cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    other = make_user(name="Olga", role=Role.MODERATOR)
    services.claim_case(case=case, by=cast.moderator, now=NOW)
    seen = version_of(case)

    with pytest.raises(CaseHeld, match="Madi Moderator is working on this case until 16:30"):
        services.claim_case(case=case, by=other, now=NOW)
    with pytest.raises(CaseHeld):
        services.approve(case=case, by=other, seen=seen, now=NOW + timedelta(minutes=29))
    services.approve(case=case, by=other, seen=seen, now=NOW + timedelta(minutes=30))

    assert venue_of(case).status == ListingStatus.PUBLISHED


def test_administrator_takes_a_claim_over_but_does_not_pass_it_by(cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    services.claim_case(case=case, by=cast.moderator, now=NOW)
    seen = version_of(case)

    with pytest.raises(CaseHeld):
        services.approve(case=case, by=cast.administrator, seen=seen, now=NOW)
    services.claim_case(case=case, by=cast.administrator, now=NOW)
    with pytest.raises(CaseHeld):
        services.approve(case=case, by=cast.moderator, seen=seen, now=NOW)
    services.approve(case=case, by=cast.administrator, seen=seen, now=NOW)

    assert venue_of(case).status == ListingStatus.PUBLISHED
    assert QueueClaim.objects.count() == 0


def test_released_case_is_free(cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    other = make_user(role=Role.MODERATOR)
    services.claim_case(case=case, by=cast.moderator, now=NOW)

    with pytest.raises(CaseHeld):
        services.release_case(case=case, by=other, now=NOW)
    services.release_case(case=case, by=cast.moderator, now=NOW)
    services.claim_case(case=case, by=other, now=NOW)

    assert QueueClaim.objects.get().moderator == other


def test_decided_case_cannot_be_claimed(cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    services.approve(case=case, by=cast.moderator, seen=version_of(case), now=NOW)

    with pytest.raises(CaseNotOpen):
        services.claim_case(case=case, by=cast.moderator, now=NOW)
