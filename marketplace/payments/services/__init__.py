"""What is done about money. Every function says whether it belongs inside a transaction.

Inside the payable's own: `open_payment`, `allocate`, `request_*`, `open_refund`. Outside of any,
because they call the provider: `start_checkout`, `settle`, `*_now`, `pursue`, `process_event`,
`reconcile`.
"""

from marketplace.payments.services.allocation import allocate
from marketplace.payments.services.checkout import CHECKOUT_LENGTH, open_payment, start_checkout
from marketplace.payments.services.errors import (
    AlreadyPaid,
    CheckoutRefused,
    NotAuthorised,
    NotPayable,
    NotToBeRetried,
    RefundTooLarge,
)
from marketplace.payments.services.events import (
    EVENT_TOPIC,
    PAYMENT_EVENTS,
    REFUND_EVENTS,
    process_event,
    receive_event,
)
from marketplace.payments.services.intents import (
    CAPTURE_TOPIC,
    CLOSE_TOPIC,
    VOID_TOPIC,
    capture_now,
    close_now,
    pursue,
    request_capture,
    request_close,
    request_void,
    void_now,
)
from marketplace.payments.services.reconciling import Reconciled, reconcile
from marketplace.payments.services.refunds import (
    REFUND_TOPIC,
    open_refund,
    refund_now,
    retry_refund,
)
from marketplace.payments.services.settling import settle
from marketplace.payments.services.transitions import close_problem, transition_to

__all__ = [
    "CAPTURE_TOPIC",
    "CHECKOUT_LENGTH",
    "CLOSE_TOPIC",
    "EVENT_TOPIC",
    "PAYMENT_EVENTS",
    "REFUND_EVENTS",
    "REFUND_TOPIC",
    "VOID_TOPIC",
    "AlreadyPaid",
    "CheckoutRefused",
    "NotAuthorised",
    "NotPayable",
    "NotToBeRetried",
    "Reconciled",
    "RefundTooLarge",
    "allocate",
    "capture_now",
    "close_now",
    "close_problem",
    "open_payment",
    "open_refund",
    "process_event",
    "pursue",
    "receive_event",
    "reconcile",
    "refund_now",
    "request_capture",
    "request_close",
    "request_void",
    "retry_refund",
    "settle",
    "start_checkout",
    "transition_to",
    "void_now",
]
