"""Reads of the bookings room that go over several models."""

from marketplace.bookings.selectors.calendars import (
    leaves_of,
    load_calendar,
    load_calendars,
    rules_of,
)

__all__ = ["leaves_of", "load_calendar", "load_calendars", "rules_of"]
