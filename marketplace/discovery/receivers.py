"""What discovery does when listings, or the words that describe them, change."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from marketplace.discovery.services import refresh_search_entries
from marketplace.discovery.vocabulary import forget_vocabulary
from marketplace.venues.models import Category, City, District
from marketplace.venues.signals import listing_changed


@receiver(listing_changed, dispatch_uid="discovery.refresh_search_entries")
def refresh_entries_of_listing(*, venue_id: int, **_kwargs: Any) -> None:
    """Search follows the listing, inside the transaction that changed it."""
    refresh_search_entries(venue_id=venue_id)


def forget_words(**_kwargs: Any) -> None:
    """Reference data changed: read it again, once the change is there to be read."""
    transaction.on_commit(forget_vocabulary)


for _model in (Category, City, District):
    for _signal in (post_save, post_delete):
        _signal.connect(
            forget_words, sender=_model, dispatch_uid=f"discovery.forget_words.{_model.__name__}"
        )
