"""Words and states of the payments room."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.states import TransitionTable


class PaymentStatus(models.TextChoices):
    """Where a payment stands. The provider's own word is fetched, never guessed."""

    CREATED = "created", _("Intended")
    PENDING = "pending", _("At the checkout")
    AUTHORISED = "authorised", _("Authorised")
    CAPTURED = "captured", _("Paid")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Not paid")
    VOIDED = "voided", _("Released")


PAYMENT_TRANSITIONS: Final[TransitionTable] = {
    PaymentStatus.CREATED: frozenset(
        {PaymentStatus.PENDING, PaymentStatus.FAILED, PaymentStatus.EXPIRED}
    ),
    PaymentStatus.PENDING: frozenset(
        {
            PaymentStatus.AUTHORISED,
            PaymentStatus.CAPTURED,
            PaymentStatus.FAILED,
            PaymentStatus.EXPIRED,
        }
    ),
    PaymentStatus.AUTHORISED: frozenset({PaymentStatus.CAPTURED, PaymentStatus.VOIDED}),
    PaymentStatus.CAPTURED: frozenset(),
    PaymentStatus.FAILED: frozenset(),
    PaymentStatus.EXPIRED: frozenset(),
    PaymentStatus.VOIDED: frozenset(),
}
# States from which money may still come, or has come. One such payment for a payable at a time.
LIVE_STATUSES: Final = frozenset(
    {
        PaymentStatus.CREATED,
        PaymentStatus.PENDING,
        PaymentStatus.AUTHORISED,
        PaymentStatus.CAPTURED,
    }
)
# States in which nothing is at the provider yet, or an unpaid checkout.
UNPAID_STATUSES: Final = frozenset({PaymentStatus.CREATED, PaymentStatus.PENDING})
# States that the reconciler looks after.
UNSETTLED_STATUSES: Final = LIVE_STATUSES - {PaymentStatus.CAPTURED}


class PaymentProblem(models.TextChoices):
    """What a person has to look at. Nothing is fulfilled, and nothing lost, meanwhile."""

    AMOUNT_DIFFERS = "amount_differs", _("The provider has another amount or currency")
    STATE_DIFFERS = "state_differs", _("The provider has it in a state that cannot be")
    REFUND_FAILED = "refund_failed", _("A refund failed; the money is still owed to the renter")
    REFUND_DIFFERS = "refund_differs", _("The provider has another amount for a refund")
    REFUND_UNKNOWN = "refund_unknown", _("The provider has a refund that was not made here")


# A problem is set, followed by another, and closed by what settles it or by an administrator.
PROBLEM_TRANSITIONS: Final[TransitionTable] = {
    "": frozenset(PaymentProblem),
    **{problem: frozenset({"", *PaymentProblem}) - {problem} for problem in PaymentProblem},
}


class CaptureMode(models.TextChoices):
    """When the money is taken."""

    AUTOMATIC = "automatic", _("At checkout")
    MANUAL = "manual", _("Authorised at checkout, taken on acceptance")


class RefundStatus(models.TextChoices):
    """Where a refund stands."""

    PENDING = "pending", _("On its way")
    SETTLED = "settled", _("Arrived")
    FAILED = "failed", _("Failed")


REFUND_TRANSITIONS: Final[TransitionTable] = {
    RefundStatus.PENDING: frozenset({RefundStatus.SETTLED, RefundStatus.FAILED}),
    # A bank may send back what the provider called done (Stripe: refund.failed).
    RefundStatus.SETTLED: frozenset({RefundStatus.FAILED}),
    RefundStatus.FAILED: frozenset(),
}


class RefundReason(models.TextChoices):
    """Why money goes back."""

    CANCELLED_BY_RENTER = "cancelled_by_renter", _("Cancelled by the renter")
    CANCELLED_BY_OWNER = "cancelled_by_owner", _("Cancelled by the owner")
    CANCELLED_BY_PLATFORM = "cancelled_by_platform", _("Cancelled by JoyTop")
    PAID_TOO_LATE = "paid_too_late", _("Paid after the time was gone")


class LedgerAccount(models.TextChoices):
    """Where money stands. Debits are positive, credits negative; each transaction sums to zero."""

    # Asset: what the provider holds for the platform, before the provider's own fees.
    PROVIDER_BALANCE = "provider_balance", _("Balance at the provider")
    # Liability: received and not yet allocated to what it pays for, or returned.
    UNALLOCATED = "unallocated", _("Received, not allocated")
    # Liability: owed to owners, one payee each, due 48 hours after the booking.
    OWNER_PAYABLE = "owner_payable", _("Owed to owners")
    # Liability: promised back to renters and not yet with them.
    REFUNDS_PAYABLE = "refunds_payable", _("Owed to renters")
    # Income.
    COMMISSION = "commission", _("Commission")
    SERVICE_FEE = "service_fee", _("Service fee")


class LedgerKind(models.TextChoices):
    """What a ledger transaction records."""

    CAPTURE = "capture", _("Payment captured")
    ALLOCATION = "allocation", _("Payment allocated")
    REFUND_OPENED = "refund_opened", _("Refund promised")
    REFUND_SETTLED = "refund_settled", _("Refund arrived")
    REFUND_FAILED = "refund_failed", _("Refund came back")
