"""From an intended payment to a settled one, with nothing replaced but the far side."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from marketplace.accounts.tests.factories import make_business, make_user
from marketplace.core import outbox
from marketplace.core.money import Money
from marketplace.payments import services
from marketplace.payments.enums import CaptureMode, PaymentStatus
from marketplace.payments.models import Payment
from marketplace.payments.sandbox import actions
from marketplace.payments.sandbox.tests.webhooks import deliver_events

pytestmark = pytest.mark.django_db(databases=["default", "sandbox"])


def started(capture_mode: CaptureMode = CaptureMode.AUTOMATIC) -> Payment:
    """A payment at its checkout."""
    with transaction.atomic():
        payment = services.open_payment(
            payable_kind="tests.thing",
            payable_id="1",
            description="Grand Hall, 12 December",
            payer=make_user(),
            payee=make_business(),
            amount=Money(4_500_000, "KZT"),
            capture_mode=capture_mode,
            now=timezone.now(),
        )
    services.start_checkout(
        payment=payment,
        return_url="http://testserver/return/",
        cancel_url="http://testserver/back/",
        now=timezone.now(),
    )
    payment.refresh_from_db()
    return payment


def heard_of(payment: Payment) -> Payment:
    """After the webhooks came and the worker did its work."""
    deliver_events()
    outbox.drain()
    payment.refresh_from_db()
    return payment


def test_webhook_captures_what_was_paid() -> None:
    payment = started()
    assert payment.status == PaymentStatus.PENDING

    actions.complete_checkout(payment.session_id)

    assert heard_of(payment).status == PaymentStatus.CAPTURED
    assert (payment.card_brand, payment.card_last4) == ("visa", "4242")


def test_webhook_tells_of_reserved_money() -> None:
    payment = started(CaptureMode.MANUAL)

    actions.complete_checkout(payment.session_id)

    assert heard_of(payment).status == PaymentStatus.AUTHORISED
    assert payment.capture_before is not None


def test_slow_money_is_awaited() -> None:
    payment = started()

    actions.complete_checkout(payment.session_id, number="4000000000000077")

    assert heard_of(payment).status == PaymentStatus.PENDING


def test_checkout_started_again_leads_to_the_same_page() -> None:
    payment = started()

    again = services.start_checkout(
        payment=payment, return_url="http://other/", cancel_url="http://other/", now=timezone.now()
    )

    assert again == payment.session_url
