"""What the ledger says, added up."""

from __future__ import annotations

from django.db.models import Sum

from marketplace.core.money import Money
from marketplace.payments.enums import LedgerAccount
from marketplace.payments.models import LedgerEntry


def balances() -> dict[LedgerAccount, tuple[Money, ...]]:
    """What stands on each account, one amount a currency. Debits positive, credits negative."""
    rows = (
        LedgerEntry.objects.order_by("account", "currency")
        .values("account", "currency")
        .annotate(sum=Sum("amount_minor"))
    )
    found: dict[LedgerAccount, list[Money]] = {account: [] for account in LedgerAccount}
    for row in rows:
        found[LedgerAccount(row["account"])].append(Money(row["sum"], row["currency"]))
    return {account: tuple(amounts) for account, amounts in found.items()}
