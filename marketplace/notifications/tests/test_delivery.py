"""From the promise to the gateway, through the real outbox and the sandbox."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from marketplace.core.models import OutboxMessage, StateChange
from marketplace.core.outbox import MAX_ATTEMPTS, DrainResult, GiveUp, drain
from marketplace.core.transactions import InsideTransaction, in_transaction
from marketplace.notifications import delivery as delivery_module
from marketplace.notifications.delivery import deliver
from marketplace.notifications.enums import Channel, DeliveryState
from marketplace.notifications.gateways import Refused, Unclear
from marketplace.notifications.models import Delivery, SandboxMessage

from .factories import EMAIL, PHONE, make_delivery, make_notification

pytestmark = pytest.mark.django_db


class Gateway:
    """An SMS gateway that raises what it is told to."""

    def __init__(self, *errors: Exception | None) -> None:
        self.errors = list(errors)
        self.taken: list[UUID] = []
        self.was_in_transaction: set[bool] = set()

    def send(self, *, to: str, text: str, delivery_id: UUID) -> str:
        self.was_in_transaction.add(in_transaction())
        error = self.errors.pop(0) if self.errors else None
        if error:
            raise error
        self.taken.append(delivery_id)
        return f"gateway-{len(self.taken)}"


def use(monkeypatch: pytest.MonkeyPatch, gateway: Gateway) -> Gateway:
    monkeypatch.setattr(delivery_module, "sms_gateway", lambda: gateway)
    return gateway


def states_of(delivery: Delivery) -> list[str]:
    changes = StateChange.objects.filter(subject_id=str(delivery.pk)).order_by("id")
    return list(changes.values_list("to_state", flat=True))


def die_while_sending(delivery: Delivery) -> None:
    """As a worker killed between the commit of `sending` and the gateway's answer leaves it."""
    assert delivery_module._begin(delivery)


def test_drain_sends_by_email_and_sms() -> None:
    told = make_notification()

    assert drain() == DrainResult(processed=2)

    assert sorted(SandboxMessage.objects.values_list("channel", "to")) == [
        ("email", EMAIL),
        ("sms", PHONE),
    ]
    for delivery in told.deliveries.all():
        assert (delivery.state, delivery.attempts) == (DeliveryState.SENT, 1)
        assert delivery.sent_at is not None
        assert states_of(delivery) == ["sending", "sent"]


def test_email_has_a_message_id_of_its_delivery() -> None:
    delivery = make_delivery(Channel.EMAIL)

    drain()

    delivery.refresh_from_db()
    sent = SandboxMessage.objects.get()
    assert sent.message_id == f"<{delivery.pk}@joytop.example>" == delivery.gateway_id
    assert sent.headers["Auto-Submitted"] == "auto-generated"


def test_delivery_that_is_final_is_not_sent_again() -> None:
    delivery = make_delivery()
    drain()

    deliver({"delivery": str(delivery.pk)}, message_id=uuid4())

    assert SandboxMessage.objects.count() == 1


def test_delivery_that_is_gone_gives_up() -> None:
    with pytest.raises(GiveUp):
        deliver({"delivery": str(uuid4())}, message_id=uuid4())


def test_email_found_in_sending_goes_again_under_its_own_id() -> None:
    delivery = make_delivery(Channel.EMAIL)
    die_while_sending(delivery)

    assert drain() == DrainResult(processed=1)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (DeliveryState.SENT, 2)
    assert SandboxMessage.objects.get().message_id == f"<{delivery.pk}@joytop.example>"


def test_sms_found_in_sending_is_flagged_and_never_sent_again() -> None:
    delivery = make_delivery(Channel.SMS)
    die_while_sending(delivery)

    assert drain() == DrainResult(processed=1)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == (
        DeliveryState.AMBIGUOUS,
        "the worker died while sending",
    )
    assert not SandboxMessage.objects.exists()
    assert list(Delivery.objects.unsettled()) == [delivery]


def test_sms_with_an_unclear_answer_is_flagged_and_never_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gateway = use(monkeypatch, Gateway(Unclear("TimeoutError: timed out")))
    delivery = make_delivery(Channel.SMS)

    assert drain() == DrainResult(processed=1)
    assert drain(now=datetime.now(UTC) + timedelta(days=1)) == DrainResult()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == (DeliveryState.AMBIGUOUS, "TimeoutError: timed out")
    assert gateway.taken == []


def test_sms_refused_for_now_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = use(monkeypatch, Gateway(Refused("busy", is_temporary=True)))
    delivery = make_delivery(Channel.SMS)

    assert drain() == DrainResult(retried=1)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == (DeliveryState.PENDING, "busy")
    assert drain(now=datetime.now(UTC) + timedelta(minutes=1)) == DrainResult(processed=1)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.gateway_id, delivery.error) == ("sent", "gateway-1", "")
    assert gateway.taken == [delivery.pk]
    assert states_of(delivery) == ["sending", "pending", "sending", "sent"]


def test_sms_refused_for_good_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Gateway(Refused("no such number", is_temporary=False)))
    delivery = make_delivery(Channel.SMS, kind="tests.code")

    assert drain() == DrainResult(failed=1)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == (DeliveryState.FAILED, "no such number")
    assert delivery.notification.context == {}
    assert delivery.outbox_message.last_error == "no such number"


def test_delivery_fails_with_the_last_try(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Gateway(Refused("busy", is_temporary=True)))
    delivery = make_delivery(Channel.SMS)
    OutboxMessage.objects.update(attempts=MAX_ATTEMPTS - 1)

    assert drain() == DrainResult(failed=1)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == (DeliveryState.FAILED, "busy")


def test_fault_in_a_template_leaves_nothing_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_delivery: Delivery) -> str:
        raise ValueError("a fault in a template")

    delivery = make_delivery(Channel.SMS)
    with monkeypatch.context() as patched:
        patched.setattr(delivery_module, "render_sms", fail)
        assert drain() == DrainResult(retried=1)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.PENDING

    assert drain(now=datetime.now(UTC) + timedelta(minutes=1)) == DrainResult(processed=1)
    assert SandboxMessage.objects.count() == 1


def test_fault_in_a_template_does_not_tell_a_secret(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(delivery: Delivery) -> str:
        raise LookupError(f"no such key in {delivery.notification.context}")

    monkeypatch.setattr(delivery_module, "render_sms", fail)
    delivery = make_delivery(Channel.SMS, kind="tests.code")

    assert drain() == DrainResult(retried=1)

    delivery.outbox_message.refresh_from_db()
    assert delivery.outbox_message.last_error == (
        "SecretFault: tests.code cannot be written: LookupError"
    )
    assert "cannot be written" in caplog.text
    assert "314159" not in caplog.text


def test_gateways_are_called_outside_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = use(monkeypatch, Gateway())
    make_delivery(Channel.SMS)

    drain()

    assert gateway.was_in_transaction == {False}


def test_deliver_inside_a_transaction_raises_and_sends_nothing() -> None:
    delivery = make_delivery()

    with transaction.atomic(), pytest.raises(InsideTransaction):
        deliver({"delivery": str(delivery.pk)}, message_id=uuid4())

    assert not SandboxMessage.objects.exists()


def test_secrets_are_neither_kept_nor_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    use(monkeypatch, Gateway(Refused("busy", is_temporary=True)))
    delivery = make_delivery(Channel.SMS, kind="tests.code")

    drain()
    drain(now=datetime.now(UTC) + timedelta(minutes=1))

    delivery.notification.refresh_from_db()
    assert delivery.notification.context == {}
    # The database's own log of statements, off in production, is not meant.
    lines = [record for record in caplog.records if not record.name.startswith("django.db")]
    assert "314159" not in repr([vars(record) for record in lines])
    kept: list[Any] = [*OutboxMessage.objects.values(), *Delivery.objects.values()]
    assert "314159" not in repr(kept)
