"""The file is read back by the library that others read it with."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar, Component

from marketplace.bookings import ics
from marketplace.bookings.enums import BookingStatus
from marketplace.bookings.models import Booking

from .told import ADDRESS, ENDS_AT, NOW, STARTS_AT, make_told_booking

pytestmark = pytest.mark.django_db

ENDED_AT = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.SITE_URL = "https://joytop.example"


def read(booking: Booking) -> tuple[Calendar, Component]:
    calendar = Calendar.from_ical(ics.calendar_file(booking))
    [event] = calendar.walk("VEVENT")
    return calendar, event


def test_event_says_what_when_and_where() -> None:
    calendar, event = read(make_told_booking())

    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
    assert event["UID"] == "AB12CD34EF@joytop.example"
    assert event.decoded("DTSTART") == STARTS_AT
    assert event.decoded("DTEND") == ENDS_AT
    assert event.decoded("DTSTAMP") == NOW
    assert event["SUMMARY"] == "Atelier Nord, Hall 1"
    assert event["LOCATION"] == f"{ADDRESS}, Almaty"
    url = "https://joytop.example/bookings/AB12CD34EF/"
    assert event["DESCRIPTION"] == f"Booking AB12CD34EF at JoyTop\n{url}"
    assert event["URL"] == url
    assert "VALARM" not in str(calendar.to_ical())


def test_times_are_in_utc() -> None:
    text = ics.calendar_file(make_told_booking()).decode()

    assert "DTSTART:20261212T130000Z\r\n" in text
    assert "DTEND:20261212T170000Z\r\n" in text


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        (BookingStatus.HELD, ("TENTATIVE", 0)),
        (BookingStatus.REQUESTED, ("TENTATIVE", 0)),
        (BookingStatus.CONFIRMED, ("CONFIRMED", 1)),
        (BookingStatus.COMPLETED, ("CONFIRMED", 1)),
        (BookingStatus.NO_SHOW, ("CONFIRMED", 1)),
        (BookingStatus.EXPIRED, ("CANCELLED", 2)),
        (BookingStatus.DECLINED, ("CANCELLED", 2)),
        (BookingStatus.CANCELLED, ("CANCELLED", 2)),
    ],
)
def test_later_states_replace_earlier_ones(
    status: BookingStatus, standing: tuple[str, int]
) -> None:
    _calendar, event = read(make_told_booking(status=status))

    assert (event["STATUS"], event["SEQUENCE"]) == standing
    assert event["UID"] == "AB12CD34EF@joytop.example"
    shows_address = standing[0] == "CONFIRMED"
    assert (ADDRESS in str(event["LOCATION"])) is shows_address


def test_one_state_gives_the_same_bytes_and_another_does_not() -> None:
    booking = make_told_booking()
    confirmed = ics.calendar_file(booking)

    assert ics.calendar_file(booking) == confirmed
    booking.status, booking.ended_at = BookingStatus.CANCELLED, ENDED_AT
    assert ics.calendar_file(booking) != confirmed
    assert read(booking)[1].decoded("DTSTAMP") == ENDED_AT


@pytest.mark.parametrize(
    "name",
    ["Зал «Достық», құрмет; тізім, \\ және\tтағы басқалар" + " ұзын" * 5, "A\nB", "<b>;,:\\n"],
)
def test_any_name_is_read_back_as_it_was(name: str) -> None:
    booking = make_told_booking(venue_name=name[:80])

    content = ics.calendar_file(booking)

    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert read(booking)[1]["SUMMARY"] == f"{name[:80]}, Hall 1"


def test_night_when_clocks_change_is_as_long_as_it_was_booked() -> None:
    starts_at = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # midnight in Berlin, before 3:00 → 2:00
    ends_at = starts_at + timedelta(hours=5)

    _calendar, event = read(make_told_booking(starts_at=starts_at, ends_at=ends_at))

    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(hours=5)


def test_attachment_is_made_from_facts() -> None:
    booking = make_told_booking()

    attachment = ics.attach({"reference": booking.reference})

    assert attachment is not None
    assert attachment.filename == "joytop-ab12cd34ef.ics"
    assert attachment.content == ics.calendar_file(booking)
    part = attachment.as_part()
    assert part["Content-Type"].params == {"method": "PUBLISH", "charset": "utf-8"}
    assert part.get_content_type() == "text/calendar"
    assert part.get_payload(decode=True) == attachment.content


def test_what_never_stood_in_a_calendar_needs_no_file() -> None:
    make_told_booking(status=BookingStatus.CANCELLED, confirmed_at=None)

    assert ics.attach({"reference": "AB12CD34EF"}) is None
    assert ics.attach({"reference": "GONE"}) is None
