"""The picker on a venue's page: a month, the times of a day, and the price of what is chosen."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.bookings.availability import Calendar, around
from marketplace.bookings.models import Booking
from marketplace.bookings.selectors import load_calendar
from marketplace.core.days import short_day, short_weekday
from marketplace.core.money import Money
from marketplace.core.period import Period
from marketplace.core.templatetags.formats import length_in_words, when_between
from marketplace.pricing.quote import from_price, quote_for
from marketplace.pricing.refunds import refund_schedule, terms_of_quote
from marketplace.storefront.booking_words import (
    PriceLine,
    RefundStep,
    refund_steps,
)
from marketplace.storefront.forms.booking import SlotForm
from marketplace.storefront.month import Month, month_of, next_month
from marketplace.storefront.slot_url import Choice, choice_url, instant, slot_choice
from marketplace.storefront.venue_words import SpaceOffer, spaces_of
from marketplace.venues.models import Space, Venue


@dataclass(frozen=True, slots=True)
class TimeOption:
    """A start or an end that can be chosen."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FreeTime:
    """Another time of the same length that is free."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why it cannot be booked so, in a sentence, and what can; a link where that helps.

    `may_go_on`: it can be booked all the same, once that is read.
    """

    text: str
    nearest: tuple[Period, ...] = ()
    url: str = ""
    action: str = ""
    may_go_on: bool = False


@dataclass(frozen=True, slots=True)
class Price:
    """What the chosen slot costs, and what comes back until when."""

    lines: tuple[PriceLine, ...]
    total: Money
    needs_approval: bool
    refunds: tuple[RefundStep, ...]


@dataclass(frozen=True, slots=True)
class Picker:
    """All that the picker shows. `price` is there when the slot can be booked exactly so."""

    choice: Choice
    offers: tuple[SpaceOffer, ...]
    month: Month
    day: str
    starts: tuple[TimeOption, ...]
    ends: tuple[TimeOption, ...]
    slot: str
    price: Price | None
    trouble: Trouble | None
    nearest: tuple[FreeTime, ...]

    @property
    def is_open(self) -> bool:
        """Whether the month is unfolded: until a day is chosen, or while one leafs through."""
        return self.choice.day is None or self.choice.is_month_asked

    @property
    def offer(self) -> SpaceOffer:
        """The space that the picker shows, with its "from" price."""
        return next(offer for offer in self.offers if offer.space == self.choice.space)

    @property
    def hold_minutes(self) -> int:
        """For how long a booked time is held until it is paid."""
        return settings.HOLD_MINUTES

    @property
    def start(self) -> str:
        """The chosen start as forms send it."""
        return instant(self.choice.start, self.choice.zone)

    @property
    def end(self) -> str:
        """The chosen end as forms send it."""
        return instant(self.choice.end, self.choice.zone)


def read(data: Mapping[str, Any], *, venue: Venue, lenient: bool = False) -> SlotForm | None:
    """What an address or a form says, looked through; None where nothing can be booked.

    Where no space is chosen, it is the one that costs the least an hour of those that hold as many
    guests; where nothing is, it is the largest. Takes no query.
    """
    spaces = [space for space in venue.spaces.all() if space.hourly_rate_minor is not None]
    if not venue.is_published or not spaces:
        return None
    spaces.sort(key=from_price)
    form = SlotForm(data, venue=venue, spaces=spaces, lenient=lenient)
    form.is_valid()
    return form


def pick(
    data: Mapping[str, Any],
    *,
    venue: Venue,
    now: dt.datetime,
    trouble: Trouble | None = None,
    lenient: bool = False,
) -> Picker | None:
    """The picker for what an address or a form says; None where nothing can be booked.

    Takes the queries of one calendar, whatever is chosen. A start without an end gets the
    shortest that it can have; so does, when `lenient`, one whose end does not fit. What cannot be
    booked is a problem in words, with free times near it; `trouble` comes from somewhere else.
    """
    form = read(data, venue=venue, lenient=lenient)
    if form is None:
        return None
    choice = form.choice(now=now)
    if trouble is None and form.errors:
        trouble = _trouble_with(form, choice)
    return _build(choice, now, trouble, lenient=lenient)


def _trouble_with(form: SlotForm, choice: Choice) -> Trouble:
    """What cannot be read or is too much; to more guests than fit, the space that holds them."""
    larger = form.space_for(choice.guests) if "guests" in form.errors else None
    if larger is None:
        return Trouble(form.problem())
    label = _("See %(space)s, up to %(capacity)s guests")
    return Trouble(
        form.problem(),
        url=choice_url(replace(choice, space=larger)),
        action=label % {"space": larger.name, "capacity": larger.capacity},
    )


def _build(choice: Choice, now: dt.datetime, trouble: Trouble | None, *, lenient: bool) -> Picker:
    calendar = _calendar(choice, now)
    starts = calendar.starts(choice.day) if choice.day else ()
    ends = calendar.ends(choice.start) if choice.start else ()
    if ends and (choice.end is None or (lenient and choice.end not in ends)):
        choice = replace(choice, end=ends[0])
    period = _period(choice)
    refusal = calendar.refusal(period) if period else None
    if period and refusal:
        trouble = trouble or Trouble(str(refusal.label))
        trouble = replace(trouble, nearest=trouble.nearest or calendar.nearest(period))
    can_be_had = period is not None and refusal is None
    return Picker(
        choice=choice,
        offers=tuple(offer for offer in spaces_of(choice.venue) if offer.price),
        month=month_of(choice, calendar, now=now),
        day=short_day(choice.day) if choice.day else "",
        starts=_options(starts, choice.start, choice),
        ends=_options(ends, choice.end, choice),
        slot=when_between(period, choice.venue.time_zone) if can_be_had else "",
        price=price_of(choice, period, calendar, now)
        if period and can_be_had and (trouble is None or trouble.may_go_on)
        else None,
        trouble=trouble,
        nearest=free_times(choice, trouble.nearest) if trouble else (),
    )


def _calendar(choice: Choice, now: dt.datetime) -> Calendar:
    """What is taken in the month shown and around what is chosen; what is over is not asked."""
    first, after = _midnight(choice.month, choice), _midnight(next_month(choice.month), choice)
    if choice.day:
        chosen = _midnight(choice.day, choice)
        wide = around(Period(chosen, chosen + dt.timedelta(days=2)))
        first, after = min(first, wide.start), max(after, wide.end)
    first = max(first, now)
    last = now + dt.timedelta(days=choice.space.horizon_days + 30)
    after = max(min(after, last), first + dt.timedelta(days=1))
    return load_calendar(choice.space, window=Period(first, after), now=now)


def _period(choice: Choice) -> Period | None:
    """The slot that is asked for; without an end, the shortest."""
    if choice.start is None:
        return None
    shortest = dt.timedelta(minutes=choice.space.minimum_minutes)
    return Period(choice.start, choice.end or choice.start + shortest)


def price_of(choice: Choice, period: Period, calendar: Calendar, now: dt.datetime) -> Price:
    """The whole price of the slot in lines, and the dates until which money comes back."""
    minutes = int(period.duration.total_seconds()) // 60
    quote = quote_for(space=choice.space, minutes=minutes)
    terms = terms_of_quote(quote, policy=choice.venue.cancellation_policy, starts_at=period.start)
    length = length_in_words(minutes)
    return Price(
        lines=tuple(
            PriceLine(str(line.label), length if line.code == "time" else "", line.amount)
            for line in quote.lines
        ),
        total=quote.total,
        needs_approval=calendar.needs_approval(period),
        refunds=refund_steps(refund_schedule(terms, now=now), zone=choice.venue.time_zone),
    )


def free_times(choice: Choice, periods: Iterable[Period]) -> tuple[FreeTime, ...]:
    """Other slots as links that choose them, for as many guests."""
    return tuple(
        FreeTime(
            when_between(period, choice.venue.time_zone),
            choice_url(slot_choice(choice.space, period, guests=choice.guests)),
        )
        for period in periods
    )


def _options(
    moments: Iterable[dt.datetime], chosen: dt.datetime | None, choice: Choice
) -> tuple[TimeOption, ...]:
    """Times of the venue's clock; the day is named past midnight, the offset where one recurs."""
    local = [timezone.localtime(moment, choice.zone) for moment in moments]
    seen = Counter(moment.replace(tzinfo=None, fold=0) for moment in local)
    options = []
    for moment in local:
        label = f"{moment:%H:%M}"
        if moment.date() != choice.day:
            label = f"{label}, {short_weekday(moment)}"
        if seen[moment.replace(tzinfo=None, fold=0)] > 1:
            label = f"{label} ({moment:%Z})"
        options.append(TimeOption(instant(moment, choice.zone), label, moment == chosen))
    return tuple(options)


def _midnight(day: dt.date, choice: Choice) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=choice.zone)


def with_own_hold(picker: Picker, visitor: User | AnonymousUser, *, now: dt.datetime) -> Picker:
    """The same; to whom it is who holds the time that is in the way, it says so and leads on.

    Takes one query, for members to whom something is refused.
    """
    asked = _period(picker.choice)
    if picker.trouble is None or asked is None or not isinstance(visitor, User):
        return picker
    own = Booking.objects.of_renter(visitor).held_still(now).within(asked)
    hold = own.of_venue(picker.choice.venue.pk).first()
    if hold is None:
        return picker
    trouble = Trouble(
        _("You are holding this time yourself. It waits for your payment."),
        url=reverse("storefront:checkout", args=[hold.reference]),
        action=_("Go on to pay"),
    )
    return replace(picker, trouble=trouble, nearest=())


def is_free(space: Space, period: Period, *, now: dt.datetime) -> bool:
    """Whether this very slot can be booked now. Takes the queries of one calendar."""
    return load_calendar(space, window=period, now=now).refusal(period) is None
