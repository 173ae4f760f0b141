"""What comes back when a booking is cancelled, to whom the rest goes, and until when.

Every outcome shares out the whole total: what comes back, what the owner keeps after commission,
the commission, and the service fee that is kept. One amount of each sharing is rounded and the
other is what remains, so that no minor unit is made or lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from django.conf import settings

from marketplace.core.money import Money
from marketplace.pricing.cancellation import GRACE_HOURS, GRACE_LEAD_HOURS, terms_of
from marketplace.pricing.quote import Quote

type Kind = Literal["full", "half", "rest"]

# What comes back of the time's price at "half".
HALF_PERCENT: Final = 50


@dataclass(frozen=True, slots=True)
class PaidTerms:
    """What a booking was made under: its policy, its start, and its price.

    `total` includes `cleaning` and `service_fee`. `confirmed_at` is None until it is confirmed.
    """

    policy: str
    starts_at: datetime
    confirmed_at: datetime | None
    total: Money
    cleaning: Money
    service_fee: Money
    commission_percent: Decimal


def terms_of_quote(quote: Quote, *, policy: str, starts_at: datetime) -> PaidTerms:
    """The terms under which this quote would be booked now."""
    return PaidTerms(
        policy=policy,
        starts_at=starts_at,
        confirmed_at=None,
        total=quote.total,
        cleaning=quote.line("cleaning").amount,
        service_fee=quote.service_fee,
        commission_percent=Decimal(settings.COMMISSION_PERCENT),
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who has what after a cancellation. The four add up to the total that was paid."""

    refund: Money
    owner: Money
    commission: Money
    service_fee: Money


@dataclass(frozen=True, slots=True)
class Step:
    """What comes back to a renter who cancels at `until` or before; None: from then on."""

    until: datetime | None
    refund: Money
    kind: Kind


def outcome_of_cancelling(terms: PaidTerms, *, at: datetime, by_renter: bool) -> Outcome:
    """Who has what, if the booking is cancelled at this instant.

    All comes back when the owner or the platform cancels, and while nothing is confirmed. Else
    the policy decides (docs/glossary.md): at a half, half of the time's price, the cleaning fee
    with it; after that the cleaning fee alone. The service fee comes back only with everything.
    """
    if not by_renter or terms.confirmed_at is None:
        return _outcome(terms, "full")
    kind = next(kind for kind, until in _stages(terms) if until is None or at <= until)
    return _outcome(terms, kind)


def refund_schedule(terms: PaidTerms, *, now: datetime) -> tuple[Step, ...]:
    """What comes back to the renter, and until when; steps that are over are left out.

    Before a booking is confirmed: as it would be if it were confirmed now.
    """
    if terms.confirmed_at is None:
        terms = replace(terms, confirmed_at=now)
    return tuple(
        Step(until, _outcome(terms, kind).refund, kind)
        for kind, until in _stages(terms)
        if until is None or now <= until
    )


def _stages(terms: PaidTerms) -> Iterator[tuple[Kind, datetime | None]]:
    """Each kind of refund with the last instant of it, in order; the last has no end."""
    policy = terms_of(terms.policy)
    full_until = terms.starts_at - timedelta(hours=policy.full_until)
    if terms.confirmed_at is not None:
        grace_until = min(
            terms.confirmed_at + timedelta(hours=GRACE_HOURS),
            terms.starts_at - timedelta(hours=GRACE_LEAD_HOURS),
        )
        full_until = max(full_until, grace_until)
    yield "full", full_until
    if policy.half_until is not None:
        half_until = terms.starts_at - timedelta(hours=policy.half_until)
        if half_until > full_until:
            yield "half", half_until
    yield "rest", None


def _outcome(terms: PaidTerms, kind: Kind) -> Outcome:
    none = Money.zero(terms.total.currency)
    if kind == "full":
        return Outcome(refund=terms.total, owner=none, commission=none, service_fee=none)
    time = terms.total - terms.service_fee - terms.cleaning
    back = time.percent(HALF_PERCENT) if kind == "half" else none
    kept = time - back
    commission = kept.percent(terms.commission_percent)
    return Outcome(
        refund=back + terms.cleaning,
        owner=kept - commission,
        commission=commission,
        service_fee=terms.service_fee,
    )
