"""The cancellation policies in hours before the start: what comes back, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from marketplace.venues.enums import CancellationPolicy

_DAY: Final = 24

# Everything comes back within this time of confirmation, if the start is far enough away.
GRACE_HOURS: Final = 24
GRACE_LEAD_HOURS: Final = 48


@dataclass(frozen=True, slots=True)
class Terms:
    """Hours before the start. `half_until` is None where there is no half refund."""

    full_until: int
    half_until: int | None


TERMS: Final[dict[CancellationPolicy, Terms]] = {
    CancellationPolicy.VERY_FLEXIBLE: Terms(full_until=_DAY, half_until=None),
    CancellationPolicy.FLEXIBLE: Terms(full_until=7 * _DAY, half_until=_DAY),
    CancellationPolicy.STANDARD_30: Terms(full_until=30 * _DAY, half_until=7 * _DAY),
    CancellationPolicy.STANDARD_90: Terms(full_until=90 * _DAY, half_until=14 * _DAY),
}


def terms_of(policy: str) -> Terms:
    """The terms of the policy that is stored under this name."""
    return TERMS[CancellationPolicy(policy)]
