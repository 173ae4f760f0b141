"""A venue's page in words: hours, spaces, amenities, and the rule for cancelling."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from marketplace.core.money import Money
from marketplace.core.templatetags.formats import clock, length_in_words
from marketplace.pricing.cancellation import GRACE_HOURS, GRACE_LEAD_HOURS, terms_of, time_ahead
from marketplace.pricing.quote import from_price
from marketplace.venues.enums import AmenityGroup, Weekday
from marketplace.venues.models import Amenity, OpeningHours, Space, Venue, VenuePhoto
from marketplace.venues.week import MINUTES_A_DAY

_QUARTER: Final = MINUTES_A_DAY // 4
# What guests count on until they are told otherwise, and what they ask leave for.
_COUNTED_ON: Final = frozenset(
    {"wifi", "air-conditioning", "heating", "restroom", "parking", "step-free", "lift"}
)
_REFUSALS: Final = {
    "own-catering": _lazy("No own catering"),
    "own-alcohol": _lazy("No own alcohol"),
    "pets": _lazy("No pets"),
}


@dataclass(frozen=True, slots=True)
class DayHours:
    """A weekday's row of the week chart.

    `bars` are (start, length) in minutes since its midnight; a night's goes on past 1440.
    """

    label: str
    text: str
    is_today: bool
    bars: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Sunday on one scale: `length` minutes from minute `start`, with its hours named."""

    days: tuple[DayHours, ...]
    start: int
    length: int
    hours: tuple[str, ...]

    @property
    def today(self) -> DayHours:
        """The day that it is where the venue is."""
        return next(day for day in self.days if day.is_today)


@dataclass(frozen=True, slots=True)
class SpaceOffer:
    """A space with its "from" price an hour (None while it has no rate)."""

    space: Space
    price: Money | None
    minimum: str


@dataclass(frozen=True, slots=True)
class AmenityList:
    """The amenities of one group; `are_missing`: what one may look for here in vain."""

    label: str
    amenities: tuple[Amenity, ...]
    are_missing: bool = False


@dataclass(frozen=True, slots=True)
class Permission:
    """Something that guests ask leave for, and whether they are refused it."""

    amenity: Amenity
    is_refused: bool

    @property
    def label(self) -> str:
        """`Pets welcome` or `No pets`."""
        return str(_REFUSALS[self.amenity.slug]) if self.is_refused else self.amenity.label


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """What comes back to who cancels in this stretch of time. `kind` colours the line."""

    until: str
    text: str
    kind: str


def week_of(venue: Venue, *, today: int) -> Week:
    """Monday to Sunday; `today` is the ISO weekday where the venue is.

    The scale goes from before the earliest opening until after the latest closing, in quarters of
    a day: a night reads on past midnight, and nothing seems to open at 00:00.
    """
    hours = sorted(venue.opening_hours.all(), key=lambda it: it.opens_minute)
    start = min((it.opens_minute for it in hours), default=0) // _QUARTER * _QUARTER
    end = max((it.closes_minute for it in hours), default=MINUTES_A_DAY)
    end += -end % _QUARTER
    return Week(
        days=tuple(
            DayHours(
                label=str(day.label),
                text=hours_in_words([it for it in hours if it.weekday == day]),
                is_today=day == today,
                bars=tuple(
                    (it.opens_minute, it.closes_minute - it.opens_minute)
                    for it in hours
                    if it.weekday == day
                ),
            )
            for day in Weekday
        ),
        start=start,
        length=end - start,
        hours=tuple(clock(minute)[:2] for minute in range(start, end + 1, _QUARTER)),
    )


def hours_in_words(hours: list[OpeningHours]) -> str:
    """`10:00–13:00, 14:00–02:00`; a day without a gap is open around the clock."""
    if not hours:
        return _("Closed")
    if sum(it.closes_minute - it.opens_minute for it in hours) == MINUTES_A_DAY:
        return _("Around the clock")
    return ", ".join(f"{clock(it.opens_minute)}–{clock(it.closes_minute)}" for it in hours)


def spaces_of(venue: Venue) -> list[SpaceOffer]:
    """The spaces in the owner's order. Pictures belong to the venue, so none stands beside one."""
    return [
        SpaceOffer(
            space=space,
            price=from_price(space) if space.hourly_rate_minor is not None else None,
            minimum=length_in_words(space.minimum_minutes),
        )
        for space in venue.spaces.all()
    ]


def amenities_of(venue: Venue, known: Iterable[Amenity]) -> list[AmenityList]:
    """What it has, by group; groups without anything are left out.

    Last comes what people count on and do not find here, for a listing that says anything at all.
    What is a matter of leave is left to `permissions_of`.
    """
    here = [it for it in venue.amenities.all() if it.slug not in _REFUSALS]
    groups = [
        AmenityList(str(group.label), tuple(it for it in here if it.group == group))
        for group in AmenityGroup
    ]
    missing = AmenityList(
        _("Not here"),
        tuple(it for it in known if it.slug in _COUNTED_ON and it not in here),
        are_missing=True,
    )
    return [group for group in [*groups, missing] if here and group.amenities]


def permissions_of(venue: Venue, known: Iterable[Amenity]) -> list[Permission]:
    """What is allowed, then what is not, for a listing that says anything of the kind."""
    here = set(venue.amenities.all())
    asked = [Permission(it, it not in here) for it in known if here and it.slug in _REFUSALS]
    return sorted(asked, key=lambda permission: permission.is_refused)


def policy_steps(policy: str) -> list[PolicyStep]:
    """The venue's cancellation policy as a line in time, from booking to start."""
    terms = terms_of(policy)
    steps = [
        PolicyStep(
            _("Until %(time)s before the start") % {"time": time_ahead(terms.full_until)},
            _("Everything comes back, the service fee too."),
            "good",
        )
    ]
    if terms.half_until is not None:
        steps.append(
            PolicyStep(
                _("Until %(time)s before the start") % {"time": time_ahead(terms.half_until)},
                _("Half comes back, and the cleaning fee. The service fee stays."),
                "warning",
            )
        )
    last = PolicyStep(_("After that"), _("Only the cleaning fee comes back."), "danger")
    return [*steps, last]


def free_cancellation(policy: str) -> str:
    """Until when everything comes back, in a few words: `7 days before`."""
    return _("%(time)s before") % {"time": time_ahead(terms_of(policy).full_until)}


def policy_grace() -> str:
    """The time after a booking in which one may think again."""
    return _(
        "And within %(grace)s hours of booking everything comes back, whatever the policy, "
        "if the start is at least %(lead)s hours away."
    ) % {"grace": GRACE_HOURS, "lead": GRACE_LEAD_HOURS}


def structured_data(
    venue: Venue, *, url: str, photos: list[VenuePhoto], site_url: str
) -> dict[str, Any]:
    """The page for search engines (schema.org): what strangers may know, and no more."""
    region = {"addressRegion": venue.district.label} if venue.district else {}
    return {
        "@context": "https://schema.org",
        "@type": "EventVenue",
        "@id": url,
        "url": url,
        "name": venue.name,
        "description": venue.summary or venue.description,
        "image": [absolute(photo.large_src, site_url) for photo in photos],
        "maximumAttendeeCapacity": max((it.capacity for it in venue.spaces.all()), default=0),
        "address": {
            "@type": "PostalAddress",
            "addressLocality": venue.city.label,
            "addressCountry": venue.city.country,
            **region,
        },
        "openingHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": f"https://schema.org/{Weekday(it.weekday).name.title()}",
                "opens": clock(it.opens_minute),
                # 24:00 is no time there; the last minute of the day is.
                "closes": "23:59" if it.closes_minute == MINUTES_A_DAY else clock(it.closes_minute),
            }
            for it in venue.opening_hours.all()
        ],
    }


def absolute(address: str, site_url: str) -> str:
    """A picture's address from anywhere; a bucket's is absolute already."""
    return f"{site_url}{address}" if address.startswith("/") else address
