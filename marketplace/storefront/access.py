"""A renter's own booking, loaded and authorised in one step."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from marketplace.accounts.access import member_of
from marketplace.bookings.models import Booking


def own_booking(request: HttpRequest, reference: str) -> Booking:
    """The member's own booking with its place and lines; anybody else's is not there (404)."""
    mine = Booking.objects.of_renter(member_of(request)).with_place()
    whole = mine.select_related("space__venue__category").prefetch_related("lines")
    return get_object_or_404(whole, reference=reference)
