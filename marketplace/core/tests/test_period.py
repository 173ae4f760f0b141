from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.period import Period

NOON = datetime(2026, 12, 12, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOURS = st.integers(min_value=0, max_value=40)


def hours(start: int, end: int) -> Period:
    return Period(NOON + start * HOUR, NOON + end * HOUR)


PERIODS = st.tuples(HOURS, HOURS).filter(lambda pair: pair[0] < pair[1]).map(lambda p: hours(*p))


def test_period_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        Period(datetime(2026, 1, 1), datetime(2026, 1, 2, tzinfo=UTC))  # noqa: DTZ001


@pytest.mark.parametrize("length", [0, -1])
def test_period_ends_after_it_starts(length: int) -> None:
    with pytest.raises(ValueError, match="ends after"):
        Period(NOON, NOON + length * HOUR)


def test_duration_counts_real_hours_when_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    night = Period(
        datetime(2026, 10, 25, 0, tzinfo=berlin), datetime(2026, 10, 25, 6, tzinfo=berlin)
    )

    assert night.duration == 7 * HOUR


def test_periods_of_the_same_instants_are_equal_in_any_zone() -> None:
    almaty = ZoneInfo("Asia/Almaty")

    assert Period(NOON.astimezone(almaty), NOON + HOUR) == hours(0, 1)


def test_periods_that_touch_do_not_overlap() -> None:
    assert not hours(0, 1).overlaps(hours(1, 2))
    assert hours(0, 2).overlaps(hours(1, 3))


def test_period_contains_its_start_and_not_its_end() -> None:
    period = hours(0, 2)

    assert period.contains(NOON)
    assert not period.contains(NOON + 2 * HOUR)
    assert period.contains(hours(0, 2))
    assert not period.contains(hours(0, 3))


@given(PERIODS, PERIODS)
def test_overlap_is_mutual_and_means_a_common_part(one: Period, other: Period) -> None:
    common = one.intersection(other)

    assert one.overlaps(other) == other.overlaps(one) == (common is not None)
    if common:
        assert one.contains(common)
        assert other.contains(common)


@given(PERIODS, PERIODS)
def test_overlap_agrees_with_a_count_of_hours(one: Period, other: Period) -> None:
    shared = [
        n for n in range(40) if one.contains(hours(n, n + 1)) and other.contains(hours(n, n + 1))
    ]

    assert one.overlaps(other) == bool(shared)


def test_padded_adds_buffers() -> None:
    assert hours(1, 2).padded(before=HOUR, after=2 * HOUR) == hours(0, 4)


def test_padded_refuses_to_shrink() -> None:
    with pytest.raises(ValueError, match="negative"):
        hours(1, 2).padded(before=-HOUR)


def test_to_range_is_half_open() -> None:
    during = hours(0, 1).to_range()

    assert (during.lower, during.upper, during.bounds) == (NOON, NOON + HOUR, "[)")
