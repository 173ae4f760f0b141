"""Two want to decide about one booking: each order is tried, and there is one outcome.

Who goes first, and at which of its points the other is let in, is drawn with a seed; that both
orders happen is counted and said. Nothing depends on time (`races.interleave`).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import pytest
from django.utils import timezone

from config.testing import count
from marketplace.bookings import services
from marketplace.bookings.enums import BookingStatus
from marketplace.bookings.models import Occupancy
from marketplace.bookings.tests import stages
from marketplace.bookings.tests.races import interleave
from marketplace.bookings.tests.stages import Stage, carry_out
from marketplace.core.errors import DomainError
from marketplace.core.integrity import run_checks
from marketplace.payments import services as payments
from marketplace.payments.enums import PaymentStatus, RefundStatus

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True, databases=["default", "sandbox"]),
]
INTERLEAVINGS: Final = count(50, soak=1000)
LEAST_SHARE: Final = 0.1
SEED: Final = 20261121


@dataclass(frozen=True)
class Side:
    """One of two: what it is called, what it does, and where it can be stopped."""

    name: str
    act: Callable[[Stage], object]
    points: tuple[str, ...]


def polite(act: Callable[[], object]) -> Callable[[], object]:
    """A refusal is an answer."""

    def call() -> object:
        try:
            return act()
        except DomainError as error:
            return error.code

    return call


def race(
    make: Callable[[], Stage],
    sides: tuple[Side, Side],
    check: Callable[[Stage], str],
) -> str:
    """All interleavings; what to say of them. `check` names the outcome, or fails."""
    draw = random.Random(SEED)
    orders: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for _number in range(INTERLEAVINGS):
        stage = make()
        first, second = draw.sample(sides, 2)
        interleave(
            polite(lambda stage=stage, side=first: side.act(stage)),  # type: ignore[misc]
            polite(lambda stage=stage, side=second: side.act(stage)),  # type: ignore[misc]
            at=draw.choice(first.points),
        )
        carry_out()
        outcomes[check(stage)] += 1
        orders[f"{first.name} first"] += 1
    assert len(orders) == 2
    assert min(orders.values()) >= LEAST_SHARE * INTERLEAVINGS
    assert run_checks() == []
    return f"{INTERLEAVINGS} interleavings, {dict(orders)}, outcomes {dict(outcomes)}, seed {SEED}"


def rows_of(stage: Stage) -> int:
    return Occupancy.objects.filter(booking=stage.booking).count()


def settle_at(now: datetime) -> Side:
    return Side(
        "payment",
        lambda stage: payments.settle(payment_id=stage.payment.pk, now=now),
        (
            "payments.settle.fetched",
            "bookings.fulfil.locked",
            "payments.settle.locked",
            "payments.settle.recorded",
        ),
    )


def test_expiry_racing_payment_confirms_once(
    record_property: Callable[[str, object], None],
) -> None:
    now = timezone.now()
    later = now + timedelta(minutes=16)
    expiry = Side(
        "expiry", lambda _stage: services.expire_holds(now=later), ("bookings.expire.locked",)
    )

    def check(stage: Stage) -> str:
        """The card was charged and nobody else wanted the time: it is the renter's."""
        booking, payment = stage.fresh(), stage.fresh_payment()
        assert booking.status == BookingStatus.CONFIRMED
        assert payment.status == PaymentStatus.CAPTURED
        assert payment.refunded_minor == 0
        assert rows_of(stage) == 1
        return booking.status

    says = race(lambda: stages.held(now=now), (expiry, settle_at(later)), check)

    record_property("says", says)


def test_cancel_racing_payment_books_or_gives_back(
    record_property: Callable[[str, object], None],
) -> None:
    now = timezone.now()
    cancel = Side(
        "cancel",
        lambda stage: services.release_hold(booking=stage.fresh(), by=stage.renter, now=now),
        ("bookings.cancel.locked",),
    )

    def check(stage: Stage) -> str:
        """Paid first, it stays: what is let go is a hold. Let go first, all of it comes back."""
        booking, payment = stage.fresh(), stage.fresh_payment()
        if booking.status == BookingStatus.CONFIRMED:
            assert rows_of(stage) == 1
            assert payment.status == PaymentStatus.CAPTURED
            assert payment.refunded_minor == 0
            return booking.status
        assert booking.status == BookingStatus.CANCELLED
        assert rows_of(stage) == 0
        assert payment.status == PaymentStatus.CAPTURED
        assert payment.refunded_minor == payment.captured_minor
        refund = payment.refunds.get()
        assert refund.status == RefundStatus.SETTLED
        return f"{booking.status}, {refund.reason}"

    says = race(lambda: stages.held(now=now), (cancel, settle_at(now)), check)

    record_property("says", says)


def test_accept_racing_expiry_takes_the_money_or_releases_it(
    record_property: Callable[[str, object], None],
) -> None:
    now = timezone.now()
    at_the_end = now + timedelta(hours=24)
    accept = Side(
        "accept",
        lambda stage: services.accept_request(
            booking=stage.fresh(), by=stage.owner, now=at_the_end - timedelta(seconds=1)
        ),
        ("bookings.accept.locked", "bookings.accept.committed"),
    )
    expiry = Side(
        "expiry",
        lambda _stage: services.expire_requests(now=at_the_end),
        ("bookings.expire.locked",),
    )

    def check(stage: Stage) -> str:
        booking, payment = stage.fresh(), stage.fresh_payment()
        if booking.status == BookingStatus.CONFIRMED:
            assert payment.status == PaymentStatus.CAPTURED
            assert rows_of(stage) == 1
        else:
            assert booking.status == BookingStatus.EXPIRED
            assert payment.status == PaymentStatus.VOIDED
            assert payment.captured_minor == 0
            assert rows_of(stage) == 0
        return booking.status

    says = race(lambda: stages.requested(now=now), (accept, expiry), check)

    record_property("says", says)
