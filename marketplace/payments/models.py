"""Money: what is paid and for what, what goes back, the ledger, and the provider's events.

Amounts are integer minor units of an ISO 4217 currency. This room knows payables by kind and id
alone ("bookings.booking", "17"), as cases know their subjects.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Business
from marketplace.core.money import Money
from marketplace.payments.enums import (
    LIVE_STATUSES,
    UNSETTLED_STATUSES,
    CaptureMode,
    LedgerAccount,
    LedgerKind,
    PaymentProblem,
    PaymentStatus,
    RefundReason,
    RefundStatus,
)
from marketplace.payments.querysets import (
    LedgerEntryQuerySet,
    LedgerTransactionQuerySet,
    PaymentQuerySet,
    ProviderEventQuerySet,
    RefundQuerySet,
)


class Payment(models.Model):
    """One attempt to be paid for one thing, through one checkout of the provider.

    Amount, currency, expiry and idempotency key are stored before the provider is called. A
    declined card leaves the checkout open, so it stays `pending`. `captured_minor` and
    `refunded_minor` are changed under the row's lock; the CHECKs keep refunds within the money.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payable_kind = models.CharField(_("kind of what is paid for"), max_length=64)
    payable_id = models.CharField(_("id of what is paid for"), max_length=64)
    description = models.CharField(_("as the checkout names it"), max_length=200)
    payer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="payments", verbose_name=_("payer")
    )
    payee = models.ForeignKey(
        Business, models.PROTECT, related_name="payments", verbose_name=_("payee")
    )
    status = models.CharField(
        _("status"), max_length=16, choices=PaymentStatus, default=PaymentStatus.CREATED
    )
    capture_mode = models.CharField(_("taken"), max_length=16, choices=CaptureMode)
    currency = models.CharField(_("currency"), max_length=3)
    amount_minor = models.PositiveBigIntegerField(_("amount"))
    captured_minor = models.PositiveBigIntegerField(_("captured"), default=0)
    refunded_minor = models.PositiveBigIntegerField(_("refunded"), default=0)
    # What the checkout was asked for with: asking again must say exactly the same.
    return_url = models.URLField(_("back after paying"), max_length=500, blank=True)
    cancel_url = models.URLField(_("back without paying"), max_length=500, blank=True)
    language = models.CharField(_("language of the checkout"), max_length=8, blank=True)
    checkout_requested_at = models.DateTimeField(_("checkout asked for at"), null=True, blank=True)
    # What the provider knows it by.
    idempotency_key = models.CharField(_("idempotency key"), max_length=64, unique=True)
    session_id = models.CharField(_("checkout session"), max_length=255, blank=True)
    session_url = models.URLField(_("checkout page"), max_length=1000, blank=True)
    session_expires_at = models.DateTimeField(_("checkout open until"))
    intent_id = models.CharField(_("payment intent"), max_length=255, blank=True)
    card_brand = models.CharField(_("card"), max_length=32, blank=True)
    card_last4 = models.CharField(_("last digits"), max_length=4, blank=True)
    # What was decided and is to be carried out at the provider.
    capture_requested_at = models.DateTimeField(_("to be captured since"), null=True, blank=True)
    void_requested_at = models.DateTimeField(_("to be released since"), null=True, blank=True)
    close_requested_at = models.DateTimeField(_("to be closed since"), null=True, blank=True)
    # An authorisation that is not captured by then is gone.
    capture_before = models.DateTimeField(_("capture before"), null=True, blank=True)
    # What a person has to look at.
    problem = models.CharField(_("problem"), max_length=16, choices=PaymentProblem, blank=True)
    problem_detail = models.CharField(_("what differs"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"))
    authorised_at = models.DateTimeField(_("authorised at"), null=True, blank=True)
    captured_at = models.DateTimeField(_("captured at"), null=True, blank=True)
    checked_at = models.DateTimeField(_("last compared with the provider"), null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ("-created_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=PaymentStatus.values), name="payment_status_known"
            ),
            models.CheckConstraint(
                condition=Q(problem__in=["", *PaymentProblem.values]), name="payment_problem_known"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(capture_requested_at__isnull=True) | Q(void_requested_at__isnull=True),
                name="payment_taken_or_released",
            ),
            models.CheckConstraint(
                condition=Q(status=PaymentStatus.CAPTURED, captured_minor=F("amount_minor"))
                | (~Q(status=PaymentStatus.CAPTURED) & Q(captured_minor=0)),
                name="payment_captured_whole",
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__lte=F("captured_minor")),
                name="payment_refunds_within_captured",
            ),
            models.UniqueConstraint(
                fields=("payable_kind", "payable_id"),
                condition=Q(status__in=LIVE_STATUSES),
                name="payment_one_live_per_payable",
            ),
            models.UniqueConstraint(
                fields=("session_id",), condition=~Q(session_id=""), name="payment_session_once"
            ),
            models.UniqueConstraint(
                fields=("intent_id",), condition=~Q(intent_id=""), name="payment_intent_once"
            ),
        )
        indexes = (
            # All payments for one thing.
            models.Index(fields=("payable_kind", "payable_id"), name="payment_of_payable"),
            # The reconciler: what is not settled, longest unlooked-at first.
            models.Index(
                fields=("checked_at", "created_at"),
                name="payment_unsettled",
                condition=Q(status__in=UNSETTLED_STATUSES),
            ),
            # What a person has to look at.
            models.Index(fields=("created_at",), name="payment_problems", condition=~Q(problem="")),
        )

    def __str__(self) -> str:
        return f"{self.description} ({self.status})"

    @property
    def amount(self) -> Money:
        """What is to be paid."""
        return Money(self.amount_minor, self.currency)

    @property
    def captured(self) -> Money:
        """What was taken: all of it or nothing."""
        return Money(self.captured_minor, self.currency)

    @property
    def refunded(self) -> Money:
        """What was promised back so far."""
        return Money(self.refunded_minor, self.currency)

    @property
    def refundable(self) -> Money:
        """What can still go back."""
        return self.captured - self.refunded


class Refund(models.Model):
    """A part of a captured payment, or all of it, on its way back to the payer.

    One that failed is tried again by another row, its `retry_of`: the debt to the renter is the
    same, so the second moves no money in the ledger until it arrives.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    # What the payable calls it: the same key again opens no second refund.
    key = models.CharField(_("key"), max_length=100, unique=True)
    status = models.CharField(
        _("status"), max_length=16, choices=RefundStatus, default=RefundStatus.PENDING
    )
    reason = models.CharField(_("reason"), max_length=32, choices=RefundReason)
    currency = models.CharField(_("currency"), max_length=3)
    amount_minor = models.PositiveBigIntegerField(_("amount"))
    idempotency_key = models.CharField(_("idempotency key"), max_length=64, unique=True)
    retry_of = models.OneToOneField(
        "self",
        models.PROTECT,
        related_name="retry",
        null=True,
        blank=True,
        verbose_name=_("another try of"),
    )
    provider_id = models.CharField(_("the provider's id"), max_length=255, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(_("promised at"))
    settled_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed at"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    checked_at = models.DateTimeField(_("last compared with the provider"), null=True, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ("-created_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=RefundStatus.values), name="refund_status_known"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_amount_positive"),
            models.UniqueConstraint(
                fields=("provider_id",), condition=~Q(provider_id=""), name="refund_provider_once"
            ),
        )
        indexes = (
            # The reconciler: what has not arrived yet.
            models.Index(
                fields=("checked_at", "created_at"),
                name="refund_pending",
                condition=Q(status=RefundStatus.PENDING),
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} ({self.status})"

    @property
    def amount(self) -> Money:
        """What goes back."""
        return Money(self.amount_minor, self.currency)


class LedgerTransaction(models.Model):
    """One event in money; its entries sum to zero in each currency (promise P5). Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=16, choices=LedgerKind)
    # "capture:<payment>", "refund_opened:<refund>": the same event is never booked twice.
    key = models.CharField(_("key"), max_length=100, unique=True)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="ledger_transactions")
    refund = models.ForeignKey(
        Refund, models.PROTECT, related_name="ledger_transactions", null=True, blank=True
    )
    at = models.DateTimeField(_("at"))

    objects = LedgerTransactionQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger transaction")
        verbose_name_plural = _("ledger transactions")
        ordering = ("-at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=LedgerKind.values), name="ledger_kind_known"
            ),
        )

    def __str__(self) -> str:
        return self.key


class LedgerEntry(models.Model):
    """One line of a ledger transaction. Append-only: a correction is a new transaction.

    `amount_minor` is signed: debits positive, credits negative. `payee` and `due_at` belong to
    what is owed to owners.
    """

    transaction = models.ForeignKey(LedgerTransaction, models.PROTECT, related_name="entries")
    account = models.CharField(_("account"), max_length=20, choices=LedgerAccount)
    payee = models.ForeignKey(
        Business, models.PROTECT, related_name="ledger_entries", null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3)
    amount_minor = models.BigIntegerField(_("amount"))
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ("transaction", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(account__in=LedgerAccount.values), name="ledger_account_known"
            ),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="ledger_amount_not_zero"),
            models.CheckConstraint(
                condition=Q(account=LedgerAccount.OWNER_PAYABLE, payee__isnull=False)
                | (~Q(account=LedgerAccount.OWNER_PAYABLE) & Q(payee__isnull=True)),
                name="ledger_payee_of_owed",
            ),
        )
        indexes = (
            # What is owed to one owner, and since when.
            models.Index(
                fields=("payee", "currency", "due_at"),
                name="ledger_owed",
                condition=Q(account=LedgerAccount.OWNER_PAYABLE),
            ),
        )

    def __str__(self) -> str:
        return f"{self.account} {self.amount_minor} {self.currency}"

    @property
    def amount(self) -> Money:
        """The signed amount."""
        return Money(self.amount_minor, self.currency)


class Creditor(Business):
    """A business as the ledger sees it: somebody to whom money may be owed."""

    class Meta:
        proxy = True
        verbose_name = _("owed to an owner")
        verbose_name_plural = _("owed to owners")


class ProviderEvent(models.Model):
    """A provider's event, kept once under its own id (promise P6).

    Only what says which object to fetch again is kept: the event is a trigger, never a fact.
    """

    id = models.CharField(_("id"), max_length=255, primary_key=True)
    type = models.CharField(_("type"), max_length=100)
    # The payment that it is about, once that is known.
    payment = models.ForeignKey(
        Payment, models.PROTECT, related_name="provider_events", null=True, blank=True
    )
    object_id = models.CharField(_("object"), max_length=255)
    created_at = models.DateTimeField(_("made by the provider at"))
    received_at = models.DateTimeField(_("received at"))
    processed_at = models.DateTimeField(_("processed at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)

    objects = ProviderEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("provider event")
        verbose_name_plural = _("provider events")
        ordering = ("-received_at", "id")
        indexes = (
            # The reconciler: events that nobody has processed.
            models.Index(
                fields=("received_at",),
                name="event_unprocessed",
                condition=Q(processed_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.id}"
