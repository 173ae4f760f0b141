"""What a provider's event leads to: once, in whatever order, about whatever object."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from marketplace.core.money import Money
from marketplace.core.outbox import drain
from marketplace.core.transactions import InsideTransaction
from marketplace.payments.enums import PaymentStatus, RefundStatus
from marketplace.payments.gateway import ProviderRefundState, ProviderState, ProviderUnavailable
from marketplace.payments.models import LedgerTransaction, Payment, ProviderEvent
from marketplace.payments.services import process_event, refund_now, settle
from marketplace.payments.split import Split

from .factories import (
    NOW,
    make_allocated,
    make_authorised,
    make_payment,
    make_pending,
    make_refund,
    start,
)
from .fakes import FakeGateway
from .hearing import hear
from .webhooks import Body, about_payment, about_refund, event, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
NOTHING = Split.nothing("KZT")


def told(body: Body) -> ProviderEvent:
    """The event, received and processed."""
    assert post(body) == 200
    drain()
    return ProviderEvent.objects.get(pk=body["id"])


def test_event_leads_to_the_payment_as_it_is_now(provider: FakeGateway) -> None:
    payment = make_pending()
    provider.pay(payment)

    with hear("payment_captured") as heard:
        kept = told(about_payment(payment))

    assert (kept.outcome, kept.processed_at is not None) == ("captured", True)
    assert heard == [payment.payable_id]


def test_event_is_only_a_trigger(provider: FakeGateway) -> None:
    payment = make_pending()

    assert told(about_payment(payment)).outcome == "pending"
    assert not LedgerTransaction.objects.exists()


def test_reordered_events_come_to_the_same_end(provider: FakeGateway) -> None:
    payment = make_pending()
    provider.pay(payment)
    types = ["payment_intent.succeeded", "checkout.session.completed", "checkout.session.expired"]

    with hear("payment_captured") as heard:
        outcomes = [told(about_payment(payment, type_)).outcome for type_ in types]

    assert outcomes == ["captured"] * 3
    assert heard == [payment.payable_id]
    assert LedgerTransaction.objects.count() == 1


def test_event_redelivered_after_days_has_no_effect(provider: FakeGateway) -> None:
    payment = make_pending()
    provider.pay(payment)
    body = about_payment(payment)
    first = told(body)
    calls = provider.calls.copy()

    assert post(body, signed_at=timezone.now() - timedelta(days=3)) == 400
    again = told(body)

    assert again.processed_at == first.processed_at
    assert provider.calls == calls


def test_event_that_overtakes_the_checkouts_answer_is_understood(provider: FakeGateway) -> None:
    payment = make_payment()
    provider.silent_after = {"open_checkout"}
    with pytest.raises(ProviderUnavailable):
        start(payment)
    provider.silent_after = set()
    provider.pay(payment)

    assert told(about_payment(payment)).outcome == "captured"


@pytest.mark.parametrize(
    "body",
    [
        event("checkout.session.completed", {"id": "cs_unknown"}),
        event("payment_intent.succeeded", {"id": "pi_unknown", "metadata": {"payment": "x"}}),
        event(
            "payment_intent.succeeded",
            {
                "id": "pi_unknown",
                "metadata": {"payment": "5d5c8f1e-0000-4000-8000-000000000000"},
            },
        ),
        event("refund.updated", {"id": "re_unknown"}),
    ],
)
def test_unknown_object_is_noted_and_done(provider: FakeGateway, body: Body) -> None:
    make_pending()

    kept = told(body)

    assert (kept.outcome, kept.payment) == ("unknown object", None)
    assert kept.processed_at is not None


@pytest.mark.parametrize("type_", ["checkout.session.completed", "refund.updated"])
def test_object_without_an_id_is_nobodys(provider: FakeGateway, type_: str) -> None:
    make_payment()
    make_refund(make_allocated(provider), kept=NOTHING)
    ProviderEvent.objects.create(
        id="evt_odd", type=type_, object_id="", created_at=NOW, received_at=NOW
    )

    assert process_event(event_id="evt_odd", now=NOW).outcome == "unknown object"


def test_other_types_are_ignored(provider: FakeGateway) -> None:
    payment = make_pending()
    calls = provider.calls.copy()

    assert told(about_payment(payment, "charge.updated")).outcome == "ignored"
    assert provider.calls == calls


def test_payment_is_found_by_session_and_by_intent(provider: FakeGateway) -> None:
    payment = make_pending()
    provider.pay(payment)

    by_session = told(event("checkout.session.completed", {"id": payment.session_id}))
    by_intent = told(event("payment_intent.succeeded", {"id": f"pi_{payment.session_id}"}))

    assert by_session.payment == by_intent.payment == payment


def test_event_of_another_amount_fulfils_nothing(provider: FakeGateway) -> None:
    payment = make_pending()
    provider.put(payment, ProviderState.CAPTURED, Money(1, "KZT"))

    assert told(about_payment(payment)).outcome == "amount_differs"
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PENDING


def test_silent_provider_leaves_the_event_for_later(provider: FakeGateway) -> None:
    payment = make_pending()
    provider.pay(payment)
    provider.silent_before = {"fetch"}

    assert told(about_payment(payment)).processed_at is None
    provider.silent_before = set()
    drain(now=timezone.now() + timedelta(minutes=1))

    assert ProviderEvent.objects.get().outcome == "captured"


def test_processing_belongs_outside_of_a_transaction(provider: FakeGateway) -> None:
    body = about_payment(make_pending())
    post(body)

    with pytest.raises(InsideTransaction), transaction.atomic():
        process_event(event_id=body["id"], now=NOW)


def test_refund_is_followed_by_its_events(provider: FakeGateway) -> None:
    provider.refunds_settle = False
    refund = make_refund(make_allocated(provider), kept=NOTHING)
    refund_now(refund_id=refund.pk, now=NOW)
    provider.put_refund(refund, ProviderRefundState.SETTLED)

    kept = told(about_refund(refund, named=False))
    assert (kept.outcome, kept.payment) == ("refund settled", refund.payment)
    provider.put_refund(refund, ProviderRefundState.FAILED, "declined")
    assert told(about_refund(refund, "refund.failed")).outcome == "refund failed"


def test_refund_whose_answer_was_lost_is_known_by_its_event(provider: FakeGateway) -> None:
    refund = make_refund(make_allocated(provider), kept=NOTHING)
    provider.silent_after = {"refund"}
    with pytest.raises(ProviderUnavailable):
        refund_now(refund_id=refund.pk, now=timezone.now())
    provider.silent_after = set()

    assert told(about_refund(refund, "refund.created")).outcome == "refund settled"
    refund.refresh_from_db()
    assert refund.status == RefundStatus.SETTLED
    assert provider.effects["refund"] == 1


def test_refund_that_was_not_made_here_asks_for_a_person(provider: FakeGateway) -> None:
    payment = make_allocated(provider)
    body = event("refund.created", {"id": "re_hand", "metadata": {"payment": str(payment.pk)}})

    assert told(body).outcome == "unknown refund"
    assert Payment.objects.get().problem == "refund_unknown"


def test_refund_made_by_hand_at_the_provider_asks_for_a_person(provider: FakeGateway) -> None:
    """Who made it there knew nothing of our ids."""
    payment = make_allocated(provider)
    about = {"id": "re_hand", "metadata": {}, "payment_intent": payment.intent_id}

    kept = told(event("refund.created", about))

    assert (kept.outcome, kept.payment) == ("unknown refund", payment)
    assert Payment.objects.get().problem == "refund_unknown"


def test_release_of_what_was_reserved_is_no_refund_to_look_at(provider: FakeGateway) -> None:
    payment = make_authorised(provider)
    about = {"id": "re_release", "metadata": {}, "payment_intent": payment.intent_id}

    assert told(event("refund.created", about)).outcome == "unknown object"
    assert Payment.objects.get().problem == ""


def test_lost_event_is_not_missed(provider: FakeGateway) -> None:
    payment = make_pending()
    provider.pay(payment)
    settle(payment_id=payment.pk, now=NOW)

    assert told(about_payment(payment)).outcome == "captured"
