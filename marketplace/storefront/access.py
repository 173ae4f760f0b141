"""A renter's own booking, loaded and authorised in one step."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from marketplace.accounts.access import member_of
from marketplace.bookings.models import Booking


def own_booking(request: HttpRequest, reference: str) -> Booking:
    """The member's own booking with its place and lines; anybody else's is not there (404)."""
    member = member_of(request)
    mine = Booking.objects.of_renter(member).with_venue()
    whole = mine.select_related("space__venue__category").prefetch_related("lines")
    booking = get_object_or_404(whole, reference=reference)
    booking.renter = member
    return booking


def own_booking_alone(request: HttpRequest, reference: str) -> Booking:
    """As `own_booking`, on the way to another page: what is around it is read where needed."""
    return get_object_or_404(Booking.objects.of_renter(member_of(request)), reference=reference)
