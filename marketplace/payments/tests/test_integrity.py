"""Each breach is planted behind the constraints' back, and must be called by its name."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from marketplace.core.integrity import Breach, run_checks
from marketplace.payments import services
from marketplace.payments.enums import CaptureMode, PaymentProblem
from marketplace.payments.gateway import ProviderRefundState
from marketplace.payments.models import ProviderEvent, Refund
from marketplace.payments.services.transitions import flag_problem
from marketplace.payments.split import Split

from .factories import (
    NOW,
    make_allocated,
    make_authorised,
    make_paid,
    make_payment,
    make_pending,
    make_refund,
)
from .fakes import FakeGateway

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
NOTHING = Split.nothing("KZT")
LONG_AGO = NOW - timedelta(days=1)
UNGUARD = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE payments_ledgerentry DISABLE TRIGGER USER;
ALTER TABLE payments_ledgertransaction DISABLE TRIGGER USER;
ALTER TABLE payments_payment DROP CONSTRAINT payment_captured_whole;
ALTER TABLE payments_payment DROP CONSTRAINT payment_refunds_within_captured;
"""


def run_sql(sql: str, *values: UUID | datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(UNGUARD)
        cursor.execute(sql, values)


def named() -> set[str]:
    return {breach.check for breach in run_checks()}


def settled_refund(provider: FakeGateway) -> Refund:
    refund = make_refund(make_allocated(provider), kept=NOTHING)
    return services.refund_now(refund_id=refund.pk, now=NOW)


def unbalanced(provider: FakeGateway) -> None:
    make_allocated(provider)
    run_sql(
        "UPDATE payments_ledgerentry SET amount_minor = amount_minor - 1"
        " WHERE account = 'service_fee'"
    )


def empty(provider: FakeGateway) -> None:
    payment = make_allocated(provider)
    run_sql(
        "INSERT INTO payments_ledgertransaction (id, kind, key, payment_id, at)"
        " VALUES (gen_random_uuid(), 'allocation', 'empty', %s, now())",
        payment.pk,
    )


def foreign_currency(provider: FakeGateway) -> None:
    make_allocated(provider)
    run_sql("UPDATE payments_ledgerentry SET currency = 'USD'")


def capture_not_booked(provider: FakeGateway) -> None:
    payment = make_pending()
    run_sql(
        "UPDATE payments_payment SET captured_minor = amount_minor, captured_at = now(),"
        " status = 'captured' WHERE id = %s",
        payment.pk,
    )


def capture_booked_twice(provider: FakeGateway) -> None:
    make_allocated(provider)
    run_sql(
        "INSERT INTO payments_ledgertransaction (id, kind, key, payment_id, at)"
        " SELECT gen_random_uuid(), kind, 'twice', payment_id, at"
        " FROM payments_ledgertransaction WHERE kind = 'capture'"
    )


def capture_of_another_amount(provider: FakeGateway) -> None:
    make_allocated(provider)
    run_sql("UPDATE payments_payment SET captured_minor = captured_minor - 1")


def capture_of_what_is_not_captured(provider: FakeGateway) -> None:
    make_allocated(provider)
    run_sql("UPDATE payments_payment SET status = 'pending', captured_minor = 0")


def nobodys_money(provider: FakeGateway) -> None:
    payment = make_paid(provider)
    run_sql("UPDATE payments_payment SET captured_at = %s WHERE id = %s", LONG_AGO, payment.pk)


def allocated_beyond(provider: FakeGateway) -> None:
    make_allocated(provider)
    run_sql(
        "UPDATE payments_ledgerentry SET amount_minor = amount_minor + 1"
        " WHERE account = 'unallocated' AND amount_minor > 0"
    )


def overdrawn(provider: FakeGateway) -> None:
    make_refund(make_allocated(provider), kept=NOTHING)
    run_sql(
        "UPDATE payments_ledgerentry SET amount_minor = amount_minor + 1"
        " WHERE account = 'commission' AND amount_minor > 0"
    )


def refund_uncounted(provider: FakeGateway) -> None:
    make_refund(make_allocated(provider), kept=NOTHING)
    run_sql("UPDATE payments_payment SET refunded_minor = 0")


def refunded_beyond(provider: FakeGateway) -> None:
    make_refund(make_allocated(provider), kept=NOTHING)
    run_sql("UPDATE payments_payment SET captured_minor = captured_minor - 1")


def refund_not_booked(provider: FakeGateway) -> None:
    settled_refund(provider)
    run_sql(
        "DELETE FROM payments_ledgerentry USING payments_ledgertransaction AS written"
        " WHERE written.id = transaction_id AND written.kind = 'refund_settled'"
    )


def refund_settled_behind_the_ledger(provider: FakeGateway) -> None:
    make_refund(make_allocated(provider), kept=NOTHING)
    run_sql("UPDATE payments_refund SET status = 'settled'")


def event_forgotten(provider: FakeGateway) -> None:
    ProviderEvent.objects.create(
        id="evt_1", type="refund.failed", object_id="re_1", created_at=NOW, received_at=LONG_AGO
    )


def decided_and_not_done(provider: FakeGateway) -> None:
    payment = make_authorised(provider)
    with transaction.atomic():
        services.request_capture(payment=payment, now=LONG_AGO)


def refund_not_sent(provider: FakeGateway) -> None:
    make_refund(make_allocated(provider), kept=NOTHING)
    run_sql("UPDATE payments_refund SET created_at = %s", LONG_AGO)


def refund_failed(provider: FakeGateway) -> None:
    refund = settled_refund(provider)
    provider.put_refund(refund, ProviderRefundState.FAILED)
    services.refund_now(refund_id=refund.pk, now=NOW)


def problem(provider: FakeGateway) -> None:
    flag_problem(
        payment=make_pending(), problem=PaymentProblem.STATE_DIFFERS, detail="odd", now=NOW
    )


@pytest.mark.parametrize(
    ("plant", "name"),
    [
        (unbalanced, "payments.ledger_sums_to_zero"),
        (empty, "payments.ledger_has_entries"),
        (foreign_currency, "payments.ledger_in_its_currency"),
        (capture_not_booked, "payments.capture_is_booked"),
        (capture_booked_twice, "payments.capture_is_booked"),
        (capture_of_another_amount, "payments.capture_is_booked"),
        (capture_of_what_is_not_captured, "payments.capture_is_booked"),
        (nobodys_money, "payments.captured_is_allocated"),
        (allocated_beyond, "payments.captured_is_allocated"),
        (overdrawn, "payments.nobody_owes_a_share"),
        (refund_uncounted, "payments.refunds_add_up"),
        (refunded_beyond, "payments.refunds_add_up"),
        (refund_not_booked, "payments.refund_is_booked"),
        (refund_settled_behind_the_ledger, "payments.refund_is_booked"),
        (refund_uncounted, "payments.renters_owed_right"),
        (refund_settled_behind_the_ledger, "payments.provider_balance_right"),
        (capture_not_booked, "payments.provider_balance_right"),
        (event_forgotten, "payments.events_processed"),
        (decided_and_not_done, "payments.decided_is_done"),
        (refund_not_sent, "payments.refunds_sent"),
        (refund_failed, "payments.refunds_sent"),
        (problem, "payments.no_open_problem"),
    ],
)
def test_breach_is_named(
    provider: FakeGateway, plant: Callable[[FakeGateway], None], name: str
) -> None:
    plant(provider)

    assert name in named()


def test_breach_names_its_row_and_what_is_wrong(provider: FakeGateway) -> None:
    payment = make_paid(provider)
    run_sql("UPDATE payments_payment SET captured_at = %s", LONG_AGO)

    assert run_checks() == [
        Breach("payments.captured_is_allocated", str(payment.pk), "105000 KZT are nobody's")
    ]


def test_all_ways_of_money_leave_no_breach(provider: FakeGateway) -> None:
    make_payment()
    make_pending()
    make_authorised(provider)
    make_allocated(provider)
    make_allocated(provider, capture_mode=CaptureMode.AUTOMATIC)
    settled_refund(provider)
    refund = settled_refund(provider)
    provider.put_refund(refund, ProviderRefundState.FAILED)
    failed = services.refund_now(refund_id=refund.pk, now=NOW)
    services.retry_refund(refund=failed, by=refund.payment.payer, now=NOW)
    returned = make_paid(provider)
    make_refund(returned)

    assert run_checks() == []
