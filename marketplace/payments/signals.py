"""What payments tells the rooms whose things are paid for. All are sent inside the transaction.

Each comes with `payable_kind` and `payable_id`; a receiver of another kind does nothing.
"""

from django.dispatch import Signal

# Before a payment's row is locked: the payable locks its own rows first, because everywhere the
# order of locks is spaces, booking, payment. Sent with payable_kind, payable_id.
payment_locking = Signal()
# The money is reserved and not taken. Sent with payable_kind, payable_id, payment, now.
payment_authorised = Signal()
# The money is here, unallocated; the receiver allocates it or opens a refund of all of it.
# Sent with payable_kind, payable_id, payment, now.
payment_captured = Signal()
# It will not come: failed, expired, or an authorisation that was released.
# Sent with payable_kind, payable_id, payment, now.
payment_failed = Signal()
# A refund arrived, or failed for good. Sent with payable_kind, payable_id, refund, now.
refund_settled = Signal()
refund_failed = Signal()
