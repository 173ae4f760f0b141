"""The whole from × to of both machines, and the problems beside them."""

import itertools

import pytest
from django.db import IntegrityError, transaction

from marketplace.core.errors import IllegalTransition
from marketplace.core.models import StateChange
from marketplace.payments.enums import (
    CaptureMode,
    PaymentProblem,
    PaymentStatus,
    RefundStatus,
)
from marketplace.payments.models import Payment, Refund
from marketplace.payments.services import close_problem, transition_to
from marketplace.payments.services.transitions import flag_problem, transition_refund_to
from marketplace.payments.split import Split

from .factories import NOW, make_allocated, make_payment, make_refund
from .fakes import FakeGateway

pytestmark = pytest.mark.django_db

ALLOWED = {
    (CaptureMode.AUTOMATIC, "created", "pending"),
    (CaptureMode.AUTOMATIC, "created", "failed"),
    (CaptureMode.AUTOMATIC, "created", "expired"),
    (CaptureMode.AUTOMATIC, "pending", "captured"),
    (CaptureMode.AUTOMATIC, "pending", "failed"),
    (CaptureMode.AUTOMATIC, "pending", "expired"),
    (CaptureMode.AUTOMATIC, "authorised", "captured"),
    (CaptureMode.AUTOMATIC, "authorised", "voided"),
    (CaptureMode.MANUAL, "created", "pending"),
    (CaptureMode.MANUAL, "created", "failed"),
    (CaptureMode.MANUAL, "created", "expired"),
    (CaptureMode.MANUAL, "pending", "authorised"),
    (CaptureMode.MANUAL, "pending", "failed"),
    (CaptureMode.MANUAL, "pending", "expired"),
    (CaptureMode.MANUAL, "authorised", "captured"),
    (CaptureMode.MANUAL, "authorised", "voided"),
}


def put(payment: Payment, status: str) -> None:
    captured = payment.amount_minor if status == PaymentStatus.CAPTURED else 0
    Payment.objects.filter(pk=payment.pk).update(status=status, captured_minor=captured)
    payment.refresh_from_db()


@pytest.mark.parametrize("mode", CaptureMode)
@pytest.mark.parametrize(
    ("from_state", "to_state"), list(itertools.product(PaymentStatus.values, repeat=2))
)
def test_payment_goes_along_its_table_alone(
    mode: CaptureMode, from_state: str, to_state: str
) -> None:
    payment = make_payment(capture_mode=mode)
    put(payment, from_state)
    to = PaymentStatus(to_state)

    if (mode, from_state, to_state) in ALLOWED:
        transition_to(payment=payment, to=to, now=NOW, reason="because")
        change = StateChange.objects.get()
        assert (change.from_state, change.to_state, change.at) == (from_state, to_state, NOW)
        assert (payment.captured == payment.amount) is (to == PaymentStatus.CAPTURED)
        expected = to_state
    else:
        with pytest.raises(IllegalTransition):
            transition_to(payment=payment, to=to, now=NOW)
        assert not StateChange.objects.exists()
        expected = from_state

    payment.refresh_from_db()
    assert payment.status == expected


@pytest.mark.parametrize(
    ("from_state", "to_state"), list(itertools.product(RefundStatus.values, repeat=2))
)
def test_refund_goes_along_its_table_alone(
    provider: FakeGateway, from_state: str, to_state: str
) -> None:
    refund = make_refund(make_allocated(provider), kept=Split.nothing("KZT"))
    Refund.objects.filter(pk=refund.pk).update(status=from_state)
    allowed = {("pending", "settled"), ("pending", "failed"), ("settled", "failed")}

    if (from_state, to_state) in allowed:
        transition_refund_to(refund=refund, to=RefundStatus(to_state), now=NOW)
        expected = to_state
    else:
        with pytest.raises(IllegalTransition):
            transition_refund_to(refund=refund, to=RefundStatus(to_state), now=NOW)
        expected = from_state

    refund.refresh_from_db()
    assert refund.status == expected


def test_states_outside_the_table_are_refused_by_the_database() -> None:
    payment = make_payment()

    for values in ({"status": "paid"}, {"problem": "odd"}, {"captured_minor": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(**values)


def test_problem_is_said_once_and_closed_by_name(caplog: pytest.LogCaptureFixture) -> None:
    payment = make_payment()
    for _ in range(2):
        flag_problem(
            payment=payment, problem=PaymentProblem.AMOUNT_DIFFERS, detail="1 and 2", now=NOW
        )

    [record] = caplog.records
    assert (record.levelname, record.payment) == ("ERROR", str(payment.pk))  # type: ignore[attr-defined]
    payment.refresh_from_db()
    assert (payment.problem, payment.problem_detail) == ("amount_differs", "1 and 2")

    close_problem(payment=payment, by=payment.payer, now=NOW, reason="sent back by hand")

    payment.refresh_from_db()
    assert (payment.problem, payment.problem_detail) == ("", "")
    last = StateChange.objects.latest("id")
    assert (last.field, last.by, last.reason) == ("problem", payment.payer, "sent back by hand")
    with pytest.raises(IllegalTransition):
        close_problem(payment=payment, by=None, now=NOW, reason="again")
