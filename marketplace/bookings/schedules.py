"""Work of this room that comes round by the clock."""

from marketplace.core.schedules import Periodic, register

register(Periodic("bookings: sweep", "marketplace.bookings.tasks.sweep", minutes=1))
