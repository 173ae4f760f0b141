"""From a hold to the provider's checkout."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.bookings.models import Booking
from marketplace.bookings.services.holding import require_held
from marketplace.bookings.services.money import payable_of
from marketplace.bookings.services.transitions import lock_booking
from marketplace.core.points import reached
from marketplace.payments import services as payments
from marketplace.payments.enums import CaptureMode
from marketplace.payments.models import Payment
from marketplace.venues.models import Venue


@transaction.atomic
def begin_payment(*, booking: Booking, by: User, now: datetime) -> Payment:
    """The payment for a hold: the one that is open, or a new one. Locks the booking, then that.

    A request is authorised at the checkout and taken when the owner accepts. Raises HoldOver.
    """
    require_held(lock_booking(booking), now)
    kind, identity = payable_of(booking)
    venue = Venue.objects.select_related("business").get(spaces=booking.space_id)
    return payments.open_payment(
        payable_kind=kind,
        payable_id=identity,
        description=_("%(venue)s, booking %(reference)s")
        % {"venue": venue.name, "reference": booking.reference},
        payer=by,
        payee=venue.business,
        amount=booking.total,
        capture_mode=CaptureMode.MANUAL if booking.needs_approval else CaptureMode.AUTOMATIC,
        now=now,
    )


def pay_url(*, booking: Booking, by: User, return_url: str, cancel_url: str, now: datetime) -> str:
    """Where the renter pays. Asks the provider, so it is called outside transactions.

    Asked again it is the same checkout. Raises HoldOver and ProviderUnavailable; either leaves
    the hold as it was.
    """
    payment = begin_payment(booking=booking, by=by, now=now)
    reached("bookings.pay.begun")
    return payments.start_checkout(
        payment=payment, return_url=return_url, cancel_url=cancel_url, now=now
    )
