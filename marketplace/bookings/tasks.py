"""Jobs of the background worker. Each delegates at once."""

from django.utils import timezone

from marketplace.bookings import services


def sweep() -> dict[str, int]:
    """Ends what has run out, reminds, and completes what is over. How many of each."""
    now = timezone.now()
    return {
        "holds": services.expire_holds(now=now),
        "requests": services.expire_requests(now=now),
        "reminders": services.remind_of_requests(now=now),
        "completed": services.complete_bookings(now=now),
    }
