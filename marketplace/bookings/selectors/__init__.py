"""Reads of the bookings room that go over several models."""

from marketplace.bookings.selectors.calendars import (
    leaves_of,
    load_calendar,
    load_calendars,
    payable_minutes,
    rules_of,
)
from marketplace.bookings.selectors.cards import BookingCard, card_of, status_for_people
from marketplace.bookings.selectors.details import (
    BookingDetails,
    PaymentRow,
    PriceLine,
    RefundRow,
    booking_details,
    message_for_owner,
    payments_of,
)
from marketplace.bookings.selectors.earnings import (
    EarnedBooking,
    MonthEarnings,
    earned_bookings,
    earnings_by_month,
)
from marketplace.bookings.selectors.histories import HistoryStep, history_of
from marketplace.bookings.selectors.owners_calendar import CalendarItem, calendar_items
from marketplace.bookings.selectors.refunding import (
    outcome_if_cancelled,
    refund_steps,
    terms_of_booking,
)

__all__ = [
    "BookingCard",
    "BookingDetails",
    "CalendarItem",
    "EarnedBooking",
    "HistoryStep",
    "MonthEarnings",
    "PaymentRow",
    "PriceLine",
    "RefundRow",
    "booking_details",
    "calendar_items",
    "card_of",
    "earned_bookings",
    "earnings_by_month",
    "history_of",
    "leaves_of",
    "load_calendar",
    "load_calendars",
    "message_for_owner",
    "outcome_if_cancelled",
    "payable_minutes",
    "payments_of",
    "refund_steps",
    "rules_of",
    "status_for_people",
    "terms_of_booking",
]
