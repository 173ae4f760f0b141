"""P4, P5 and P6 as the database shows them: every unit of money accounted for, event for event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.utils import timezone

from marketplace.core.integrity import Breach, breaches_by_sql, check

# Captured money has an owner, and an event its effect, within moments; after this they are stuck.
MOMENTS: Final = timedelta(minutes=10)
# What was decided is carried out by the worker at once, and by the reconciler at the latest.
CARRIED_OUT: Final = timedelta(hours=1)


@check("payments.ledger_sums_to_zero")
def ledger_sums_to_zero() -> Iterator[Breach]:
    """Every ledger transaction sums to zero in each currency."""
    return breaches_by_sql(
        "payments.ledger_sums_to_zero",
        """
        SELECT transaction_id, currency, sum(amount_minor) FROM payments_ledgerentry
        GROUP BY transaction_id, currency HAVING sum(amount_minor) <> 0
        """,
        "sums to {1} {0}",
    )


@check("payments.ledger_has_entries")
def ledger_has_entries() -> Iterator[Breach]:
    """No ledger transaction is empty."""
    return breaches_by_sql(
        "payments.ledger_has_entries",
        """
        SELECT id, key FROM payments_ledgertransaction AS written
        WHERE NOT EXISTS (SELECT FROM payments_ledgerentry WHERE transaction_id = written.id)
        """,
        "{0} has no entries",
    )


@check("payments.ledger_in_its_currency")
def ledger_in_its_currency() -> Iterator[Breach]:
    """A payment's entries, and its refunds, are in its currency."""
    return breaches_by_sql(
        "payments.ledger_in_its_currency",
        """
        SELECT payment.id, payment.currency, other.currency FROM payments_payment AS payment
        JOIN (
            SELECT payment_id, entry.currency FROM payments_ledgerentry AS entry
            JOIN payments_ledgertransaction AS written ON written.id = entry.transaction_id
            UNION SELECT payment_id, currency FROM payments_refund
        ) AS other ON other.payment_id = payment.id
        WHERE other.currency <> payment.currency
        """,
        "is in {0} and has money in {1}",
    )


@check("payments.capture_is_booked")
def capture_is_booked() -> Iterator[Breach]:
    """A captured payment has one capture in the ledger, of its amount; no other has one."""
    return breaches_by_sql(
        "payments.capture_is_booked",
        """
        WITH booked AS MATERIALIZED (
            SELECT written.id, written.payment_id, sum(entry.amount_minor) AS amount
            FROM payments_ledgertransaction AS written
            LEFT JOIN payments_ledgerentry AS entry
                ON entry.transaction_id = written.id AND entry.account = 'provider_balance'
            WHERE written.kind = 'capture' GROUP BY written.id
        )
        SELECT payment.id, payment.status, payment.captured_minor,
               count(booked.id), coalesce(sum(booked.amount), 0)
        FROM payments_payment AS payment
        LEFT JOIN booked ON booked.payment_id = payment.id
        GROUP BY payment.id
        HAVING count(booked.id) <> (payment.status = 'captured')::int
            OR coalesce(sum(booked.amount), 0) <> payment.captured_minor
            OR (payment.status = 'captured') <> (payment.captured_at IS NOT NULL)
        """,
        "is {0} with {1}, and has {2} captures of {3} in the ledger",
    )


@check("payments.captured_is_allocated")
def captured_is_allocated() -> Iterator[Breach]:
    """Captured money is allocated or promised back, soon and exactly."""
    return breaches_by_sql(
        "payments.captured_is_allocated",
        """
        SELECT payment.id, -sum(entry.amount_minor), payment.currency
        FROM payments_payment AS payment
        JOIN payments_ledgertransaction AS written ON written.payment_id = payment.id
        JOIN payments_ledgerentry AS entry
            ON entry.transaction_id = written.id AND entry.account = 'unallocated'
        GROUP BY payment.id
        HAVING sum(entry.amount_minor) > 0
            OR (sum(entry.amount_minor) <> 0 AND payment.captured_at < %s)
        """,
        "{0} {1} are nobody's",
        [timezone.now() - MOMENTS],
    )


@check("payments.nobody_owes_a_share")
def nobody_owes_a_share() -> Iterator[Breach]:
    """No share of a payment, and no promise of a refund, was taken back beyond what it was."""
    return breaches_by_sql(
        "payments.nobody_owes_a_share",
        """
        SELECT written.payment_id, entry.account, sum(entry.amount_minor), entry.currency
        FROM payments_ledgerentry AS entry
        JOIN payments_ledgertransaction AS written ON written.id = entry.transaction_id
        WHERE entry.account IN ('owner_payable', 'commission', 'service_fee', 'refunds_payable')
        GROUP BY written.payment_id, entry.account, entry.currency
        HAVING sum(entry.amount_minor) > 0
        """,
        "{0} is overdrawn by {1} {2}",
    )


@check("payments.refunds_add_up")
def refunds_add_up() -> Iterator[Breach]:
    """What a payment says it promised back is what its refunds say, and within what it took."""
    return breaches_by_sql(
        "payments.refunds_add_up",
        """
        SELECT payment.id, payment.captured_minor, payment.refunded_minor,
               coalesce(sum(refund.amount_minor), 0)
        FROM payments_payment AS payment
        LEFT JOIN payments_refund AS refund
            ON refund.payment_id = payment.id AND refund.retry_of_id IS NULL
        GROUP BY payment.id
        HAVING coalesce(sum(refund.amount_minor), 0) <> payment.refunded_minor
            OR payment.refunded_minor > payment.captured_minor
        """,
        "took {0} and promised back {1}; its refunds promise {2}",
    )


@check("payments.refund_is_booked")
def refund_is_booked() -> Iterator[Breach]:
    """Each promise, each arrival and each return of a refund is in the ledger, with its amount."""
    return breaches_by_sql(
        "payments.refund_is_booked",
        """
        SELECT refund.id, refund.status, refund.amount_minor, refund.opened, refund.arrived
        FROM (
            SELECT refund.*,
                   coalesce(-sum(entry.amount_minor) FILTER (WHERE kind = 'refund_opened'), 0)
                       AS opened,
                   coalesce(sum(entry.amount_minor) FILTER (WHERE kind <> 'refund_opened'), 0)
                       AS arrived
            FROM payments_refund AS refund
            LEFT JOIN payments_ledgertransaction AS written ON written.refund_id = refund.id
            LEFT JOIN payments_ledgerentry AS entry
                ON entry.transaction_id = written.id AND entry.account = 'refunds_payable'
            GROUP BY refund.id
        ) AS refund
        WHERE refund.opened <> CASE WHEN retry_of_id IS NULL THEN amount_minor ELSE 0 END
           OR refund.arrived <> CASE WHEN status = 'settled' THEN amount_minor ELSE 0 END
        """,
        "is {0} with {1}, and the ledger has {2} promised and {3} arrived",
    )


@check("payments.renters_owed_right")
def renters_owed_right() -> Iterator[Breach]:
    """What is owed to a renter is what was promised and has not arrived."""
    return breaches_by_sql(
        "payments.renters_owed_right",
        _BALANCE_PER_PAYMENT.format(
            account="refunds_payable",
            expected="coalesce(settled.amount, 0) - payment.refunded_minor",
        ),
        "the ledger has {0}, where {1} is right",
    )


@check("payments.provider_balance_right")
def provider_balance_right() -> Iterator[Breach]:
    """The provider holds what was captured and has not gone back."""
    return breaches_by_sql(
        "payments.provider_balance_right",
        _BALANCE_PER_PAYMENT.format(
            account="provider_balance",
            expected="payment.captured_minor - coalesce(settled.amount, 0)",
        ),
        "the ledger has {0}, where {1} is right",
    )


# Each sum is made once, whatever the planner thinks of tables that it has not looked at yet.
_BALANCE_PER_PAYMENT: Final = """
    WITH booked AS MATERIALIZED (
        SELECT written.payment_id, sum(entry.amount_minor) AS amount
        FROM payments_ledgerentry AS entry
        JOIN payments_ledgertransaction AS written ON written.id = entry.transaction_id
        WHERE entry.account = '{account}' GROUP BY written.payment_id
    ), settled AS MATERIALIZED (
        SELECT payment_id, sum(amount_minor) AS amount FROM payments_refund
        WHERE status = 'settled' GROUP BY payment_id
    )
    SELECT payment.id, coalesce(booked.amount, 0), {expected} FROM payments_payment AS payment
    LEFT JOIN booked ON booked.payment_id = payment.id
    LEFT JOIN settled ON settled.payment_id = payment.id
    WHERE coalesce(booked.amount, 0) <> {expected}
"""


@check("payments.events_processed")
def events_processed() -> Iterator[Breach]:
    """Every event of the provider's had its effect soon."""
    return breaches_by_sql(
        "payments.events_processed",
        """
        SELECT id, type, received_at FROM payments_providerevent
        WHERE processed_at IS NULL AND received_at < %s
        """,
        "{0} waits since {1:%Y-%m-%d %H:%M} UTC",
        [timezone.now() - MOMENTS],
    )


@check("payments.decided_is_done")
def decided_is_done() -> Iterator[Breach]:
    """What was decided about a payment is carried out at the provider within the hour."""
    return breaches_by_sql(
        "payments.decided_is_done",
        """
        SELECT id, status,
               least(capture_requested_at, void_requested_at, close_requested_at) AS since
        FROM payments_payment
        WHERE (status = 'authorised' AND (capture_requested_at < %s OR void_requested_at < %s))
           OR (status IN ('created', 'pending') AND close_requested_at < %s)
        """,
        "is {0}, with something to be done since {1:%Y-%m-%d %H:%M} UTC",
        [timezone.now() - CARRIED_OUT] * 3,
    )


@check("payments.refunds_sent")
def refunds_sent() -> Iterator[Breach]:
    """Every promised refund is with the provider within the hour, and a failed one tried again."""
    return breaches_by_sql(
        "payments.refunds_sent",
        """
        SELECT refund.id, refund.status, refund.created_at FROM payments_refund AS refund
        WHERE (status = 'pending' AND provider_id = '' AND created_at < %s)
           OR (status = 'failed' AND NOT EXISTS (
                  SELECT FROM payments_refund WHERE retry_of_id = refund.id))
        """,
        "is {0} and was promised on {1:%Y-%m-%d %H:%M} UTC",
        [timezone.now() - CARRIED_OUT],
    )


@check("payments.no_open_problem")
def no_open_problem() -> Iterator[Breach]:
    """No payment waits for a person to look at it."""
    return breaches_by_sql(
        "payments.no_open_problem",
        "SELECT id, problem, problem_detail FROM payments_payment WHERE problem <> ''",
        "{0}: {1}",
    )
