"""The calendar against a walk through every minute, on days when clocks change and others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from marketplace.bookings.availability import Calendar, Refusal, SpaceRules
from marketplace.bookings.tests.brute_force import DAYS, MINUTES, World
from marketplace.core.period import Period

# The middle one of five days is the one that matters: clocks change, or they do not.
PLACES = [
    ("Europe/Berlin", date(2027, 3, 26)),
    ("Europe/Berlin", date(2026, 10, 23)),
    ("America/New_York", date(2027, 3, 12)),
    ("America/New_York", date(2026, 10, 30)),
    ("America/Santiago", date(2026, 9, 4)),  # at midnight
    ("Australia/Lord_Howe", date(2027, 4, 2)),  # by half an hour
    ("Asia/Almaty", date(2026, 12, 12)),
]


def on_grid(low: int, high: int, step: int = 15) -> st.SearchStrategy[int]:
    return st.integers(low // step, high // step).map(lambda steps: steps * step)


stretches = st.tuples(st.integers(1, 7), on_grid(0, 1425), on_grid(15, 1440)).map(
    lambda it: (it[0], it[1], it[1] + it[2])
)
all_week = st.just([(day, 0, 1440) for day in range(1, 8)])
nights = st.tuples(on_grid(1080, 1380), on_grid(1500, 1800)).map(
    lambda it: [(day, *it) for day in range(1, 8)]
)
hours = st.one_of(all_week, nights, st.lists(stretches, min_size=1, max_size=9))


@st.composite
def units(draw: st.DrawFn) -> list[tuple[int, int]]:
    """What is taken of one unit: stretches in order that never overlap, but may touch."""
    lengths = draw(st.lists(st.tuples(on_grid(0, 720), on_grid(15, 600)), max_size=6))
    found, at = [], draw(on_grid(0, 2880))
    for gap, length in lengths:
        found.append((at + gap, at + gap + length))
        at += gap + length
    return found


@st.composite
def worlds(draw: st.DrawFn) -> World:
    zone, first = draw(st.sampled_from(PLACES))
    return World(
        zone=zone,
        first=first,
        hours=draw(hours),
        minimum=draw(on_grid(30, 480, 30)),
        granularity=draw(st.sampled_from([15, 30, 60])),
        before=draw(on_grid(0, 90)),
        after=draw(on_grid(0, 90)),
        lead=draw(st.sampled_from([0, 60, 120, 1440])),
        horizon_days=draw(st.sampled_from([1, 2, 365])),
        now=draw(st.one_of(st.just(0), st.integers(0, MINUTES // 2))),
        taken=draw(st.lists(st.lists(units(), min_size=1, max_size=3), min_size=1, max_size=2)),
    )


def instant(world: World, minute: int) -> datetime:
    return datetime(*world.first.timetuple()[:3], tzinfo=UTC) + timedelta(minutes=minute)


def period(world: World, start: int, end: int) -> Period:
    return Period(instant(world, start), instant(world, end))


def calendar_of(world: World) -> Calendar:
    rules = SpaceRules(
        time_zone=world.zone,
        hours=tuple(world.hours),
        minimum_minutes=world.minimum,
        granularity_minutes=world.granularity,
        buffer_before=timedelta(minutes=world.before),
        buffer_after=timedelta(minutes=world.after),
        lead=timedelta(minutes=world.lead),
        instant=timedelta(0),
        horizon_days=world.horizon_days,
        asks_first=False,
        capacity=10,
        leaves=tuple((leaf, len(units)) for leaf, units in enumerate(world.taken)),
    )
    taken = {
        (leaf, number): [period(world, *stretch) for stretch in unit]
        for leaf, units in enumerate(world.taken)
        for number, unit in enumerate(units, start=1)
    }
    return Calendar(rules, taken, instant(world, world.now), period(world, 0, MINUTES))


def night(zone: str, first: date, hours: tuple[int, int]) -> World:
    return World(
        zone=zone,
        first=first,
        hours=[(day, hours[0] * 60, hours[1] * 60) for day in range(1, 8)],
        minimum=120,
        granularity=30,
        before=30,
        after=30,
        lead=0,
        horizon_days=365,
        now=0,
        taken=[[[(3000, 3060)]]],
    )


def on_changing_nights(test: Callable[[World], None]) -> Callable[[World], None]:
    """Nights over the change, and hours that begin or end where the clocks jump."""
    for place in PLACES:
        for open_hours in ((20, 28), (2, 10), (18, 26), (0, 24)):
            test = example(world=night(*place, open_hours))(test)
    return test


@given(
    world=worlds(),
    start=on_grid(0, MINUTES - 960),
    length=on_grid(15, 900),
    off=st.sampled_from([0, 0, 0, 1, 7]),
)
def test_what_the_calendar_lets_through_is_what_every_minute_lets_through(
    world: World, start: int, length: int, off: int
) -> None:
    start += off

    refusal = calendar_of(world).refusal(period(world, start, start + length))

    assert (refusal is None) == world.is_bookable(start, start + length)
    taken_alone = world.obeys_rules(start, start + length) and not world.is_bookable(
        start, start + length
    )
    assert (refusal is Refusal.TAKEN) == taken_alone


@on_changing_nights
@given(world=worlds())
def test_starts_and_ends_are_those_that_every_minute_lets_through(world: World) -> None:
    calendar = calendar_of(world)
    day = world.first + timedelta(days=2)

    starts = calendar.starts(day)

    free = [
        minute
        for minute in world.minutes_of(day)
        if world.is_bookable(minute, minute + world.shortest)
    ]
    assert list(starts) == [instant(world, minute) for minute in free]
    for minute in [*free[:1], *free[-1:], *free[len(free) // 2 :][:1]]:
        assert list(calendar.ends(instant(world, minute))) == [
            instant(world, end)
            for end in range(minute + world.granularity, minute + 1441, world.granularity)
            if world.is_bookable(minute, end)
        ]


@on_changing_nights
@given(world=worlds())
def test_days_say_what_their_minutes_say(world: World) -> None:
    # The first and the last day look over the edge of what is known.
    first, last = world.first + timedelta(days=1), world.first + timedelta(days=DAYS - 2)

    days = calendar_of(world).days(first, last)

    assert [(day.date, day.state) for day in days] == [
        (first + timedelta(days=number), world.state(first + timedelta(days=number)))
        for number in range(DAYS - 2)
    ]


@given(world=worlds(), start=on_grid(1440, 4320), steps=st.integers(1, 12))
def test_nearest_are_free_and_no_nearer_one_is_left_out(
    world: World, start: int, steps: int
) -> None:
    length = steps * world.granularity
    wanted = period(world, start, start + length)

    nearest = calendar_of(world).nearest(wanted)

    calendar = calendar_of(world)
    assert [calendar.refusal(it) for it in nearest] == [None] * len(nearest)
    length = max(length, world.shortest)
    assert {it.duration for it in nearest} <= {timedelta(minutes=length)}
    assert len(set(nearest)) == len(nearest) <= 3
    same_day = [
        abs(minute - start)
        for minute in world.minutes_of(world.wall[start].date())
        if world.is_bookable(minute, minute + length)
    ]
    if same_day:
        assert abs(nearest[0].start - wanted.start) == timedelta(minutes=min(same_day))
    anywhere = any(world.is_bookable(it, it + length) for it in range(0, MINUTES - length, 15))
    assert bool(nearest) == anywhere
