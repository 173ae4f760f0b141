"""What the pieces of an owner's work are shown with: a rail, sums, a chart and a month."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final

from marketplace.styleguide.specimens import tenge

_FIRST_MONDAY: Final = date(2025, 12, 1)
_MONTHS: Final = ((9, 61, 0), (10, 100, 0), (11, 84, 0), (12, 30, 38))
_STEP: Final = 64
_TALLEST: Final = 100


def _links() -> list[SimpleNamespace]:
    ways = (
        ("Today", "sun", None),
        ("Calendar", "calendar-days", None),
        ("Bookings", "inbox", 4),
        ("Venues", "store", None),
    )
    return [
        SimpleNamespace(
            label=label, icon=icon, url="#work", count=count, is_current=label == "Today"
        )
        for label, icon, count in ways
    ]


def _chart() -> SimpleNamespace:
    """Four months, the last one with what its bookings will bring."""
    bars = [
        SimpleNamespace(
            month=date(2025, month, 1),
            earned=tenge((past + ahead) * 5_000),
            short=f"{(past + ahead) * 5}k",
            x=at * _STEP + 12,
            middle=at * _STEP + _STEP // 2,
            width=_STEP - 24,
            top=_TALLEST - past - ahead,
            past=past,
            ahead=ahead,
        )
        for at, (month, past, ahead) in enumerate(_MONTHS)
    ]
    return SimpleNamespace(bars=bars, width=len(bars) * _STEP, height=144, has_ahead=True)


def _weeks() -> list[list[SimpleNamespace]]:
    """Three weeks of a month, as templates/owners/_month.html takes them."""
    counts = {
        4: (("booking", "Booked", "circle-check", 2),),
        9: (("request", "Asked", "clock", 1), ("booking", "Booked", "circle-check", 1)),
        17: (("block", "Blocked", "lock", 1),),
    }
    days = [_FIRST_MONDAY + timedelta(days=number) for number in range(21)]
    cells = [
        SimpleNamespace(
            day=SimpleNamespace(
                date=day,
                in_month=True,
                is_today=day.day == 10,
                is_past=day.day < 10,
                is_closed=day.weekday() == 6,
            ),
            counts=counts.get(day.day, ()),
        )
        for day in days
    ]
    return [cells[at : at + 7] for at in range(0, 21, 7)]


def shown() -> dict[str, Any]:
    """By the names that the guide's templates use."""
    row = {"due": tenge(345_100), "later": tenge(143_650), "next_due": tenge(57_800)}
    due_at = datetime(2025, 12, 16, 9, tzinfo=UTC)
    return {
        "desk": SimpleNamespace(links=_links()),
        "owed": [SimpleNamespace(rows=[SimpleNamespace(**row, next_due_at=due_at)])],
        "chart": _chart(),
        "weeks": _weeks(),
    }
