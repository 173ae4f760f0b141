"""What the venues room tells rooms to its left."""

from django.dispatch import Signal

# Sent inside the transaction that changed what can be found, or how, with `venue_id`.
listing_changed = Signal()
