"""What the venues room tells rooms to its left. All are sent inside the transaction.

The last four are questions: what stands in the calendar is not known here, so whoever keeps it
says no by raising a DomainError, which undoes the change.
"""

from django.dispatch import Signal

# What can be found, or how, has changed. Sent with `venue_id`.
listing_changed = Signal()
# A space gets other parts. Sent with `space_id` (the whole) and `leaf_ids`: every space on which
# its bookings stood before or would stand from now on. The receiver locks them first.
parts_changing = Signal()
# There will be fewer equal ones of a space. Sent with `space_id` and `units`, how many are left.
units_lowering = Signal()
# A space is about to be deleted. Sent with `space_id`.
space_removing = Signal()
# A listing is about to be put away for good. Sent with `space_ids`, all of its spaces.
listing_archiving = Signal()
