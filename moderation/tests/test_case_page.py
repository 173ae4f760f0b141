from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.accounts.enums import Role
from marketplace.accounts.tests.factories import Cast, make_cast, make_user
from marketplace.trust.enums import CaseState
from marketplace.trust.models import Case
from marketplace.venues.enums import ListingStatus, MemberRole
from marketplace.venues.models import Venue, VenuePhoto
from marketplace.venues.tests.factories import add_member
from moderation import services
from moderation.models import QueueClaim
from moderation.services import version_of
from moderation.subjects import subject_of
from moderation.tests.factories import make_edit, make_submission
from moderation.tests.test_queue import count_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def address(case: Case, action: str = "") -> str:
    return f"/moderation/cases/{case.pk}/{action and action + '/'}"


def changes(case: Case, *items: tuple[str, str], note: str = "", **more: str) -> dict[str, str]:
    """What the form of requested changes posts."""
    data = {
        "seen": version_of(case),
        "items-TOTAL_FORMS": str(max(len(items), 1)),
        "items-INITIAL_FORMS": "0",
        "changes-note": note,
        **more,
    }
    for number, (section, text) in enumerate(items):
        data |= {f"items-{number}-section": section, f"items-{number}-text": text}
    return data


def status_of(case: Case) -> str:
    return subject_of(case).venue.status


def test_case_page_shows_the_whole_listing(client: Client, cast: Cast) -> None:
    case = make_submission(owner=cast.owner, name="Apple Hall", address="Abay Avenue, 12")
    client.force_login(cast.moderator)

    page = client.get(address(case)).content.decode()

    for words in (
        "Apple Hall",
        "Abay Avenue, 12",
        "Hall 1",
        "20\u00a0000\u00a0₸",
        "09:00–22:00",
        "Olzhas Owner",
        cast.owner.phone_as_read,
        "Shoes stay on.",
        "Nothing: no contact details",
    ):
        assert words in page


def test_case_page_marks_contact_details(client: Client, cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    Venue.objects.update(rules="Call 8 701 123 45 67 before you come.")
    client.force_login(cast.moderator)

    page = client.get(address(case)).content.decode()

    assert 'data-found="phone">8 701 123 45 67</mark> before you come.' in page
    assert "House rules: a phone number" in page


def test_case_page_names_contact_details_in_the_name_of_the_business(
    client: Client, cast: Cast
) -> None:
    case = make_submission(owner=cast.owner)
    cast.owner.businesses.update(name="Call 8 701 123 45 67")
    client.force_login(cast.moderator)

    page = client.get(address(case)).content.decode()

    assert "name of the business: a phone number" in page


def test_case_page_names_listings_that_look_alike(client: Client, cast: Cast) -> None:
    make_submission(owner=cast.other_owner, name="Apple Orchard Hall", address="Satpaev St, 4")
    case = make_submission(owner=cast.owner, name="The Apple Orchard Hall", address="Abay, 99")
    client.force_login(cast.moderator)

    page = client.get(address(case)).content.decode()

    assert "Nearly the same name:" in page
    assert '>Apple Orchard Hall</a> <span class="text-secondary">(In review)</span>' in page


def test_case_page_names_photos_shown_elsewhere(client: Client, cast: Cast) -> None:
    other = make_submission(owner=cast.other_owner, name="Pear House")
    case = make_submission(owner=cast.owner, name="Apple Hall")
    theirs = VenuePhoto.objects.filter(venue=other.subject_id).first()
    mine = VenuePhoto.objects.filter(venue=case.subject_id).first()
    assert theirs
    assert mine
    VenuePhoto.objects.filter(pk=mine.pk).update(key=theirs.key)
    client.force_login(cast.moderator)

    page = client.get(address(case)).content.decode()

    assert "1 photo is also in another listing:" in page
    assert "Pear House" in page


def test_case_page_of_an_edit_shows_old_and_new(client: Client, cast: Cast) -> None:
    case = make_edit(owner=cast.owner, summary="A dark hall for sixty guests")
    client.force_login(cast.moderator)

    page = client.get(address(case)).content.decode()

    assert '<ins class="bg-good-tint text-good no-underline">dark</ins>' in page
    assert '<del class="bg-danger-tint text-danger">bright</del>' in page


def test_reading_holds_nothing(client: Client, cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    client.force_login(cast.moderator)

    client.get(address(case))

    assert QueueClaim.objects.count() == 0


def test_case_page_queries_do_not_grow(client: Client, cast: Cast) -> None:
    client.force_login(cast.moderator)
    case = make_submission(owner=cast.owner)
    with_one = count_queries(client, address(case))
    for _number in range(29):
        make_submission(owner=make_user())
    large = make_submission(owner=cast.owner, spaces=8, photos=20)

    assert count_queries(client, address(large)) == with_one


def test_claim_and_release(client: Client, cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    client.force_login(cast.moderator)

    response = client.post(address(case, "claim"))
    assert (response.status_code, response.headers["Location"]) == (302, address(case))
    assert QueueClaim.objects.get().moderator == cast.moderator

    client.post(address(case, "release"))
    assert QueueClaim.objects.count() == 0


def test_case_that_another_holds_cannot_be_decided(client: Client, cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    holder = make_user(name="Olga", role=Role.MODERATOR)
    services.claim_case(case=case, by=holder, now=timezone.now())
    client.force_login(cast.moderator)

    page = client.get(address(case)).content.decode()
    response = client.post(address(case, "approve"), {"seen": version_of(case)})

    assert "Olga is working on this case until" in page
    assert "Approve and publish" not in page
    assert response.status_code == 409
    assert "Olga is working on this case until" in response.content.decode()
    assert status_of(case) == ListingStatus.IN_REVIEW


def test_administrator_can_take_a_case_over(client: Client, cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    services.claim_case(case=case, by=cast.moderator, now=timezone.now())
    client.force_login(cast.administrator)

    assert "Take it over" in client.get(address(case)).content.decode()
    client.post(address(case, "claim"))

    assert QueueClaim.objects.get().moderator == cast.administrator


@pytest.mark.parametrize("role", [None, MemberRole.OWNER, MemberRole.MANAGER, MemberRole.VIEWER])
def test_moderator_does_not_decide_about_an_own_listing(
    client: Client, cast: Cast, role: MemberRole | None
) -> None:
    moderator = cast.moderator
    case = make_submission(owner=moderator if role is None else cast.owner)
    if role:
        add_member(venue=subject_of(case).venue, role=role, user=moderator)
    client.force_login(moderator)

    response = client.post(address(case, "approve"), {"seen": version_of(case)})

    assert response.status_code == 403
    assert "This is a listing of your own" in response.content.decode()
    assert status_of(case) == ListingStatus.IN_REVIEW


def test_approval_leads_to_the_next_case(client: Client, cast: Cast) -> None:
    now = timezone.now()
    case = make_submission(owner=cast.owner, name="First", now=now - timedelta(hours=2))
    following = make_submission(owner=cast.owner, name="Second", now=now - timedelta(hours=1))
    client.force_login(cast.moderator)

    response = client.post(address(case, "approve"), {"seen": version_of(case)}, follow=True)

    assert response.redirect_chain == [(address(following), 302)]
    assert "“First” is approved." in response.content.decode()
    assert status_of(case) == ListingStatus.PUBLISHED


def test_last_decision_leads_back_to_the_queue(client: Client, cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    client.force_login(cast.moderator)

    response = client.post(address(case, "approve"), {"seen": version_of(case)})

    assert response.headers["Location"] == "/moderation/"


def test_decision_is_in_the_moderators_own_log(client: Client, cast: Cast) -> None:
    case = make_submission(owner=cast.owner, name="Apple Hall")
    client.force_login(cast.moderator)

    client.post(address(case, "approve"), {"seen": version_of(case)})

    activity = cast.moderator.activities.get(kind="listing_decided")
    assert activity.details == {"listing": "Apple Hall"}


def test_approving_what_is_no_longer_complete_is_refused(client: Client, cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    Venue.objects.update(rules="")
    client.force_login(cast.moderator)

    response = client.post(address(case, "approve"), {"seen": version_of(case)})

    assert response.status_code == 409
    assert "Still missing: House rules." in response.content.decode()


def test_decision_without_the_version_read_is_refused(client: Client, cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    client.force_login(cast.moderator)

    response = client.post(address(case, "approve"))

    assert response.status_code == 409
    assert "The owner has sent this again" in response.content.decode()
    assert status_of(case) == ListingStatus.IN_REVIEW


def test_requested_changes_are_recorded_as_a_list(client: Client, cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    client.force_login(cast.moderator)
    data = changes(
        case, ("photos", "Show the entrance"), ("", ""), ("hours", "Sunday?"), note="Nearly."
    )

    response = client.post(address(case, "request-changes"), data)

    assert response.status_code == 302
    entry = case.entries.get(kind="changes_requested")
    assert entry.text == "Nearly."
    assert list(entry.requested_changes.values_list("section", "text")) == [
        ("photos", "Show the entrance"),
        ("hours", "Sunday?"),
    ]
    assert status_of(case) == ListingStatus.CHANGES_REQUESTED


@pytest.mark.parametrize(
    ("items", "complaint"),
    [
        ([], "Write at least one thing to change."),
        ([("photos", "")], "Say what to change about it."),
        ([("", "Show the entrance")], "Choose the part of the listing that this is about."),
        ([("nonsense", "Show the entrance")], "Select a valid choice."),
        ([("photos", "x" * 501)], "at most 500 characters"),
    ],
)
def test_incomplete_changes_come_back_with_what_was_written(
    client: Client, cast: Cast, items: list[tuple[str, str]], complaint: str
) -> None:
    case = make_submission(owner=cast.owner)
    client.force_login(cast.moderator)
    data = changes(case, *items, note="A note to keep")

    response = client.post(address(case, "request-changes"), data)

    page = response.content.decode()
    assert response.status_code == 422
    assert complaint in page
    assert "A note to keep" in page
    assert Case.objects.get().state == CaseState.OPEN


def test_one_more_row_keeps_what_was_written(client: Client, cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    client.force_login(cast.moderator)
    data = changes(case, ("photos", "Show the entrance"), note="A note", add_row="1")

    response = client.post(address(case, "request-changes"), data)

    page = response.content.decode()
    assert response.status_code == 200
    assert 'name="items-1-text"' in page
    assert "Show the entrance" in page
    assert "A note" in page
    assert 'aria-invalid="true"' not in page
    assert Case.objects.get().state == CaseState.OPEN


def test_rejection_needs_a_reason(client: Client, cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    client.force_login(cast.moderator)
    data = {"seen": version_of(case), "reject-note": "A note to keep"}

    response = client.post(address(case, "reject"), data)

    page = response.content.decode()
    assert response.status_code == 422
    assert "Choose at least one reason." in page
    assert "A note to keep" in page
    assert status_of(case) == ListingStatus.IN_REVIEW


def test_rejection_with_reasons(client: Client, cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    client.force_login(cast.moderator)
    data = {"seen": version_of(case), "reject-reasons": ["duplicate", "incomplete"]}

    response = client.post(address(case, "reject"), data)

    assert response.status_code == 302
    assert status_of(case) == ListingStatus.REJECTED
    assert case.entries.get(kind="rejected").reasons == ["duplicate", "incomplete"]


def test_enquiry_is_no_case_of_this_page(client: Client, cast: Cast) -> None:
    from marketplace.trust.tests.factories import make_enquiry

    client.force_login(cast.administrator)

    assert client.get(address(make_enquiry())).status_code == 404
