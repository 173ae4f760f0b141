"""A booking that people are told about, in whatever state, without the services that lead there."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from marketplace.accounts.tests.factories import make_business, make_user
from marketplace.bookings.enums import BookingStatus, Purpose
from marketplace.bookings.models import Booking
from marketplace.venues.tests.factories import make_venue

NOW: Final = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
# Sat 12 Dec, 18:00–22:00 in Almaty.
STARTS_AT: Final = datetime(2026, 12, 12, 13, 0, tzinfo=UTC)
ENDS_AT: Final = datetime(2026, 12, 12, 17, 0, tzinfo=UTC)
ADDRESS: Final = "12 Abay Avenue, door 3"
OWNER_PHONE: Final = "+77010000002"
RENTER_PHONE: Final = "+77010000003"


def make_told_booking(
    *, venue_name: str = "Atelier Nord", renter_name: str = "Rauan", **fields: Any
) -> Booking:
    """60 guests at Atelier Nord, four hours for 89 250 ₸, with the owner keeping 72 250 ₸."""
    owner = make_user(name="Olzhas", email="owner@joytop.example", phone=OWNER_PHONE)
    renter = make_user(name=renter_name, email="renter@joytop.example", phone=RENTER_PHONE)
    venue = make_venue(
        owner=owner,
        name=venue_name,
        slug="atelier-nord",
        address=ADDRESS,
        business=make_business(owner=owner, name="Nord Spaces"),
    )
    space = venue.spaces.get()
    defaults: dict[str, Any] = {
        "reference": "AB12CD34EF",
        "space": space,
        "renter": renter,
        "status": BookingStatus.CONFIRMED,
        "starts_at": STARTS_AT,
        "ends_at": ENDS_AT,
        "guests": 60,
        "purpose": Purpose.PARTY,
        "message": "We bring our own cake",
        "buffer_before_minutes": 0,
        "buffer_after_minutes": 30,
        "time_zone": "Asia/Almaty",
        "cancellation_policy": venue.cancellation_policy,
        "currency": "KZT",
        "total_minor": 89_250_00,
        "service_fee_minor": 4_250_00,
        "commission_minor": 12_750_00,
        "commission_percent": Decimal(15),
        "created_at": NOW,
        "hold_expires_at": NOW,
        "requested_at": NOW,
        "answer_by": datetime(2026, 12, 2, 9, 0, tzinfo=UTC),
        "confirmed_at": NOW,
    }
    return Booking.objects.create(**defaults | fields)
