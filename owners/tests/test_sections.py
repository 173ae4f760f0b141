"""The forms of a listing: saved one by one, and what was typed stays where one is wrong."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from marketplace.accounts.models import User
from marketplace.venues.enums import ListingStatus, MemberRole
from marketplace.venues.models import Amenity, City, Venue
from marketplace.venues.tests.factories import DESCRIPTION, add_member, make_space, make_venue


@pytest.fixture
def draft(owner: User) -> Venue:
    return make_venue(owner=owner, status=ListingStatus.DRAFT)


def address(name: str, venue: Venue, *rest: int) -> str:
    return reverse(f"owners:{name}", args=[venue.pk, *rest])


def basics_of(venue: Venue, **values: object) -> dict[str, Any]:
    return {
        "name": venue.name,
        "category": venue.category_id,
        "summary": venue.summary,
        "description": venue.description,
        "city": venue.city_id,
        "district": venue.district_id,
        "address": venue.address,
        "business_name": venue.business.name,
        **values,
    }


# --- About the venue ------------------------------------------------------------------------------


def test_basics_are_saved_and_go_on_to_spaces(client: Client, draft: Venue) -> None:
    response = client.post(address("basics", draft), basics_of(draft, name="Attic", then="next"))

    draft.refresh_from_db()
    assert response["Location"] == address("spaces", draft)
    assert draft.name == "Attic"


def test_basics_can_be_saved_half_filled(client: Client, draft: Venue) -> None:
    values = basics_of(draft, description="", address="", district="", summary="")

    response = client.post(address("basics", draft), values)

    draft.refresh_from_db()
    assert response["Location"] == address("basics", draft)
    assert (draft.description, draft.district) == ("", None)


def test_wrong_basics_keep_what_was_typed(client: Client, draft: Venue) -> None:
    values = basics_of(draft, name="", description="Half a sentence that took me long")

    response = client.post(address("basics", draft), values)

    assert response.status_code == 422
    assert "Half a sentence that took me long" in response.content.decode()


def test_district_of_another_city_is_an_error_of_the_field(client: Client, draft: Venue) -> None:
    district = draft.city.districts.all()[0]
    elsewhere = City.objects.exclude(pk=draft.city_id)[0]

    response = client.post(
        address("basics", draft), basics_of(draft, city=elsewhere.pk, district=district.pk)
    )

    assert response.status_code == 422
    assert "That district is in another city." in response.content.decode()


def test_live_edit_is_shown_old_beside_new(client: Client, owner: User) -> None:
    venue = make_venue(owner=owner, name="Old hall")

    client.post(address("basics", venue), basics_of(venue, name="New hall"))

    page = client.get(address("venue", venue)).content.decode()
    form = client.get(address("basics", venue)).content.decode()
    assert "Old hall" in page
    assert "New hall" in page
    assert address("edit_withdraw", venue) in page
    assert 'value="New hall"' in form
    venue.refresh_from_db()
    assert venue.name == "Old hall"


def test_contact_details_in_a_live_edit_are_named_and_kept(client: Client, owner: User) -> None:
    venue = make_venue(owner=owner)
    typed = f"{DESCRIPTION} Write to hall@mail.kz"

    response = client.post(address("basics", venue), basics_of(venue, description=typed))

    assert response.status_code == 422
    assert "No phone numbers, links or handles" in response.content.decode()
    assert "hall@mail.kz" in response.content.decode()


def test_listing_in_review_refuses_late_forms(client: Client, owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.IN_REVIEW)

    response = client.post(address("basics", venue), basics_of(venue, name="Late"))

    venue.refresh_from_db()
    assert response.status_code == 422
    assert "cannot be changed now" in response.content.decode()
    assert venue.name != "Late"


@pytest.mark.parametrize("status", [ListingStatus.DRAFT, ListingStatus.PUBLISHED])
def test_business_is_renamed_at_once(client: Client, owner: User, status: ListingStatus) -> None:
    venue = make_venue(owner=owner, status=status)

    response = client.post(address("basics", venue), basics_of(venue, business_name="Loft Ltd"))

    venue.business.refresh_from_db()
    assert response["Location"] == address("basics", venue)
    assert venue.business.name == "Loft Ltd"
    assert not venue.edits.exists()


@pytest.mark.parametrize("status", [ListingStatus.DRAFT, ListingStatus.PUBLISHED])
def test_contact_details_in_the_name_of_the_business_are_refused(
    client: Client, owner: User, status: ListingStatus
) -> None:
    venue = make_venue(owner=owner, status=status)
    typed = "Call +7 701 555 44 33"

    response = client.post(address("basics", venue), basics_of(venue, business_name=typed))

    venue.business.refresh_from_db()
    assert response.status_code == 422
    assert "Take out contact details and links: “+7 701 555 44 33”." in response.content.decode()
    assert venue.business.name != typed


def test_manager_does_not_name_the_business(draft: Venue) -> None:
    browser = Client()
    browser.force_login(add_member(venue=draft, role=MemberRole.MANAGER))
    page = browser.get(address("basics", draft)).content.decode()

    browser.post(address("basics", draft), basics_of(draft, name="Attic", business_name="Mine"))

    draft.refresh_from_db()
    draft.business.refresh_from_db()
    assert "Name of your business" not in page
    assert draft.name == "Attic"
    assert draft.business.name != "Mine"


@pytest.mark.parametrize("name", ["\u200b\u200b\u200b", "\u202eevil", "Loft\nBar", "…"])
def test_names_that_cannot_be_read_are_refused(client: Client, draft: Venue, name: str) -> None:
    refused = {
        client.post(address("basics", draft), basics_of(draft, name=name)).status_code,
        client.post(address("basics", draft), basics_of(draft, business_name=name)).status_code,
        client.post(address("space_add", draft), space_values(name=name)).status_code,
    }

    assert refused == {422}
    assert draft.spaces.count() == 1


# --- Hours ----------------------------------------------------------------------------------------


def week(**hours: str) -> dict[str, str]:
    """day1="10:00-22:00" in the fields of the grid."""
    fields: dict[str, str] = {}
    for day, words in hours.items():
        for number, stretch in enumerate(words.split()):
            opens, _, closes = stretch.partition("-")
            fields |= {f"{day}_{number}_opens": opens, f"{day}_{number}_closes": closes}
    return fields


def test_hours_are_saved_past_midnight(client: Client, draft: Venue) -> None:
    client.post(address("hours", draft), week(day5="10:00-14:00 18:00-02:00", day7="00:00-00:00"))

    rows = draft.opening_hours.values_list("weekday", "opens_minute", "closes_minute")
    assert list(rows) == [(5, 600, 840), (5, 1080, 1560), (7, 0, 1440)]


def test_second_stretch_stands_open_where_there_is_one(client: Client, draft: Venue) -> None:
    client.post(address("hours", draft), week(day5="10:00-14:00 18:00-02:00", day7="10:00-14:00"))

    rows = client.get(address("hours", draft)).context["form"].rows()

    assert [row.day for row in rows if row.has_more] == [5]
    assert [row.day for row in rows if not row.is_empty] == [5, 7]


def test_one_day_is_copied_to_every_day_and_not_saved_yet(client: Client, draft: Venue) -> None:
    before = list(draft.opening_hours.values())

    response = client.post(
        address("hours", draft), {**week(day1="10:00-23:00", day2="01:00-02:00"), "copy": "1"}
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert page.count('value="10:00"') == 7
    assert page.count('value="23:00"') == 7
    assert list(draft.opening_hours.values()) == before


@pytest.mark.parametrize("day", ["8", "monday", "²", "9" * 5000])
def test_no_day_is_not_copied(client: Client, draft: Venue, day: str) -> None:
    response = client.post(address("hours", draft), {**week(day1="10:00-23:00"), "copy": day})

    assert response.status_code == 302
    assert [stretch.weekday for stretch in draft.opening_hours.all()] == [1]


def test_enter_in_the_grid_presses_a_button_that_only_saves(client: Client, draft: Venue) -> None:
    page = client.get(address("hours", draft)).content.decode()
    form = page[page.index('<form class="form"') :]

    first_button = form[form.index("<button") : form.index(">", form.index("<button"))]
    assert 'type="submit"' in first_button
    assert "name=" not in first_button


def test_half_a_stretch_is_an_error_and_stays(client: Client, draft: Venue) -> None:
    response = client.post(address("hours", draft), week(day1="10:00-"))

    assert response.status_code == 422
    assert "When does it close?" in response.content.decode()
    assert 'value="10:00"' in response.content.decode()


def test_overlap_is_told_with_its_day(client: Client, draft: Venue) -> None:
    response = client.post(address("hours", draft), week(day1="18:00-03:00", day2="02:00-20:00"))

    assert response.status_code == 422
    assert "The night from Monday runs into" in response.content.decode()


def test_day_with_three_stretches_keeps_them_all(client: Client, draft: Venue) -> None:
    stretches = "08:00-09:00 10:00-11:00"
    client.post(address("hours", draft), week(day1=stretches))
    draft.opening_hours.create(weekday=1, opens_minute=720, closes_minute=780)

    page = client.get(address("hours", draft)).content.decode()

    assert 'value="12:00"' in page


# --- Spaces ---------------------------------------------------------------------------------------


def space_values(**values: object) -> dict[str, Any]:
    return {
        "name": "Main hall",
        "description": "",
        "capacity": 60,
        "area_m2": "",
        "units": 1,
        "hourly_rate_minor": "45 000",
        "cleaning_fee_minor": "",
        "minimum_minutes": 120,
        "granularity_minutes": 30,
        "buffer_before_minutes": 0,
        "buffer_after_minutes": 30,
        "lead_hours": 2,
        "instant_hours": 24,
        "horizon_days": 365,
        "booking_mode": "instant",
        "answer_hours": 24,
        **values,
    }


def test_price_is_typed_in_tenge_and_kept_in_tiyn(client: Client, draft: Venue) -> None:
    response = client.post(address("space_add", draft), space_values())

    space = draft.spaces.get(name="Main hall")
    assert response["Location"] == address("spaces", draft)
    assert (space.hourly_rate_minor, space.cleaning_fee_minor) == (45_000_00, 0)
    assert "45\u00a0000\u00a0₸" in client.get(address("spaces", draft)).content.decode()


@pytest.mark.parametrize(
    ("typed", "minor"), [("45000", 4_500_000), ("45000,50", 4_500_050), ("45 000.5", 4_500_050)]
)
def test_amounts_are_read_as_people_write_them(
    client: Client, draft: Venue, typed: str, minor: int
) -> None:
    client.post(address("space_add", draft), space_values(hourly_rate_minor=typed))

    assert draft.spaces.get(name="Main hall").hourly_rate_minor == minor


@pytest.mark.parametrize("typed", ["0", "-5", "a lot", "45.001", "999999999999", "NaN"])
def test_wrong_amounts_are_refused_and_stay(client: Client, draft: Venue, typed: str) -> None:
    response = client.post(address("space_add", draft), space_values(hourly_rate_minor=typed))

    assert response.status_code == 422
    assert f'value="{typed}"' in response.content.decode()


def test_stored_price_is_shown_in_tenge(client: Client, draft: Venue) -> None:
    space = make_space(venue=draft, hourly_rate_minor=20_000_50, minimum_minutes=75, position=1)

    page = client.get(address("space_edit", draft, space.pk)).content.decode()

    assert 'value="20000.5"' in page
    assert 'value="5000"' in page
    assert '<option value="75" selected>1 h 15 min</option>' in page


def test_space_is_removed_after_a_question(client: Client, draft: Venue) -> None:
    space = draft.spaces.get()
    question = client.get(address("space_remove", draft, space.pk)).content.decode()

    client.post(address("space_remove", draft, space.pk))

    assert space.name in question
    assert not draft.spaces.exists()


def test_last_space_of_a_live_listing_stays(client: Client, owner: User) -> None:
    venue = make_venue(owner=owner)

    page = client.post(
        address("space_remove", venue, venue.spaces.get().pk), follow=True
    ).content.decode()

    assert "A published listing needs this: At least one space." in page
    assert venue.spaces.count() == 1


# --- Terms ----------------------------------------------------------------------------------------


def test_terms_are_saved(client: Client, draft: Venue) -> None:
    wifi = Amenity.objects.get(slug="wifi")

    response = client.post(
        address("terms", draft),
        {
            "rules": "No confetti",
            "cancellation_policy": "standard_30",
            "amenities": [wifi.pk],
            "then": "next",
        },
    )

    draft.refresh_from_db()
    assert response["Location"] == address("venue", draft)
    assert (draft.rules, draft.cancellation_policy) == ("No confetti", "standard_30")
    assert [each.slug for each in draft.amenities.all()] == ["wifi"]


def test_unknown_policy_is_refused(client: Client, draft: Venue) -> None:
    response = client.post(
        address("terms", draft), {"rules": "Typed rules", "cancellation_policy": "none"}
    )

    assert response.status_code == 422
    assert "Typed rules" in response.content.decode()


# --- Photos ---------------------------------------------------------------------------------------


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def jpeg(colour: str = "#204060", size: tuple[int, int] = (1200, 800)) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG")
    return SimpleUploadedFile(f"{colour[1:]}.jpg", buffer.getvalue(), content_type="image/jpeg")


def test_many_photos_are_uploaded_at_once(client: Client, owner: User, media: Path) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT, photos=0)

    response = client.post(
        address("photo_upload", venue), {"photos": [jpeg("#204060"), jpeg("#602040")]}
    )

    assert response["Location"] == address("photos", venue)
    assert [photo.dominant_color for photo in venue.photos.all()] == ["#1f4161", "#612140"]
    assert len(list(media.rglob("*.webp"))) == 6


def test_usable_photos_are_kept_and_each_other_is_named(
    client: Client, draft: Venue, media: Path
) -> None:
    page = SimpleUploadedFile("evil.jpg", b"<script>alert(1)</script>", content_type="image/jpeg")

    response = client.post(
        address("photo_upload", draft), {"photos": [jpeg(), page, jpeg("#ffffff", (300, 200))]}
    )

    text = response.content.decode()
    assert response.status_code == 422
    assert "evil.jpg: This is not a picture that we can read." in text
    assert "ffffff.jpg: This photo is only 300 × 200 pixels." in text
    assert draft.photos.count() == 6


def test_photo_over_the_limit_is_refused_kindly(
    client: Client, draft: Venue, media: Path, settings: Settings
) -> None:
    settings.PHOTO_MAX_BYTES = 1024

    response = client.post(address("photo_upload", draft), {"photos": [jpeg()]})

    assert response.status_code == 422
    assert "Send a smaller one." in response.content.decode()
    assert draft.photos.count() == 5


def test_upload_without_a_file_says_so(client: Client, draft: Venue) -> None:
    response = client.post(address("photo_upload", draft), {})

    assert response.status_code == 422
    assert "Choose at least one photo." in response.content.decode()


def test_photo_moves_with_a_plain_form(client: Client, draft: Venue) -> None:
    first, second = draft.photos.all()[:2]

    response = client.post(address("photo_move", draft, first.pk), {"to": "later"})

    assert response["Location"] == address("photos", draft)
    assert list(draft.photos.all()[:2]) == [second, first]


def test_htmx_gets_the_gallery_alone(client: Client, draft: Venue) -> None:
    last = draft.photos.all()[4]

    response = client.post(
        address("photo_move", draft, last.pk), {"to": "first"}, headers={"HX-Request": "true"}
    )

    text = response.content.decode()
    assert response.status_code == 200
    assert '<section id="gallery"' in text
    assert '<div id="messages" hx-swap-oob="innerHTML">' in text
    assert "<html" not in text
    assert draft.photos.all()[0] == last


def test_photo_is_described_and_removed(client: Client, draft: Venue) -> None:
    photo = draft.photos.all()[0]

    client.post(address("photo_describe", draft, photo.pk), {"alt_text": "The stage"})
    photo.refresh_from_db()
    client.post(address("photo_remove", draft, photo.pk))

    assert photo.alt_text == "The stage"
    assert draft.photos.count() == 4
    assert [left.position for left in draft.photos.all()] == [0, 1, 2, 3]


@pytest.mark.parametrize("typed", ["Call 8 701 123 45 67", "long " * 50])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_refused_words_about_a_live_photo_stay_as_typed(
    client: Client, owner: User, typed: str, headers: dict[str, str]
) -> None:
    venue = make_venue(owner=owner)
    photo = venue.photos.all()[0]

    response = client.post(
        address("photo_describe", venue, photo.pk), {"alt_text": typed}, headers=headers
    )

    text = response.content.decode()
    assert response.status_code == 422
    assert f"\n{typed}</textarea>" in text
    assert ("Take out contact details" in text) or ("Say it in 200 characters at most." in text)
    assert ("<html" in text) is (headers == {})
    assert venue.photos.get(pk=photo.pk).alt_text == photo.alt_text
