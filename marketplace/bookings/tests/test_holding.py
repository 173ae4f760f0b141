from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import make_user
from marketplace.bookings import services
from marketplace.bookings.availability import Refusal
from marketplace.bookings.enums import BookingStatus, OccupancyKind
from marketplace.bookings.models import Booking, BookingLine, Occupancy
from marketplace.bookings.services import holding
from marketplace.bookings.tests.factories import (
    NOW,
    STARTS_AT,
    make_bookable,
    make_booking,
    make_hold,
    slot,
)
from marketplace.core.errors import DomainError
from marketplace.core.money import Money
from marketplace.core.period import Period
from marketplace.pricing.quote import quote_for
from marketplace.venues.enums import BookingMode, CancellationPolicy, MemberRole
from marketplace.venues.models import Space
from marketplace.venues.tests.factories import add_member, make_venue

pytestmark = pytest.mark.django_db

# Three hours at 20 000, cleaning 5 000, the fee 5 % of both.
TOTAL = Money(68_250_00, "KZT")


def hold(
    space: Space,
    renter: User,
    period: Period | None = None,
    *,
    guests: int = 20,
    expected_total: Money | None = None,
) -> Booking:
    return services.hold_slot(
        space=space,
        period=period or slot(),
        guests=guests,
        renter=renter,
        expected_total=expected_total,
        now=NOW,
    )


def test_hold_takes_the_time_with_its_buffers_for_fifteen_minutes(
    space: Space, renter: User
) -> None:
    booking = hold(space, renter)

    assert booking.status == BookingStatus.HELD
    assert booking.hold_expires_at == NOW + timedelta(minutes=15)
    row = Occupancy.objects.get()
    assert (row.space_id, row.unit, row.kind) == (space.pk, 1, OccupancyKind.HOLD)
    assert (row.during.lower, row.during.upper) == (
        STARTS_AT,
        STARTS_AT + timedelta(hours=3, minutes=30),
    )
    assert row.expires_at == booking.hold_expires_at
    assert row.booking == booking


def test_hold_copies_the_terms_of_the_moment(space: Space, renter: User) -> None:
    booking = hold(space, renter, expected_total=TOTAL)
    Space.objects.update(hourly_rate_minor=1, buffer_after_minutes=0, answer_hours=48)

    booking.refresh_from_db()
    assert booking.total == TOTAL
    assert booking.service_fee == Money(3_250_00, "KZT")
    assert booking.commission == Money(9_750_00, "KZT")
    assert booking.owner_share == Money(55_250_00, "KZT")
    assert booking.commission_percent == Decimal(15)
    assert list(booking.lines.values_list("position", "code", "amount_minor")) == [
        (0, "time", 60_000_00),
        (1, "cleaning", 5_000_00),
        (2, "service_fee", 3_250_00),
    ]
    assert (booking.buffer_before_minutes, booking.buffer_after_minutes) == (0, 30)
    assert booking.answer_hours == 24
    assert booking.time_zone == "Asia/Almaty"
    assert booking.cancellation_policy == CancellationPolicy.FLEXIBLE
    assert booking.needs_approval is False


@pytest.mark.parametrize(
    ("mode", "ahead", "asks"),
    [
        (BookingMode.INSTANT, timedelta(days=10), False),
        (BookingMode.INSTANT, timedelta(hours=3), True),
        (BookingMode.REQUEST, timedelta(days=10), True),
    ],
)
def test_owner_is_asked_where_the_space_or_the_hurry_says_so(
    renter: User, mode: BookingMode, ahead: timedelta, *, asks: bool
) -> None:
    space = make_bookable(booking_mode=mode)

    booking = hold(space, renter, slot(starts_at=NOW + ahead))

    assert booking.needs_approval is asks


def test_reference_can_be_read_out(space: Space, renter: User) -> None:
    reference = hold(space, renter).reference

    assert len(reference) == 8
    assert not set(reference) & set("01ILO")


def test_reference_that_is_taken_is_drawn_again(
    space: Space, renter: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = hold(space, renter)
    drawn = iter([first.reference, first.reference, "NEWNAME2"])
    monkeypatch.setattr(holding, "draw_reference", lambda: next(drawn))

    second = hold(space, renter, slot(starts_at=STARTS_AT + timedelta(days=1)))

    assert second.reference == "NEWNAME2"
    assert BookingLine.objects.filter(booking=second).count() == 3


def test_second_comer_is_told_the_nearest_free_times(space: Space, renter: User) -> None:
    hold(space, make_user())

    with pytest.raises(services.SlotTaken) as refused:
        hold(space, renter)

    nearest = refused.value.nearest
    assert len(nearest) == 3
    # Nine to twelve would need half an hour more after it.
    assert nearest[0] == slot(starts_at=STARTS_AT + timedelta(hours=3, minutes=30))
    assert Booking.objects.count() == 1
    for period in nearest:
        assert hold(space, make_user(), period).period == period


def test_neighbours_fit_when_buffers_do(space: Space, renter: User) -> None:
    hold(space, make_user())

    with pytest.raises(services.SlotTaken):
        hold(space, renter, slot(starts_at=STARTS_AT + timedelta(hours=3)))
    hold(space, renter, slot(starts_at=STARTS_AT + timedelta(hours=3, minutes=30)))


def test_double_click_gets_the_same_hold(space: Space, renter: User) -> None:
    first = hold(space, renter)

    assert hold(space, renter) == first
    assert Booking.objects.count() == 1


def test_price_that_the_page_did_not_show_writes_nothing(space: Space, renter: User) -> None:
    shown = Money(60_000_00, "KZT")

    with pytest.raises(services.PriceChanged) as refused:
        hold(space, renter, expected_total=shown)

    assert (refused.value.old, refused.value.new) == (shown, TOTAL)
    assert Booking.objects.count() == Occupancy.objects.count() == 0


def test_price_is_the_one_that_pages_quote(space: Space, renter: User) -> None:
    quoted = quote_for(space=space, minutes=180).total

    assert hold(space, renter, expected_total=quoted).total == quoted


def test_fourth_open_hold_is_refused_and_the_three_are_named(renter: User) -> None:
    holds = [hold(make_bookable(), renter) for _ in range(3)]
    fourth = make_bookable()

    with pytest.raises(services.TooManyHolds) as refused:
        hold(fourth, renter)

    assert set(refused.value.holds) == set(holds)
    assert all(it.reference in str(refused.value) for it in holds)
    services.release_hold(booking=holds[0], by=renter, now=NOW)
    assert hold(fourth, renter).status == BookingStatus.HELD


def test_holds_that_ran_out_and_bookings_do_not_count_against_the_limit(renter: User) -> None:
    for _ in range(2):
        make_hold(renter=renter, now=NOW - timedelta(minutes=15))
    make_booking(renter=renter)

    assert [hold(make_bookable(), renter).status for _ in range(3)] == ["held"] * 3


def test_unverified_phone_and_team_are_refused(space: Space, cast: object) -> None:
    with pytest.raises(services.PhoneNotVerified):
        hold(space, make_user(phone_verified_at=None))
    for role in MemberRole:
        with pytest.raises(services.OwnVenue):
            hold(space, add_member(venue=space.venue, role=role))
    assert Booking.objects.count() == 0


@pytest.mark.parametrize(
    ("period", "guests", "refusal"),
    [
        (slot(starts_at=NOW - timedelta(hours=1)), 20, Refusal.PAST),
        (slot(starts_at=NOW + timedelta(hours=1)), 20, Refusal.TOO_SOON),
        (slot(starts_at=NOW + timedelta(days=366)), 20, Refusal.TOO_FAR),
        (slot(hours=1), 20, Refusal.TOO_SHORT),
        (slot(hours=12), 20, Refusal.CLOSED),
        (slot(starts_at=STARTS_AT + timedelta(minutes=10)), 20, Refusal.OFF_GRID),
        (slot(), 61, Refusal.TOO_MANY_GUESTS),
    ],
)
def test_rules_of_the_space_are_kept(
    space: Space, renter: User, period: Period, guests: int, refusal: Refusal
) -> None:
    with pytest.raises(services.NotBookable) as refused:
        hold(space, renter, period, guests=guests)

    assert refused.value.refusal is refusal
    assert str(refused.value) == str(refusal.label)
    assert Booking.objects.count() == 0


def test_space_without_rate_and_listing_off_the_market_are_refused(renter: User) -> None:
    with pytest.raises(services.NotBookable) as no_rate:
        hold(make_bookable(hourly_rate_minor=None), renter)
    with pytest.raises(services.NotBookable) as paused:
        hold(make_venue(status="paused").spaces.get(), renter)

    assert no_rate.value.refusal is Refusal.NO_RATE
    assert paused.value.refusal is Refusal.NOT_PUBLISHED


def test_listing_paused_after_the_page_was_read_is_refused(space: Space, renter: User) -> None:
    """What the caller loaded does not count: everything is read again under the lock."""
    type(space.venue).objects.update(status="paused")
    assert space.venue.is_published

    with pytest.raises(services.NotBookable):
        hold(space, renter)


def test_renter_describes_a_hold_and_nothing_else(space: Space, renter: User) -> None:
    booking = hold(space, renter)

    services.describe_booking(
        booking=booking, purpose="wedding", message="A long table, please", by=renter, now=NOW
    )

    booking.refresh_from_db()
    assert (booking.purpose, booking.message) == ("wedding", "A long table, please")
    for other in (make_booking(), booking):
        with pytest.raises(services.HoldOver):
            services.describe_booking(
                booking=other,
                purpose="other",
                message="Later",
                by=other.renter,
                now=booking.hold_expires_at,
            )
    assert [it.message for it in Booking.objects.filter(purpose="other")] == ["Later"]


def test_other_guests_or_the_price_of_now_take_the_place_of_the_hold(
    space: Space, renter: User
) -> None:
    first = hold(space, renter, guests=10)
    Space.objects.update(hourly_rate_minor=10_000_00)
    same = hold(space, renter, guests=10)
    more = hold(space, renter, guests=30)
    cheaper = Money(36_750_00, "KZT")

    again = hold(space, renter, guests=30, expected_total=cheaper)

    assert (same, again) == (first, more)
    assert (more.guests, more.total) == (30, cheaper)
    first.refresh_from_db()
    assert first.status == BookingStatus.CANCELLED
    assert Occupancy.objects.get().booking == more


def test_hold_stays_where_what_should_take_its_place_is_refused(space: Space, renter: User) -> None:
    first = hold(space, renter)

    with pytest.raises(services.NotBookable):
        hold(space, renter, guests=61)
    with pytest.raises(services.PriceChanged):
        hold(space, renter, expected_total=Money(1, "KZT"))

    first.refresh_from_db()
    assert first.status == BookingStatus.HELD


def test_message_to_the_owner_tells_no_way_around_the_site(space: Space, renter: User) -> None:
    booking = hold(space, renter)

    with pytest.raises(services.HasContactDetails) as refused:
        services.describe_booking(
            booking=booking,
            purpose="wedding",
            message="Call me: 8 701 123 45 67, or t.me/aigerim",
            by=renter,
            now=NOW,
        )

    assert refused.value.words == ("8 701 123 45 67", "t.me/aigerim")
    assert str(refused.value) == (
        "Take out phone numbers and links (“8 701 123 45 67”, “t.me/aigerim”): you learn how to "
        "reach each other when the booking is confirmed."
    )
    booking.refresh_from_db()
    assert (booking.purpose, booking.message) == ("", "")


def test_hold_takes_a_fixed_number_of_queries(space: Space, renter: User) -> None:
    other = make_user()
    with CaptureQueriesContext(connection) as first:
        hold(space, renter)
    with CaptureQueriesContext(connection) as second:
        hold(space, other, slot(starts_at=STARTS_AT + timedelta(days=1)))

    assert len(first) == len(second) == 14


def test_refusals_are_sentences(space: Space, renter: User) -> None:
    hold(space, make_user())
    with pytest.raises(DomainError) as refused:
        hold(space, renter)

    assert str(refused.value) == "Somebody has just taken this time."
