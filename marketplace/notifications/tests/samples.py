"""Made-up facts, as real as they get, for every kind that the site tells people about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from marketplace.notifications.kinds import NotificationKind, registered_kinds

NOW: Final = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
SITE: Final = "https://joytop.example"

_BOOKING: Final[dict[str, Any]] = {
    "reference": "AB12CD34EF",
    "venue": "Dala Hall at Kok-Tobe",
    "space": "Grand Hall",
    "starts_at": "2026-12-12T13:00:00+00:00",
    "ends_at": "2026-12-12T17:00:00+00:00",
    "zone": "Asia/Almaty",
    "guests": 60,
    "currency": "KZT",
    "total_minor": 192_000_00,
    "answer_by": "2026-12-02T09:00:00+00:00",
    "reason": "",
    "needs_approval": True,
    "venue_path": "/venues/dala-hall-at-kok-tobe/",
    "search_path": "/search/",
    "path": "/bookings/AB12CD34EF/",
    "address": "12 Abay Avenue, door 3, second floor",
    "host_name": "Dala Spaces LLP",
    "host_phone": "+7 701 000 00 02",
    "refund_minor": 96_000_00,
    "kept_minor": 81_600_00,
    "ended_by": "renter",
    "was_confirmed": True,
}
_OWNERS: Final = _BOOKING | {
    "path": "/owner/bookings/AB12CD34EF/",
    "renter": "Aigerim Sadykova",
    "renter_phone": "+7 701 000 00 03",
    "message": "A 30th birthday: we bring a cake and a band.\nMay we come at 17:30 to decorate?",
    "purpose": "Party or celebration",
    "share_minor": 163_200_00,
    "commission_minor": 28_800_00,
    "commission_percent": "15",
}
_LISTING: Final[dict[str, Any]] = {
    "venue": "Dala Hall at Kok-Tobe",
    "owner_path": "/owner/venues/7/",
    "public_path": "/venues/dala-hall-at-kok-tobe/",
    "items": [
        "Show the entrance from the street: people look for it in the dark.",
        "The ceiling is given as 42 m. Is it 4.2 m?",
    ],
    "reasons": ["The photos are not of this place"],
    "note": "The hall is beautiful. With these two changes it goes up today.",
}
_ENQUIRY: Final[dict[str, Any]] = {
    "name": "Gulnara Tulegenova",
    "email": "gulnara@mail.example",
    "subject_line": "An invoice for our company",
    "message": "Good afternoon.\nCan we pay for the hall by invoice, from a company's account?",
    "answer": "Hello Gulnara,\n\nnot yet, but soon: we will write to you as soon as it works.",
    "author": "Saule",
    "path": "/contact/",
}
_ACCOUNT: Final[dict[str, Any]] = {
    "code": "314159",
    "minutes": 15,
    "ending": "0000",
    "url": f"{SITE}/accounts/signup/",
    "subject": "Your login code",
    "text": "Somebody asked to log in with this address.\n\nWas it not you? Do nothing.",
}
# Facts of a kind that change which words are chosen, each under a name of its own.
_ALSO: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "bookings.declined": {"with a reason": {"reason": "We repair the floor that week."}},
    "bookings.cancelled": {
        "nothing back": {"refund_minor": 0},
        "a request": {"was_confirmed": False, "refund_minor": 0},
    },
    "bookings.called_off": {
        "by the owner": {"ended_by": "owner", "reason": "A pipe burst, the hall is under water."},
        "a request": {"was_confirmed": False, "ended_by": "platform"},
    },
    "bookings.paid_too_late": {"instant": {"needs_approval": False}},
    "bookings.owner_requested": {"without words": {"message": ""}},
    "bookings.owner_cancelled": {
        "by the team": {"ended_by": "owner", "reason": "A pipe burst."},
        "by the platform": {"ended_by": "platform", "reason": ""},
        "a request": {"was_confirmed": False},
        "a request by the platform": {"was_confirmed": False, "ended_by": "platform"},
    },
}


def samples() -> Iterator[tuple[str, NotificationKind, dict[str, Any]]]:
    """A name, a kind, and facts, for every kind of every room and each way it may read."""
    for code, kind in registered_kinds().items():
        facts = _facts_of(code)
        yield code, kind, facts
        for name, more in _ALSO.get(code, {}).items():
            yield f"{code}, {name}", kind, facts | more


def _facts_of(code: str) -> dict[str, Any]:
    room, _, what = code.partition(".")
    if room == "bookings":
        return dict(_OWNERS if what.startswith("owner_") else _BOOKING)
    return dict({"venues": _LISTING, "trust": _ENQUIRY, "accounts": _ACCOUNT}[room])
