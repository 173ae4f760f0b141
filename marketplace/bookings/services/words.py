"""What renters and owners may write to each other before a booking stands."""

from __future__ import annotations

from marketplace.bookings.errors import HasContactDetails
from marketplace.venues.contact_details import find_contact_details


def require_no_contact_details(text: str) -> None:
    """Raises HasContactDetails naming the words: numbers are told when it is confirmed."""
    finds = find_contact_details(text)
    if finds:
        raise HasContactDetails([find.words for find in finds])
