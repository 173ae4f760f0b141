"""Every write of the bookings room. The caller has checked who may; here is what can be."""

from marketplace.bookings.errors import (
    AcceptanceUnderWay,
    AlreadyStarted,
    HasContactDetails,
    HoldOver,
    NotBookable,
    OwnVenue,
    PhoneNotVerified,
    PriceChanged,
    RequestOver,
    SlotTaken,
    TooManyHolds,
)
from marketplace.bookings.services.blocks import (
    TimeOver,
    TimeTaken,
    TooManyUnits,
    block_time,
    unblock_time,
)
from marketplace.bookings.services.cancelling import cancel_booking, release_hold
from marketplace.bookings.services.expiring import (
    complete_bookings,
    expire_holds,
    expire_requests,
    remind_of_requests,
)
from marketplace.bookings.services.fulfilment import (
    PAYOUT_DELAY,
    fail,
    fulfil,
    lock_for_payment,
    tell_refunded,
)
from marketplace.bookings.services.guarding import (
    BookingsToCome,
    SpaceInUse,
    require_never_used,
    require_nobody_to_come,
    require_parts_free,
    require_units_free,
)
from marketplace.bookings.services.holding import MAX_OPEN_HOLDS, describe_booking, hold_slot
from marketplace.bookings.services.paying import begin_payment, pay_url
from marketplace.bookings.services.requests import accept_request, decline_request
from marketplace.bookings.services.transitions import transition_to

__all__ = [
    "MAX_OPEN_HOLDS",
    "PAYOUT_DELAY",
    "AcceptanceUnderWay",
    "AlreadyStarted",
    "BookingsToCome",
    "HasContactDetails",
    "HoldOver",
    "NotBookable",
    "OwnVenue",
    "PhoneNotVerified",
    "PriceChanged",
    "RequestOver",
    "SlotTaken",
    "SpaceInUse",
    "TimeOver",
    "TimeTaken",
    "TooManyHolds",
    "TooManyUnits",
    "accept_request",
    "begin_payment",
    "block_time",
    "cancel_booking",
    "complete_bookings",
    "decline_request",
    "describe_booking",
    "expire_holds",
    "expire_requests",
    "fail",
    "fulfil",
    "hold_slot",
    "lock_for_payment",
    "pay_url",
    "release_hold",
    "remind_of_requests",
    "require_never_used",
    "require_nobody_to_come",
    "require_parts_free",
    "require_units_free",
    "tell_refunded",
    "transition_to",
    "unblock_time",
]
