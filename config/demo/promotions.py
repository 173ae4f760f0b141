"""The venues that the demo's administrator promotes on home."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from marketplace.accounts.models import User
from marketplace.discovery.models import Promotion
from marketplace.venues.models import Venue

PROMOTED: Final = (
    "The Old Spinning Shed",
    "Linen House",
    "Black Walnut Gallery",
    "Red Seats on Imanov",
)
_BEGAN: Final = timedelta(days=2)
_LASTS: Final = timedelta(days=120)


def write_promotions(venues: Iterable[Venue], *, by: User, now: datetime) -> None:
    """Those of these venues that are promoted, for four months; a venue that ever was, is left."""
    for venue in venues:
        if venue.name in PROMOTED:
            Promotion.objects.get_or_create(
                venue=venue,
                defaults={
                    "starts_at": now - _BEGAN,
                    "ends_at": now - _BEGAN + _LASTS,
                    "note": "Agreed by phone.",
                    "created_by": by,
                    "created_at": now - _BEGAN,
                },
            )
