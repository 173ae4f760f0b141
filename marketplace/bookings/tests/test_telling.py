"""Who is told what, once, and which facts are kept for it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from marketplace.bookings import telling
from marketplace.bookings.enums import BookingStatus, Side
from marketplace.bookings.models import Booking
from marketplace.core.money import Money
from marketplace.core.transactions import OutsideTransaction
from marketplace.notifications.models import Delivery, Notification
from marketplace.venues.enums import MemberRole
from marketplace.venues.tests.factories import add_member

from .told import ADDRESS, NOW, OWNER_PHONE, RENTER_PHONE, make_told_booking

pytestmark = pytest.mark.django_db

REFUND = Money(44_625_00, "KZT")


def tell(function: Callable[..., None], booking: Booking, **more: Any) -> None:
    with transaction.atomic():
        function(booking=booking, now=NOW, **more)


def told() -> set[tuple[str, str]]:
    """Kinds, and the names of those who were told."""
    return set(Notification.objects.values_list("kind", "recipient__name"))


@pytest.mark.parametrize(
    ("function", "kinds"),
    [
        ("tell_requested", {("request_sent", "Rauan"), ("owner_requested", "Olzhas")}),
        ("tell_request_reminder", {("owner_reminded", "Olzhas")}),
        ("tell_confirmed", {("confirmed", "Rauan"), ("owner_booked", "Olzhas")}),
        ("tell_declined", {("declined", "Rauan")}),
        (
            "tell_request_expired",
            {("request_expired", "Rauan"), ("owner_request_expired", "Olzhas")},
        ),
        ("tell_paid_too_late", {("paid_too_late", "Rauan")}),
        (
            "tell_acceptance_failed",
            {("payment_failed", "Rauan"), ("owner_payment_failed", "Olzhas")},
        ),
    ],
)
def test_each_event_is_told_to_whom_it_concerns(function: str, kinds: set[tuple[str, str]]) -> None:
    tell(getattr(telling, function), make_told_booking())

    assert told() == {(f"bookings.{kind}", name) for kind, name in kinds}


@pytest.mark.parametrize(
    ("side", "kind"),
    [(Side.RENTER, "cancelled"), (Side.OWNER, "called_off"), (Side.PLATFORM, "called_off")],
)
def test_cancelling_is_told_by_who_did_it(side: Side, kind: str) -> None:
    booking = make_told_booking(status=BookingStatus.CANCELLED, ended_at=NOW, ended_by=side)

    tell(telling.tell_cancelled, booking, refund=REFUND, owner_keeps=Money(100, "KZT"))

    assert told() == {(f"bookings.{kind}", "Rauan"), ("bookings.owner_cancelled", "Olzhas")}
    facts = Notification.objects.get(recipient=booking.renter).context
    assert (facts["refund_minor"], facts["kept_minor"]) == (44_625_00, 100)


def test_hold_that_was_let_go_is_told_to_nobody() -> None:
    booking = make_told_booking(
        status=BookingStatus.CANCELLED,
        ended_by=Side.RENTER,
        requested_at=None,
        answer_by=None,
        confirmed_at=None,
    )

    tell(telling.tell_cancelled, booking, refund=Money.zero("KZT"))

    assert told() == set()


def test_every_owner_is_told_and_nobody_else_of_the_team() -> None:
    booking = make_told_booking()
    other = add_member(venue=booking.space.venue, role=MemberRole.OWNER)
    add_member(venue=booking.space.venue, role=MemberRole.MANAGER)
    add_member(venue=booking.space.venue, role=MemberRole.VIEWER)

    tell(telling.tell_request_reminder, booking)

    assert {name for _kind, name in told()} == {"Olzhas", other.name}


def test_one_event_is_told_once() -> None:
    booking = make_told_booking()

    tell(telling.tell_confirmed, booking)
    tell(telling.tell_confirmed, booking)

    assert (Notification.objects.count(), Delivery.objects.count()) == (2, 3)


def test_each_refund_of_a_booking_is_told() -> None:
    booking = make_told_booking()

    tell(telling.tell_refund_settled, booking, amount=REFUND)
    tell(telling.tell_refund_settled, booking, amount=REFUND)
    with transaction.atomic():
        later = NOW + timedelta(days=1)
        telling.tell_refund_settled(booking=booking, amount=REFUND, now=later)

    assert Notification.objects.filter(kind="bookings.refund_arrived").count() == 2


def test_telling_outside_a_transaction_raises() -> None:
    booking = make_told_booking()

    with pytest.raises(OutsideTransaction):
        telling.tell_declined(booking=booking, now=NOW)


def test_who_has_no_email_is_told_by_sms_and_on_the_site() -> None:
    booking = make_told_booking()
    booking.renter.email = ""
    booking.renter.save(update_fields=["email"])

    tell(telling.tell_confirmed, booking)
    tell(telling.tell_refund_settled, booking, amount=REFUND)

    mine = Notification.objects.filter(recipient=booking.renter)
    channels = Delivery.objects.filter(notification__in=mine).values_list(
        "notification__kind", "channel"
    )
    assert list(channels) == [("bookings.confirmed", "sms")]
    assert set(mine.values_list("kind", "is_in_app")) == {
        ("bookings.confirmed", True),
        ("bookings.refund_arrived", True),
    }


@pytest.mark.parametrize(
    "function", ["tell_requested", "tell_request_reminder", "tell_declined", "tell_request_expired"]
)
def test_address_and_phones_are_kept_back_until_it_is_confirmed(function: str) -> None:
    tell(getattr(telling, function), make_told_booking(status=BookingStatus.REQUESTED))

    facts = repr(list(Notification.objects.values_list("context", flat=True)))
    for secret in (ADDRESS, OWNER_PHONE[-4:], RENTER_PHONE[-4:], "renter@", "owner@"):
        assert secret not in facts


def test_confirmation_tells_each_side_how_to_reach_the_other() -> None:
    tell(telling.tell_confirmed, make_told_booking())

    facts = dict(Notification.objects.values_list("kind", "context"))
    renter, owner = facts["bookings.confirmed"], facts["bookings.owner_booked"]
    assert (renter["address"], renter["host_phone"]) == (ADDRESS, "+7 701 000 00 02")
    assert (owner["renter_phone"], owner["share_minor"]) == ("+7 701 000 00 03", 72_250_00)
    assert "share_minor" not in renter


def test_place_and_people_are_read_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    booking = make_told_booking()
    booking = Booking.objects.get(pk=booking.pk)

    # The booking with all around it, its owners, and what is written for two people.
    with transaction.atomic(), django_assert_num_queries(6):
        telling.tell_confirmed(booking=booking, now=NOW)
