"""Money for administrators: read, never written, every row leading to its trail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from marketplace.accounts.models import User
from marketplace.core.admin import ReadOnlyAdmin
from marketplace.core.errors import DomainError
from marketplace.core.models import StateChange
from marketplace.core.money import Money
from marketplace.payments import selectors, services
from marketplace.payments.models import (
    Creditor,
    LedgerEntry,
    LedgerTransaction,
    Payment,
    ProviderEvent,
    Refund,
)
from marketplace.payments.querysets import TURN


class _LinesInline(admin.TabularInline[Any, Any]):
    """Rows of a trail, each with a link to its own page."""

    max_num = 0
    can_delete = False
    show_change_link = True

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """They are read."""
        return False


class RefundsInline(_LinesInline):
    model = Refund
    fields = readonly_fields = ("created_at", "key", "money", "status", "settled_at", "error")

    @admin.display(description=_("amount"))
    def money(self, refund: Refund) -> str:
        """With its currency."""
        return refund.amount.format()


class LedgerTransactionsInline(_LinesInline):
    model = LedgerTransaction
    fields = readonly_fields = ("at", "kind", "key", "lines")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """In the order of happening, with all lines at once."""
        rows = super().get_queryset(request)
        return rows.prefetch_related("entries").order_by("at", TURN)

    @admin.display(description=_("entries"))
    def lines(self, written: LedgerTransaction) -> SafeString:
        """Account and amount of each."""
        return format_html_join(
            SafeString("<br>"),
            "{}: {}",
            ((entry.get_account_display(), entry.amount.format()) for entry in _entries(written)),
        )


class ProviderEventsInline(_LinesInline):
    model = ProviderEvent
    fields = readonly_fields = ("received_at", "type", "object_id", "processed_at", "outcome")


class LedgerEntriesInline(_LinesInline):
    model = LedgerEntry
    fields = readonly_fields = ("account", "money", "payee", "due_at")
    show_change_link = False

    @admin.display(description=_("amount"))
    def money(self, entry: LedgerEntry) -> str:
        """Debits positive, credits negative."""
        return entry.amount.format()


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """A payment's page is its trail: states, refunds, ledger, events."""

    list_display = (
        "created_at",
        "description",
        "money",
        "money_back",
        "status",
        "problem",
        "payer",
        "payee",
    )
    list_filter = ("status", "problem", "capture_mode", "currency", "created_at")
    list_select_related = ("payer", "payee")
    search_fields = (
        "id__exact",
        "payable_id",
        "description",
        "session_id",
        "intent_id",
        "payer__phone",
        "payer__name",
        "payee__name",
    )
    date_hierarchy = "created_at"
    inlines = (RefundsInline, LedgerTransactionsInline, ProviderEventsInline)
    actions = ("close_problem",)

    def get_fields(self, request: HttpRequest, obj: Payment | None = None) -> list[Any]:
        """Everything, with what it is for first and its history last."""
        rest = [
            field.name
            for field in Payment._meta.fields
            if field.name not in {"payable_kind", "payable_id", "session_url"}
        ]
        return ["paid_for", "money", "money_back", *rest, "history"]

    @admin.display(description=_("amount"), ordering="amount_minor")
    def money(self, payment: Payment) -> str:
        """With its currency."""
        return payment.amount.format()

    @admin.display(description=_("of it back"), ordering="refunded_minor")
    def money_back(self, payment: Payment) -> str:
        """What was promised back."""
        return payment.refunded.format() if payment.refunded_minor else "–"

    @admin.display(description=_("what is paid for"))
    def paid_for(self, payment: Payment) -> SafeString | str:
        """The payable's own page, where it has one: its kind is its model's name."""
        words = f"{payment.payable_kind} {payment.payable_id}"
        name = f"admin:{payment.payable_kind.replace('.', '_')}_change"
        try:
            address = reverse(name, args=[quote(payment.payable_id)])
        except NoReverseMatch:
            return words
        return format_html('<a href="{}">{}</a>', address, words)

    @admin.display(description=_("history"))
    def history(self, payment: Payment) -> SafeString:
        """Each change of state of the payment and its refunds, with who made it."""
        return format_html_join(
            SafeString("<br>"), "{}", ((_told(change),) for change in _changes(payment))
        )

    def has_money_permission(self, request: HttpRequest) -> bool:
        """Administrators act on money."""
        return _is_administrator(request)

    @admin.action(description=_("Problem: looked at and dealt with"), permissions=["money"])
    def close_problem(self, request: HttpRequest, queryset: QuerySet[Payment]) -> None:
        """Closes the problem of each."""

        def close(payment: Payment) -> None:
            by = cast(User, request.user)
            reason = "dealt with by an administrator"
            services.close_problem(payment=payment, by=by, now=timezone.now(), reason=reason)

        done, left = _each(queryset, close)
        if done:
            words = ngettext("%(n)s problem closed.", "%(n)s problems closed.", done)
            messages.success(request, words % {"n": done})
        if left:
            words = ngettext(
                "%(n)s payment was left as it is: it has no problem.",
                "%(n)s payments were left as they are: they have no problem.",
                left,
            )
            messages.warning(request, words % {"n": left})


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Its list is where a refund that failed is tried again."""

    list_display = ("created_at", "key", "money", "status", "reason", "payment", "settled_at")
    list_filter = ("status", "reason", "currency", "created_at")
    list_select_related = ("payment",)
    search_fields = (
        "id__exact",
        "key",
        "provider_id",
        "payment__id__exact",
        "payment__payable_id",
        "payment__description",
    )
    date_hierarchy = "created_at"
    inlines = (LedgerTransactionsInline,)
    actions = ("retry",)

    @admin.display(description=_("amount"), ordering="amount_minor")
    def money(self, refund: Refund) -> str:
        """With its currency."""
        return refund.amount.format()

    def has_money_permission(self, request: HttpRequest) -> bool:
        """Administrators act on money."""
        return _is_administrator(request)

    @admin.action(description=_("Failed: try again"), permissions=["money"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        """Sends the money again, by a refund of its own."""

        def retry(refund: Refund) -> None:
            by = cast(User, request.user)
            services.retry_refund(refund=refund, by=by, now=timezone.now())

        done, left = _each(queryset.select_related("payment"), retry)
        if done:
            words = ngettext("%(n)s refund goes out again.", "%(n)s refunds go out again.", done)
            messages.success(request, words % {"n": done})
        if left:
            words = ngettext(
                "%(n)s refund was left as it is: it has not failed, or is tried again already.",
                "%(n)s refunds were left as they are: they have not failed, or are tried again "
                "already.",
                left,
            )
            messages.warning(request, words % {"n": left})


@admin.register(LedgerTransaction)
class LedgerTransactionAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "key", "payment", "refund")
    list_filter = ("kind", "at")
    list_select_related = ("payment", "refund")
    search_fields = ("id__exact", "key", "payment__id__exact", "payment__payable_id")
    date_hierarchy = "at"
    ordering = ("-at", TURN.desc())
    inlines = (LedgerEntriesInline,)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ("id", "account", "money", "payee", "due_at", "transaction")
    list_filter = ("account", "currency", "transaction__kind", "transaction__at")
    list_select_related = ("payee", "transaction")
    search_fields = ("transaction__key", "transaction__payment__payable_id", "payee__name")
    ordering = ("-id",)

    @admin.display(description=_("amount"), ordering="amount_minor")
    def money(self, entry: LedgerEntry) -> str:
        """Debits positive, credits negative."""
        return entry.amount.format()


@admin.register(ProviderEvent)
class ProviderEventAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "type", "object_id", "payment", "processed_at", "outcome")
    list_filter = ("type", "outcome", "received_at")
    list_select_related = ("payment",)
    search_fields = ("id", "object_id", "payment__id__exact")
    date_hierarchy = "received_at"


@admin.register(Creditor)
class CreditorAdmin(ReadOnlyAdmin):
    """What is owed to each owner, since when, and how much of it is due."""

    list_display = ("name", "owner", "owed", "due", "since", "next_due")
    list_select_related = ("owner",)
    search_fields = ("name", "owner__name", "owner__phone")
    ordering = ("name",)
    fields = ("name", "owner")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those who ever earned."""
        entries = LedgerEntry.objects.owed_to_owners().filter(payee=OuterRef("pk"))
        return super().get_queryset(request).filter(Exists(entries))

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The rows of one page, with what is owed to all of them read at once."""
        changes = super().get_changelist_instance(request)
        rows = list(changes.result_list)
        owed = selectors.owed_to_each((row.pk for row in rows), now=timezone.now())
        for row in rows:
            row.owed_rows = owed.get(row.pk, ())
        changes.result_list = rows
        return changes

    @admin.display(description=_("owed"))
    def owed(self, row: Any) -> str:
        """All of it, due or not."""
        return _amounts(owed.amount for owed in row.owed_rows) or "–"

    @admin.display(description=_("of it due"))
    def due(self, row: Any) -> str:
        """What could be paid out now."""
        return _amounts(owed.due for owed in row.owed_rows if owed.due) or "–"

    @admin.display(description=_("since"))
    def since(self, row: Any) -> str:
        """When the oldest of it was earned."""
        times = [owed.since for owed in row.owed_rows]
        return _when(min(times)) if times else "–"

    @admin.display(description=_("next due"))
    def next_due(self, row: Any) -> str:
        """When more of it will be due."""
        times = [owed.next_due_at for owed in row.owed_rows if owed.next_due_at]
        return _when(min(times)) if times else "–"


def _is_administrator(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_staff)


def _each[Row: Model](rows: Iterable[Row], act: Callable[[Row], None]) -> tuple[int, int]:
    """How many were done, and how many refused."""
    done = left = 0
    for row in rows:
        try:
            act(row)
        except DomainError:
            left += 1
        else:
            done += 1
    return done, left


def _entries(written: LedgerTransaction) -> Iterable[LedgerEntry]:
    return written.entries.all()


def _changes(payment: Payment) -> Iterable[StateChange]:
    return selectors.trail_of(payment).changes


def _told(change: StateChange) -> str:
    who = str(change.by) if change.by else ""
    what = f"{change.field}: {change.from_state or '–'} → {change.to_state or '–'}"
    return " · ".join(part for part in (_when(change.at), what, who, change.reason) if part)


def _amounts(amounts: Iterable[Money]) -> str:
    return ", ".join(amount.format() for amount in amounts)


def _when(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
