"""Beginning a listing, its list and its page."""

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.enums import ActivityKind
from marketplace.accounts.models import Activity, Business, User
from marketplace.accounts.tests.factories import Cast
from marketplace.trust import services as trust
from marketplace.trust.enums import CaseState
from marketplace.trust.models import Case
from marketplace.trust.services import ChangeItem
from marketplace.venues import services
from marketplace.venues.enums import ListingStatus, MemberRole
from marketplace.venues.models import Venue
from marketplace.venues.tests.factories import add_member, make_reference, make_venue
from marketplace.venues.tests.test_listing import NOW


def last_activity(user: User) -> tuple[str, dict[str, object]]:
    line = Activity.objects.of(user)[0]
    return line.kind, line.details


def test_landing_tells_guests_what_it_takes(db: None) -> None:
    page = Client().get(reverse("owners:start"))

    assert page.status_code == 200
    assert f"{reverse('account_login')}?next={reverse('owners:start')}" in page.content.decode()


def test_guest_who_posts_is_sent_to_log_in(db: None) -> None:
    response = Client().post(reverse("owners:start"), {"name": "Hall"})

    assert response.status_code == 302
    assert not Venue.objects.exists()


def test_first_draft_makes_a_business_and_a_team(client: Client, owner: User) -> None:
    words = make_reference()

    response = client.post(
        reverse("owners:start"),
        {"name": "Зал на Абая", "category": words.category.pk, "city": words.city.pk},
    )

    venue = Venue.objects.get()
    assert response["Location"] == reverse("owners:basics", args=[venue.pk])
    assert (venue.slug, venue.currency, venue.time_zone, venue.status) == (
        "zal-na-abaya",
        "KZT",
        "Asia/Almaty",
        ListingStatus.DRAFT,
    )
    assert venue.business == Business.objects.get(owner=owner)
    assert [(member.user, member.role) for member in venue.memberships.all()] == [
        (owner, MemberRole.OWNER)
    ]
    assert last_activity(owner) == (ActivityKind.LISTING_CREATED, {"listing": "Зал на Абая"})


def test_first_draft_names_the_business_and_the_next_does_not(client: Client, owner: User) -> None:
    words = make_reference()
    values = {"name": "Attic", "category": words.category.pk, "city": words.city.pk}
    start = reverse("owners:start")
    assert "Name of your business" in client.get(start).content.decode()

    bad = client.post(start, {**values, "business_name": "t.me/loft_ltd"})
    client.post(start, {**values, "business_name": "Loft Ltd"})

    assert bad.status_code == 422
    assert [venue.business.name for venue in Venue.objects.all()] == ["Loft Ltd"]
    assert "Name of your business" not in client.get(start).content.decode()


def test_draft_with_a_name_that_cannot_be_seen_is_refused(client: Client) -> None:
    words = make_reference()
    values = {"category": words.category.pk, "city": words.city.pk}

    response = client.post(reverse("owners:start"), {**values, "name": "\u200b\u200b"})

    assert response.status_code == 422
    assert not Venue.objects.exists()


def test_draft_without_a_name_keeps_what_was_typed(client: Client) -> None:
    words = make_reference()

    response = client.post(
        reverse("owners:start"),
        {"name": "", "category": words.other_category.pk, "city": words.city.pk},
    )

    assert response.status_code == 422
    assert f'value="{words.other_category.pk}" selected' in response.content.decode()
    assert not Venue.objects.exists()


def test_empty_owner_is_shown_the_way(client: Client) -> None:
    page = client.get(reverse("owners:home")).content.decode()

    assert "Your first venue in five steps" in page
    assert reverse("owners:start") in page


@pytest.mark.parametrize("status", ListingStatus)
def test_every_state_has_a_page(client: Client, owner: User, status: ListingStatus) -> None:
    venue = make_venue(owner=owner, status=status)

    page = client.get(reverse("owners:venue", args=[venue.pk]))

    assert page.status_code == 200
    assert str(status.label) in page.content.decode()
    assert client.get(reverse("owners:home")).status_code == 200


def test_what_is_missing_links_to_its_section(client: Client, owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT, photos=2, hours="")

    page = client.get(reverse("owners:venue", args=[venue.pk])).content.decode()

    assert "At least 5 photos" in page
    assert reverse("owners:photos", args=[venue.pk]) in page
    assert reverse("owners:hours", args=[venue.pk]) in page
    assert reverse("owners:submit", args=[venue.pk]) not in page


def test_requested_changes_are_shown_with_their_sections(client: Client, cast: Cast) -> None:
    venue = make_venue(owner=cast.owner, status=ListingStatus.DRAFT)
    services.submit_listing(venue=venue, by=cast.owner, now=NOW)
    items = [ChangeItem("photos", "Show the entrance"), ChangeItem("terms", "Say where to smoke")]
    trust.record_changes_requested(
        case=Case.objects.get(), by=cast.moderator, items=items, now=NOW, note="Nearly there"
    )
    services.request_changes(venue=venue, by=cast.moderator, now=NOW, items=items)

    overview = client.get(reverse("owners:venue", args=[venue.pk])).content.decode()
    photos = client.get(reverse("owners:photos", args=[venue.pk])).content.decode()

    assert all(text in overview for text in ("Show the entrance", "Say where to smoke"))
    assert "Nearly there" in overview
    assert "Show the entrance" in photos
    assert "Say where to smoke" not in photos


def test_edit_that_was_sent_back_has_a_button_that_sends_it_in_again(
    client: Client, cast: Cast
) -> None:
    venue = make_venue(owner=cast.owner, name="Old hall")
    rules = {"rules": "No confetti.", "cancellation_policy": "flexible"}
    client.post(reverse("owners:terms", args=[venue.pk]), rules)
    case = Case.objects.get()
    page, button = (
        reverse(f"owners:{name}", args=[venue.pk]) for name in ("venue", "edit_resubmit")
    )
    assert button not in client.get(page).content.decode()
    items = [ChangeItem("hours", "Are you open on Sundays?")]
    trust.record_changes_requested(case=case, by=cast.moderator, items=items, now=NOW)
    assert button in client.get(page).content.decode()

    text = client.post(button, follow=True).content.decode()

    case.refresh_from_db()
    assert case.state == CaseState.OPEN
    assert "Are you open on Sundays?" not in text
    assert button not in text


def test_rejection_is_shown_with_its_reasons(client: Client, cast: Cast) -> None:
    venue = make_venue(owner=cast.owner, status=ListingStatus.DRAFT)
    services.submit_listing(venue=venue, by=cast.owner, now=NOW)
    trust.record_rejection(
        case=Case.objects.get(), by=cast.moderator, reasons=["duplicate"], now=NOW
    )
    services.reject_listing(venue=venue, by=cast.moderator, now=NOW, reasons=["duplicate"])

    page = client.get(reverse("owners:venue", args=[venue.pk])).content.decode()

    assert "The venue is listed already" in page
    assert reverse("owners:reopen", args=[venue.pk]) in page


def test_viewer_sees_no_buttons(owner: User) -> None:
    venue = make_venue(owner=owner)
    browser = Client()
    browser.force_login(add_member(venue=venue, role=MemberRole.VIEWER))

    page = browser.get(reverse("owners:venue", args=[venue.pk])).content.decode()

    assert reverse("owners:pause", args=[venue.pk]) not in page
    assert reverse("owners:basics", args=[venue.pk]) not in page


# --- Buttons --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("submit", ListingStatus.DRAFT, ListingStatus.IN_REVIEW),
        ("pause", ListingStatus.PUBLISHED, ListingStatus.PAUSED),
        ("resume", ListingStatus.PAUSED, ListingStatus.PUBLISHED),
        ("reopen", ListingStatus.REJECTED, ListingStatus.DRAFT),
        ("archive", ListingStatus.PAUSED, ListingStatus.ARCHIVED),
    ],
)
def test_button_changes_the_state(
    client: Client, owner: User, name: str, before: ListingStatus, after: ListingStatus
) -> None:
    venue = make_venue(owner=owner, status=before)

    response = client.post(reverse(f"owners:{name}", args=[venue.pk]))

    venue.refresh_from_db()
    assert response["Location"] == reverse("owners:venue", args=[venue.pk])
    assert venue.status == after


def test_sending_in_stands_in_the_own_log(client: Client, owner: User) -> None:
    venue = make_venue(owner=owner, name="Apple Hall", status=ListingStatus.DRAFT)

    client.post(reverse("owners:submit", args=[venue.pk]))

    assert last_activity(owner) == (ActivityKind.LISTING_SUBMITTED, {"listing": "Apple Hall"})


def test_incomplete_listing_is_told_what_is_missing(client: Client, owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT, photos=1)

    page = client.post(reverse("owners:submit", args=[venue.pk]), follow=True).content.decode()

    venue.refresh_from_db()
    assert "Still missing: At least 5 photos." in page
    assert venue.status == ListingStatus.DRAFT
    assert last_activity(owner)[0] == ActivityKind.LOGGED_IN


def test_htmx_button_changes_the_page(client: Client, owner: User) -> None:
    venue = make_venue(owner=owner)

    response = client.post(reverse("owners:pause", args=[venue.pk]), headers={"HX-Request": "true"})

    assert response["HX-Redirect"] == reverse("owners:venue", args=[venue.pk])


def test_late_button_says_that_things_changed(client: Client, owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.ARCHIVED)

    page = client.post(reverse("owners:pause", args=[venue.pk]), follow=True).content.decode()

    assert "This has changed in the meantime" in page
