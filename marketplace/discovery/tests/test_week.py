from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from marketplace.discovery.week import day_start, open_week
from marketplace.venues.week import MINUTES_A_DAY, MINUTES_A_WEEK

SUNDAY = 7
STEP = 30

# (weekday, opens, closes) on a grid of half hours; nights and 24 hours included.
stretches = st.tuples(
    st.integers(min_value=1, max_value=7),
    st.integers(min_value=0, max_value=47),
    st.integers(min_value=1, max_value=48),
).map(lambda it: (it[0], it[1] * STEP, (it[1] + it[2]) * STEP))
all_day = st.integers(min_value=1, max_value=7).map(lambda day: (day, 0, MINUTES_A_DAY))
weeks = st.lists(st.one_of(stretches, all_day), max_size=10)


def is_open_at(hours: list[tuple[int, int, int]], minute: int) -> bool:
    """Whether this minute of an endless row of equal weeks is open, by looking at each stretch."""
    return any(
        ((minute - (weekday - 1) * MINUTES_A_DAY - opens) % MINUTES_A_WEEK) < closes - opens
        for weekday, opens, closes in hours
    )


@given(
    hours=weeks,
    start=st.integers(min_value=0, max_value=MINUTES_A_WEEK // STEP - 1).map(lambda it: it * STEP),
    length=st.integers(min_value=1, max_value=48).map(lambda it: it * STEP),
)
@example(hours=[(SUNDAY, 20 * 60, 28 * 60)], start=60, length=120)
@example(hours=[(SUNDAY, 20 * 60, 28 * 60)], start=6 * MINUTES_A_DAY + 23 * 60, length=180)
@example(hours=[(SUNDAY, 0, 1440), (1, 0, 1440)], start=6 * MINUTES_A_DAY, length=1440)
@example(hours=[(day, 0, 1440) for day in range(1, 8)], start=6 * MINUTES_A_DAY + 1410, length=1440)
def test_open_week_covers_what_is_open_minute_by_minute(
    hours: list[tuple[int, int, int]], start: int, length: int
) -> None:
    covered = any(low <= start and start + length <= high for low, high in open_week(hours))

    assert covered == all(
        is_open_at(hours, minute) for minute in range(start, start + length, STEP)
    )


@given(hours=weeks)
def test_open_week_is_in_order_and_joined(hours: list[tuple[int, int, int]]) -> None:
    week = open_week(hours)

    ends = [end for stretch in week for end in stretch]
    assert ends == sorted(set(ends))


def test_open_week_of_always_open_is_one_stretch() -> None:
    assert open_week((day, 0, MINUTES_A_DAY) for day in range(1, 8)) == [(0, 2 * MINUTES_A_WEEK)]


def test_open_week_of_never_open_is_empty() -> None:
    assert open_week([]) == []


def test_night_over_sunday_stands_at_both_ends_of_the_first_week() -> None:
    assert open_week([(SUNDAY, 22 * 60, 26 * 60)]) == [
        (0, 2 * 60),
        (MINUTES_A_WEEK - 2 * 60, MINUTES_A_WEEK + 2 * 60),
        (2 * MINUTES_A_WEEK - 2 * 60, 2 * MINUTES_A_WEEK),
    ]


@pytest.mark.parametrize(
    ("day", "minute"),
    [(date(2026, 12, 7), 0), (date(2026, 12, 12), 7200), (date(2026, 12, 13), 8640)],
)
def test_day_starts_at_its_minute_of_the_week(day: date, minute: int) -> None:
    assert day_start(day) == minute
