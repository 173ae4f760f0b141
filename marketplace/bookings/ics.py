"""A booking as a file for the renter's own calendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vUri

from marketplace.bookings.enums import RELEASED_STATUSES, BookingStatus
from marketplace.bookings.models import Booking
from marketplace.notifications.attachments import Attachment

MIMETYPE: Final = "text/calendar"
_WAITING: Final = frozenset({BookingStatus.HELD, BookingStatus.REQUESTED})


def calendar_file(booking: Booking) -> bytes:
    """One event, in the language of whoever asks. The same state gives the same bytes.

    Its UID stays for ever and its SEQUENCE grows from asked for to confirmed to ended, so that a
    calendar replaces what it had. The address is in it only while the renter may know it. Wants
    the booking with its place (`with_place`).
    """
    calendar = Calendar()
    calendar.add("prodid", "-//JoyTop//Bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_event(booking))
    return bytes(calendar.to_ical())


def file_name(booking: Booking) -> str:
    """What the file is called where it is kept."""
    return f"joytop-{booking.reference.lower()}.ics"


def attach(facts: Mapping[str, Any]) -> Attachment | None:
    """The file beside an email; none for a booking that never stood in anybody's calendar."""
    booking = Booking.objects.with_place().filter(reference=facts["reference"]).first()
    if booking is None or booking.confirmed_at is None:
        return None
    return Attachment(
        filename=file_name(booking),
        content=calendar_file(booking),
        mimetype=MIMETYPE,
        parameters={"method": "PUBLISH", "charset": "utf-8"},
    )


def _event(booking: Booking) -> Event:
    venue = booking.space.venue
    url = settings.SITE_URL + booking.get_absolute_url()
    event = Event()
    event.add("uid", f"{booking.reference}@{urlsplit(settings.SITE_URL).hostname}")
    written_at = booking.ended_at or booking.confirmed_at or booking.created_at
    event.add("dtstamp", written_at.astimezone(UTC))
    event.add("dtstart", booking.starts_at.astimezone(UTC))
    event.add("dtend", booking.ends_at.astimezone(UTC))
    event.add("summary", f"{venue.name}, {booking.space.name}")
    is_known = booking.shows_address and venue.address
    event.add("location", f"{venue.address}, {venue.city.label}" if is_known else venue.area_label)
    event.add("description", _("Booking %s at JoyTop") % booking.reference + f"\n{url}")
    event.add("url", vUri(url))
    status, sequence = _standing(booking)
    event.add("status", status)
    event.add("sequence", sequence)
    return event


def _standing(booking: Booking) -> tuple[str, int]:
    """What the booking's state is called in calendars, and how far it has come."""
    if booking.status in _WAITING:
        return "TENTATIVE", 0
    return ("CONFIRMED", 1) if booking.status in RELEASED_STATUSES else ("CANCELLED", 2)
