"""One booking, from the first click to the last, by people who try again what broke off."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from django.utils import timezone
from django_q.tasks import async_task

from marketplace.bookings.enums import BookingStatus, Purpose
from marketplace.bookings.models import Booking, Occupancy
from marketplace.bookings.services.money import payable_of
from marketplace.bookings.tests import crowd
from marketplace.bookings.tests.crowd import Answer, Renter, log_in
from marketplace.bookings.tests.stages import make_space, noon_in_almaty
from marketplace.core.period import Period
from marketplace.payments.models import Payment
from marketplace.venues.enums import BookingMode

_DAYS_AHEAD: Final = 10
_HOURS: Final = 3
_CARD: Final[dict[str, object]] = {
    "number": "4242 4242 4242 4242",
    "expiry": "12/39",
    "cvc": "123",
    "name": "Aliya",
}


class NotAnswered(Exception):
    """The site died, or was dead, while somebody waited for its answer."""


type Deed = Callable[[], object]


class Story:
    """A renter, an owner and a place of their own; each deed is what a browser would send."""

    def __init__(self, site: str, *, renter: Renter, asks_first: bool) -> None:
        mode = BookingMode.REQUEST if asks_first else BookingMode.INSTANT
        self.space = make_space(booking_mode=mode)
        self.asks_first = asks_first
        self._site = site
        self._renter = renter
        self._owner = log_in(self.space.venue.owners()[0])

    def bookings(self) -> list[Booking]:
        """All that came of it."""
        return list(Booking.objects.filter(space=self.space))

    def booking(self) -> Booking:
        """The one that there is."""
        return Booking.objects.get(space=self.space)

    def status(self) -> BookingStatus | None:
        """Where it stands; None before there is one."""
        return next((BookingStatus(it.status) for it in self.bookings()), None)

    def payments(self) -> list[Payment]:
        """Every try to pay for it."""
        return [
            payment
            for booking in self.bookings()
            for payment in Payment.objects.for_payable(*payable_of(booking))
        ]

    # What people do.

    def book(self) -> Answer:
        """The renter presses the button on the venue's page."""
        start = noon_in_almaty(days=_DAYS_AHEAD)
        period = Period(start, start + timedelta(hours=_HOURS))
        return _sent(crowd.booking_of(self._site, self._renter, self.space, period))

    def check_out(self) -> Answer:
        """The renter says what it is for, and goes to pay."""
        form: dict[str, object] = {"purpose": Purpose.PARTY.value, "rules_accepted": "on"}
        return self._post(self._renter, f"/bookings/{self.booking().reference}/checkout/", form)

    def pay(self) -> Answer:
        """The renter gives a good card to the provider's page."""
        (payment,) = self.payments()
        return self._post(self._renter, urlsplit(payment.session_url).path, _CARD)

    def come_back(self) -> Answer:
        """The provider sends the renter back."""
        path = f"/bookings/{self.booking().reference}/return/"
        return _sent(crowd.get(self._site, self._renter, path))

    def accept(self) -> Answer:
        """The owner says yes."""
        return self._post(self._owner, f"/owner/bookings/{self.booking().reference}/accept/", {})

    def cancel(self) -> Answer:
        """The renter calls it off."""
        return self._post(self._renter, f"/bookings/{self.booking().reference}/cancel/", {})

    def wait_too_long(self) -> None:
        """The time to pay goes by, and the worker's clock comes round."""
        past = timezone.now() - timedelta(seconds=1)
        Occupancy.objects.filter(booking=self.booking()).update(expires_at=past)
        Booking.objects.filter(space=self.space).update(hold_expires_at=past)
        async_task("marketplace.bookings.tasks.sweep")

    def deeds_to(self, status: BookingStatus | None) -> Sequence[Deed]:
        """What is still to be done until it stands so, by people who know what they see."""
        there = self.status()
        if there == status or status is None:
            return ()
        if status in {BookingStatus.CANCELLED, BookingStatus.EXPIRED} and there is not None:
            return (self.cancel if status == BookingStatus.CANCELLED else self.wait_too_long,)
        to_pay = (self.check_out, self.pay, self.come_back)
        match there:
            case None:
                return (self.book, *(() if status == BookingStatus.HELD else to_pay))
            case BookingStatus.HELD:
                return to_pay
            case BookingStatus.REQUESTED:
                return (self.accept,)
        raise AssertionError(f"no way from {there} to {status}")

    def _post(self, person: Renter, path: str, form: dict[str, object]) -> Answer:
        return _sent(crowd.post(self._site, person, path, form))


def _sent(call: Callable[[], Answer]) -> Answer:
    """The answer, which may be anything but a failure of the site's. Raises NotAnswered."""
    try:
        answer = call()
    except (OSError, http.client.HTTPException) as failure:
        raise NotAnswered from failure
    assert answer.status < 400, (answer.status, answer.text)
    return answer
