"""Edits of a live listing: what counts at once, what waits, and what becomes of it."""

from datetime import UTC, datetime
from itertools import product

import pytest

from marketplace.accounts.models import User
from marketplace.core.errors import IllegalTransition
from marketplace.notifications.models import Notification
from marketplace.trust import services as trust
from marketplace.trust.enums import CaseKind, CaseState
from marketplace.trust.models import Case
from marketplace.trust.services import ChangeItem
from marketplace.venues import services
from marketplace.venues.enums import EDIT_TRANSITIONS, EditState, ListingStatus
from marketplace.venues.models import ListingEdit, Venue
from marketplace.venues.photos import StoredPhoto
from marketplace.venues.selectors import asked_of, describe_edit
from marketplace.venues.services import BreaksListing, HasContactDetails, ListingLocked, Saved
from marketplace.venues.services.editing import transition_edit
from marketplace.venues.services.gallery import PhotoGone, TooManyPhotos
from marketplace.venues.tests.factories import DESCRIPTION, make_reference, make_venue

NOW = datetime(2026, 5, 11, 10, 0, tzinfo=UTC)
LATER = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)
LOCKED = [
    ListingStatus.IN_REVIEW,
    ListingStatus.REJECTED,
    ListingStatus.SUSPENDED,
    ListingStatus.ARCHIVED,
]
OTHER_DESCRIPTION = DESCRIPTION + " Since May there is a terrace too."


@pytest.fixture
def venue(owner: User) -> Venue:
    return make_venue(owner=owner, name="Old hall", latitude="43.25", longitude="76.93")


def edit_basics(venue: Venue, by: User, **values: object) -> Saved:
    fields = ("name", "category", "city", "district", "summary", "description", "address")
    shown = {field: getattr(venue, field) for field in fields}
    return services.update_basics(venue=venue, by=by, now=NOW, **{**shown, **values})


def photo(key: str) -> StoredPhoto:
    return StoredPhoto(key=key * 64, width=1440, height=960, dominant_color="#204060")


def the_edit(venue: Venue) -> ListingEdit:
    return venue.edits.pending().get()


@pytest.mark.parametrize(("start", "end"), list(product(EditState, EditState)))
def test_edit_moves_along_its_table_alone(
    owner: User, venue: Venue, start: EditState, end: EditState
) -> None:
    edit = ListingEdit.objects.create(venue=venue, proposed_by=owner, state=start)

    if end in EDIT_TRANSITIONS[start]:
        assert transition_edit(edit=edit, to=end, by=owner, now=NOW).state == end
    else:
        with pytest.raises(IllegalTransition):
            transition_edit(edit=edit, to=end, by=owner, now=NOW)


@pytest.mark.parametrize("status", LOCKED)
def test_locked_listing_takes_no_change(owner: User, status: ListingStatus) -> None:
    venue = make_venue(owner=owner, status=status)

    with pytest.raises(ListingLocked):
        edit_basics(venue, owner, name="New name")
    with pytest.raises(ListingLocked):
        services.set_opening_hours(venue=venue, by=owner, now=NOW, stretches=[])
    with pytest.raises(ListingLocked):
        services.add_photos(venue=venue, by=owner, now=NOW, photos=[photo("a")])
    with pytest.raises(ListingLocked):
        services.remove_space(space=venue.spaces.get(), by=owner, now=NOW)


def test_draft_changes_at_once(owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT)

    assert edit_basics(venue, owner, name="Зал Ән") is Saved.AT_ONCE

    venue.refresh_from_db()
    assert (venue.name, venue.slug) == ("Зал Ән", "zal-an")
    assert not ListingEdit.objects.exists()


def test_live_listing_keeps_its_page_until_the_edit_is_applied(
    owner: User, moderator: User, venue: Venue
) -> None:
    assert edit_basics(venue, owner, name="New hall", address="Dostyk, 5") is Saved.WAITING

    venue.refresh_from_db()
    edit = the_edit(venue)
    case = Case.objects.about("venues.listingedit", edit.pk).get()
    assert venue.name == "Old hall"
    assert edit.changes == {"name": "New hall", "address": "Dostyk, 5"}
    assert (case.kind, case.state) == (CaseKind.LISTING_EDIT, CaseState.OPEN)

    trust.record_approval(case=case, by=moderator, now=NOW)
    services.apply_edit(edit=edit, by=moderator, now=NOW)

    venue.refresh_from_db()
    assert (venue.name, venue.address, venue.latitude) == ("New hall", "Dostyk, 5", None)
    assert edit.state == EditState.APPLIED
    assert Notification.objects.get().kind == "venues.edit_applied"


def test_district_and_category_wait_by_id_and_are_told_in_words(owner: User, venue: Venue) -> None:
    words = make_reference()

    edit_basics(venue, owner, category=words.other_category, district=words.other_district)

    lines = describe_edit(the_edit(venue), venue)
    assert the_edit(venue).changes == {
        "category": words.other_category.pk,
        "district": words.other_district.pk,
    }
    assert [(line.old, line.new) for line in lines] == [
        (words.category.label, words.other_category.label),
        (words.district.label, words.other_district.label),
    ]


def test_declined_edit_changes_nothing_and_says_why(
    owner: User, moderator: User, venue: Venue
) -> None:
    edit_basics(venue, owner, name="New hall")
    services.add_photos(venue=venue, by=owner, now=NOW, photos=[photo("a")])
    edit = the_edit(venue)

    services.decline_edit(
        edit=edit, by=moderator, now=NOW, reasons=["misleading_photos"], note="Another house"
    )

    venue.refresh_from_db()
    assert venue.name == "Old hall"
    assert not venue.photos.waiting().exists()
    assert Notification.objects.get().context["note"] == "Another house"


def test_second_change_joins_the_first_under_a_new_case(owner: User, venue: Venue) -> None:
    edit_basics(venue, owner, name="New hall")
    first = the_edit(venue)

    edit_basics(venue, owner, name="New hall", summary="Another line")

    first.refresh_from_db()
    assert first.state == EditState.WITHDRAWN
    assert the_edit(venue).changes == {"name": "New hall", "summary": "Another line"}
    assert [case.state for case in Case.objects.order_by("id")] == [
        CaseState.WITHDRAWN,
        CaseState.OPEN,
    ]


def test_moderator_cannot_apply_what_was_replaced(
    owner: User, moderator: User, venue: Venue
) -> None:
    edit_basics(venue, owner, name="New hall")
    seen = the_edit(venue)
    edit_basics(venue, owner, name="Something else entirely")

    with pytest.raises(IllegalTransition):
        services.apply_edit(edit=seen, by=moderator, now=NOW)
    venue.refresh_from_db()
    assert venue.name == "Old hall"


def test_edit_that_was_sent_back_goes_on_in_its_case(
    owner: User, moderator: User, venue: Venue
) -> None:
    edit_basics(venue, owner, name="New hall")
    edit, case = the_edit(venue), Case.objects.get()
    items = [ChangeItem("basics", "Keep the street in the name")]
    trust.record_changes_requested(case=case, by=moderator, items=items, now=NOW)
    services.request_edit_changes(edit=edit, by=moderator, now=NOW, items=items)

    edit_basics(venue, owner, name="New hall on Abay")

    case.refresh_from_db()
    assert the_edit(venue) == edit
    assert the_edit(venue).changes == {"name": "New hall on Abay"}
    assert case.state == CaseState.OPEN
    assert Notification.objects.get().context["items"] == ["Keep the street in the name"]


@pytest.fixture
def sent_back(owner: User, moderator: User, venue: Venue) -> Case:
    """The case of an edit of the name, in which a moderator asks for something about the hours."""
    edit_basics(venue, owner, name="New hall")
    case = Case.objects.get()
    items = [ChangeItem("hours", "Are you open on Sundays?")]
    trust.record_changes_requested(case=case, by=moderator, items=items, now=NOW)
    return case


def test_edit_that_was_sent_back_is_sent_again_by_saving_the_same(
    owner: User, venue: Venue, sent_back: Case
) -> None:
    assert edit_basics(venue, owner, name="New hall") is Saved.WAITING

    sent_back.refresh_from_db()
    assert sent_back.state == CaseState.OPEN
    assert asked_of(the_edit(venue)) is None


def test_edit_that_was_sent_back_is_sent_again_as_it_is(
    owner: User, venue: Venue, sent_back: Case
) -> None:
    assert asked_of(the_edit(venue)) is not None

    services.resubmit_edit(venue=venue, by=owner, now=LATER)

    sent_back.refresh_from_db()
    assert (sent_back.state, sent_back.waiting_since) == (CaseState.OPEN, LATER)
    assert the_edit(venue).changes == {"name": "New hall"}
    services.resubmit_edit(venue=venue, by=owner, now=LATER)  # it is being read: nothing happens


def test_saving_something_else_leaves_the_edit_with_the_team(
    owner: User, venue: Venue, sent_back: Case
) -> None:
    saved = services.update_terms(
        venue=venue,
        by=owner,
        now=LATER,
        rules=venue.rules,
        cancellation_policy="standard_30",
        amenities=[],
    )

    sent_back.refresh_from_db()
    assert saved is Saved.AT_ONCE
    assert sent_back.state == CaseState.WAITING


def test_going_back_to_what_is_shown_withdraws_the_edit(owner: User, venue: Venue) -> None:
    edit_basics(venue, owner, name="New hall")

    assert edit_basics(venue, owner) is Saved.UNCHANGED

    assert not venue.edits.pending().exists()
    assert Case.objects.get().state == CaseState.WITHDRAWN


def test_saving_the_same_edit_again_changes_nothing(owner: User, venue: Venue) -> None:
    edit_basics(venue, owner, name="New hall")
    edit = the_edit(venue)

    assert edit_basics(venue, owner, name="New hall") is Saved.WAITING
    assert the_edit(venue) == edit


def test_withdrawn_edit_takes_its_photos_with_it(owner: User, venue: Venue) -> None:
    services.add_photos(venue=venue, by=owner, now=NOW, photos=[photo("a")])
    assert venue.photos.waiting().count() == 1

    services.withdraw_edit(venue=venue, by=owner, now=LATER)

    assert not venue.photos.waiting().exists()
    assert Case.objects.get().state == CaseState.WITHDRAWN
    services.withdraw_edit(venue=venue, by=owner, now=LATER)  # nothing waits: nothing happens


def test_edit_with_contact_details_is_refused(owner: User, venue: Venue) -> None:
    with pytest.raises(BreaksListing):
        edit_basics(venue, owner, description=DESCRIPTION + " Call 8 701 123 45 67.")
    assert not ListingEdit.objects.exists()


def test_edit_that_would_leave_too_little_is_refused(owner: User, venue: Venue) -> None:
    with pytest.raises(BreaksListing) as refusal:
        edit_basics(venue, owner, description="A hall.")
    assert str(refusal.value) == (
        "A published listing needs this: A description of at least 150 characters."
    )


# --- Photos -------------------------------------------------------------------------------------


def test_new_photo_of_a_live_listing_waits_and_is_then_shown_last(
    owner: User, moderator: User, venue: Venue
) -> None:
    assert services.add_photos(venue=venue, by=owner, now=NOW, photos=[photo("a")]) is Saved.WAITING
    assert venue.photos.shown().count() == 5
    [line] = describe_edit(the_edit(venue), venue)
    assert [shown.key for shown in line.photos] == ["a" * 64]

    services.apply_edit(edit=the_edit(venue), by=moderator, now=NOW)

    assert [shown.position for shown in venue.photos.shown()] == [0, 1, 2, 3, 4, 5]
    assert venue.photos.shown().last().key == "a" * 64  # type: ignore[union-attr]


def test_live_listing_keeps_five_photos(owner: User, venue: Venue) -> None:
    with pytest.raises(BreaksListing):
        services.remove_photo(photo=venue.photos.all()[0], by=owner, now=NOW)
    assert venue.photos.count() == 5


def test_removing_a_waiting_photo_ends_its_edit(owner: User, venue: Venue) -> None:
    services.add_photos(venue=venue, by=owner, now=NOW, photos=[photo("a")])

    services.remove_photo(photo=venue.photos.waiting()[0], by=owner, now=NOW)

    assert not venue.edits.pending().exists()


def test_same_photo_twice_is_passed_over(owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT, photos=0)
    services.add_photos(venue=venue, by=owner, now=NOW, photos=[photo("a"), photo("a")])

    again = services.add_photos(venue=venue, by=owner, now=NOW, photos=[photo("a")])

    assert again is Saved.UNCHANGED
    assert venue.photos.count() == 1


def test_full_gallery_takes_no_more(owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT, photos=services.MAXIMUM_PHOTOS)

    with pytest.raises(TooManyPhotos):
        services.add_photos(venue=venue, by=owner, now=NOW, photos=[photo("a")])


@pytest.mark.parametrize(
    ("start", "places", "order"),
    [(0, 1, "10234"), (4, -30, "40123"), (2, -1, "02134"), (4, 1, "01234"), (0, -1, "01234")],
)
def test_photo_moves_within_bounds(
    owner: User, venue: Venue, start: int, places: int, order: str
) -> None:
    names = {shown.pk: str(number) for number, shown in enumerate(venue.photos.shown())}

    services.move_photo(photo=venue.photos.shown()[start], by=owner, now=NOW, places=places)

    assert "".join(names[shown.pk] for shown in venue.photos.shown()) == order


def test_photo_that_is_gone_is_removed_once_and_not_moved(owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT)
    first, same = venue.photos.all()[0], venue.photos.all()[0]
    services.remove_photo(photo=first, by=owner, now=NOW)

    assert services.remove_photo(photo=same, by=owner, now=NOW) is Saved.UNCHANGED
    with pytest.raises(PhotoGone):
        services.move_photo(photo=same, by=owner, now=NOW, places=1)
    assert venue.photos.count() == 4


def test_waiting_photo_does_not_move_before_shown_ones(owner: User, venue: Venue) -> None:
    services.add_photos(venue=venue, by=owner, now=NOW, photos=[photo("a")])

    services.move_photo(photo=venue.photos.waiting()[0], by=owner, now=NOW, places=-30)

    assert [shown.position for shown in venue.photos.shown()] == [0, 1, 2, 3, 4]


def test_words_about_live_photos_carry_no_contacts(owner: User, venue: Venue) -> None:
    pk = venue.photos.all()[0].pk

    with pytest.raises(HasContactDetails):
        services.describe_photos(venue=venue, by=owner, now=NOW, texts={pk: "see t.me/hall"})
    services.describe_photos(venue=venue, by=owner, now=NOW, texts={pk: "The hall"})

    assert venue.photos.get(pk=pk).alt_text == "The hall"


def test_photos_are_put_in_the_order_given(owner: User, venue: Venue) -> None:
    backwards = [shown.pk for shown in reversed(venue.photos.shown())]

    services.reorder_photos(venue=venue, by=owner, now=NOW, order=backwards[:2])

    assert [shown.pk for shown in venue.photos.shown()][:2] == backwards[:2]
