"""The cancellation policies in hours before the start: what comes back, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import ngettext

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


def time_ahead(hours: int) -> str:
    """The terms' hours in words: "24 hours", "7 days"."""
    days, rest = divmod(hours, _DAY)
    if rest or days == 1:
        return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours}
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def terms_of(policy: str) -> Terms:
    """The terms of the policy that is stored under this name."""
    return TERMS[CancellationPolicy(policy)]
