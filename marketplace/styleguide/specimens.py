"""What the components are shown with: rooms, bookings and people that are nobody's.

Every date lies in the past and every figure is written down, so that two pictures of the guide
differ only where the design does.
"""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, Final

from django.contrib.messages import SUCCESS
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.db.models import Choices
from django.templatetags.static import static

from marketplace.accounts.enums import Role
from marketplace.bookings.enums import BookingStatus
from marketplace.core.money import Money
from marketplace.core.period import Period
from marketplace.core.templatetags.formats import clock
from marketplace.payments.enums import PaymentStatus, RefundStatus
from marketplace.trust.enums import CaseState
from marketplace.venues.enums import EditState, ListingStatus

ZONE: Final = "Asia/Almaty"
_PHOTOS: Final = (
    ("hall", "A hall with tall windows, set for dinner"),
    ("studio", "A studio with easels in the light of the north"),
    ("boardroom", "A long table under a row of lamps"),
)
# Each machine of states whose states are badges, and the badge's component takes.
_STATES: Final[tuple[tuple[str, type[Choices]], ...]] = (
    ("Listing", ListingStatus),
    ("Edit of a listing", EditState),
    ("Review case", CaseState),
    ("Payment", PaymentStatus),
    ("Refund", RefundStatus),
)


def tenge(amount: int) -> Money:
    """So many tenge."""
    return Money.from_major(amount, "KZT")


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 12, day, hour, minute, tzinfo=UTC)


def _photos() -> list[SimpleNamespace]:
    found = []
    for name, words in _PHOTOS:
        src = static(f"styleguide/{name}.webp")
        found.append(
            SimpleNamespace(
                src=src,
                srcset=f"{src} 720w",
                large_src=src,
                width=720,
                height=480,
                alt_text=words,
                dominant_color="#6B5A45",
            )
        )
    return found


def _cards() -> dict[str, SimpleNamespace]:
    """A venue's card in each state."""
    hall, studio, boardroom = _photos()
    plain: dict[str, Any] = {
        "url": "#cards",
        "name": "Dala Hall",
        "district": "Medeu",
        "city": "Almaty",
        "units": 1,
        "capacity": 120,
        "area_m2": 240,
        "price": tenge(45_000),
        "price_suffix": "an hour",
        "is_from": True,
        "cover": hall,
    }
    timed = {"price": tenge(192_000), "price_suffix": "for 4 hours, all included", "is_from": False}
    long = "A studio with north light and a courtyard for two hundred guests"
    return {
        "priced": SimpleNamespace(**plain),
        "timed": SimpleNamespace(**{**plain, **timed, "name": "Boardroom", "cover": boardroom}),
        "instant": SimpleNamespace(**{**plain, "is_instant": True, "name": long, "cover": studio}),
        "promoted": SimpleNamespace(**{**plain, "is_promoted": True}),
        "bare": SimpleNamespace(**{**plain, "cover": None, "name": "No picture yet"}),
        "desks": SimpleNamespace(**{**plain, "units": 40, "capacity": 1, "name": "Open desks"}),
    }


def _booking(status: BookingStatus) -> SimpleNamespace:
    return SimpleNamespace(status=status.value, get_status_display=status.label)


def _badges() -> list[tuple[str, list[tuple[str, str]]]]:
    return [(title, [(it.value, it.label) for it in states]) for title, states in _STATES]


def _month() -> SimpleNamespace:
    """December 2025, with a day of each state."""
    words = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    states = {**dict.fromkeys(range(1, 10), "past"), 15: "closed", 22: "closed", 29: "closed"}
    states |= dict.fromkeys((12, 19, 20, 31), "taken") | dict.fromkeys((13, 17, 26), "partly")
    cells: list[SimpleNamespace | None] = []
    for number in range(1, 32):
        state = states.get(number, "free")
        cells.append(
            SimpleNamespace(
                number=number,
                iso=f"2025-12-{number:02}",
                state=state,
                words=f"{number} December, {state}",
                query="day" if state in {"free", "partly"} else "",
                is_today=number == 10,
                is_chosen=number == 18,
            )
        )
    cells += [None] * 4
    return SimpleNamespace(
        title="December 2025",
        weekdays=[(word[:2], word) for word in words],
        weeks=[cells[at : at + 7] for at in range(0, 35, 7)],
        back_query="",
        on_query="month",
    )


def _owners_week() -> dict[str, Any]:
    """A week of two spaces, as templates/owners/_week.html takes it."""
    days = [
        SimpleNamespace(
            date=date(2025, 12, number),
            is_today=number == 10,
            is_past=number < 10,
            is_closed=number == 14,
            hours=() if number == 14 else ("10:00–22:00",),
        )
        for number in range(8, 15)
    ]
    wedding = {"kind": "booking", "icon": "circle-check", "word": "Booked", "url": "#time"}
    block = {"kind": "block", "icon": "lock", "word": "Blocked", "title": "Painting"}
    entries = {
        (0, 9): [SimpleNamespace(**wedding, times="18:00–22:00", title="Aigerim S.")],
        (0, 12): [SimpleNamespace(**wedding, times="12:00–20:00", title="Madi Y.")],
        (1, 11): [SimpleNamespace(**block, times="10:00–14:00")],
    }
    bars = {(0, 9): (1080, 240), (0, 12): (720, 480), (1, 11): (600, 240)}
    rows = []
    for at, name in enumerate(("Grand Hall", "Winter Garden")):
        cells = []
        for day in days:
            key = (at, day.date.day)
            there = entries.get(key, [])
            shapes = [] if day.is_closed else [SimpleNamespace(start=600, length=720, kind="open")]
            if there:
                start, length = bars[key]
                shapes.append(SimpleNamespace(start=start, length=length, kind=there[0].kind))
            cells.append(SimpleNamespace(day=day, bars=shapes, entries=there))
        rows.append(SimpleNamespace(space=SimpleNamespace(name=name, units=1), cells=cells))
    return {"days": days, "rows": rows}


def _hours() -> SimpleNamespace:
    """Open from nine in the morning at the earliest, until two at night at the latest."""
    week = (("Monday", 600, 720), ("Friday", 600, 960), ("Saturday", 540, 1020), ("Sunday", 0, 0))
    days = [
        SimpleNamespace(
            label=label,
            text=f"{clock(start)}–{clock(start + length)}" if length else "Closed",
            is_today=label == "Friday",
            bars=[(start, length)] if length else [],
        )
        for label, start, length in week
    ]
    return SimpleNamespace(days=days, start=540, length=1080, hours=("09", "15", "21"))


def _money() -> dict[str, Any]:
    return {
        "price": tenge(45_000),
        "lines": [
            {"label": "Time", "note": "4 hours", "amount": tenge(180_000)},
            {"label": "Cleaning", "note": "", "amount": tenge(8_000)},
            {"label": "Service fee", "note": "", "amount": tenge(9_400)},
        ],
        "total": tenge(197_400),
        "refunds": [
            {"until": "until Sat 6 Dec, 18:00", "text": "197 400 ₸", "kind": "good"},
            {"until": "until Fri 12 Dec, 18:00", "text": "98 700 ₸", "kind": "warning"},
            {"until": "after that", "text": "nothing", "kind": "danger"},
        ],
    }


def _timeline() -> list[dict[str, Any]]:
    return [
        {"title": "Confirmed", "at": _at(2, 9, 30), "kind": "good", "by": "JoyTop"},
        {"title": "Paid", "at": _at(2, 9, 29), "text": "Visa •••• 4242"},
        {"title": "Accepted", "at": _at(2, 9), "kind": "info", "by": "Daniyar"},
        {"title": "Asked", "at": _at(1, 14), "kind": "warning", "text": "With a cake of ours?"},
        {"title": "Declined", "at": _at(1, 8), "kind": "danger"},
    ]


def _ways() -> dict[str, Any]:
    """Steps, tabs, crumbs and pages."""
    steps = ("Basics", "Spaces and prices", "Hours", "Photos", "Terms")
    return {
        "steps": [
            {"label": label, "url": "#navigation" if at < 3 else "", "is_done": at < 2}
            | {"is_current": at == 2}
            for at, label in enumerate(steps)
        ],
        "tabs": [
            {"label": "Requests", "url": "#navigation", "count": 3, "is_current": True},
            {"label": "Upcoming", "url": "#navigation", "count": 12},
            {"label": "Past", "url": "#navigation", "count": None},
            {"label": "Cancelled", "url": "#navigation", "count": 0},
        ],
        "crumbs": [
            {"label": "Almaty", "url": "#navigation"},
            {"label": "Event halls", "url": "#navigation"},
            {"label": "Dala Hall"},
        ],
        "pages": Paginator(range(200), 10).page(7),
    }


def shown() -> dict[str, Any]:
    """Everything that the guide shows, by the names that its templates use."""
    until = _at(13, 12)
    return {
        "zone": ZONE,
        "photos": _photos(),
        "cards": _cards(),
        "badges": _badges(),
        "bookings": [_booking(status) for status in BookingStatus],
        "period": Period(_at(13, 13), _at(13, 17)),
        "month": _month(),
        "week": _owners_week(),
        "owned": SimpleNamespace(pk=1),
        "hours": _hours(),
        "timeline": _timeline(),
        "held": {"until": until, "now": _at(13, 11, 46)},
        "member": SimpleNamespace(
            name="Aigerim Sadykova", is_authenticated=True, is_moderator=True, role=Role.MODERATOR
        ),
        "answer": Message(SUCCESS, "Your profile is saved."),
        "languages": [("en", "English"), ("ru", "Русский"), ("kk", "Қазақша")],
        **_money(),
        **_ways(),
    }
