from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from marketplace.bookings.opening import clocks_of_day, instant_at, open_spans, seconds_at
from marketplace.bookings.spans import common, gaps, joined

ALMATY, BERLIN, NEW_YORK, SANTIAGO = (
    ZoneInfo(name)
    for name in ("Asia/Almaty", "Europe/Berlin", "America/New_York", "America/Santiago")
)
SPRING, AUTUMN = date(2027, 3, 28), date(2026, 10, 25)  # Sundays in Berlin
HOUR = 60


def hours_open(zone: ZoneInfo, day: date, opens: float, closes: float) -> list[float]:
    """How long each stretch is, in hours that pass, with the same hours every day."""
    hours = [(weekday, int(opens * HOUR), int(closes * HOUR)) for weekday in range(1, 8)]
    first, last = seconds_at(zone, day, 0), seconds_at(zone, day, 24 * HOUR)
    return [
        (end - start) / 3600
        for start, end in open_spans(hours, zone, day, day)
        if first <= start < last
    ]


def test_wall_is_read_in_the_venues_zone() -> None:
    assert instant_at(ALMATY, date(2026, 12, 12), 18 * HOUR) == datetime(
        2026, 12, 12, 13, tzinfo=UTC
    )
    assert instant_at(ALMATY, date(2026, 12, 12), 26 * HOUR) == datetime(
        2026, 12, 12, 21, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("zone", "saturday", "lasts"),
    [
        (BERLIN, date(2027, 3, 27), 5),
        (BERLIN, date(2026, 10, 24), 7),
        (NEW_YORK, date(2027, 3, 13), 5),
        (NEW_YORK, date(2026, 10, 31), 7),
        (ALMATY, date(2026, 12, 12), 6),
    ],
)
def test_night_over_a_change_of_clocks_is_an_hour_shorter_or_longer(
    zone: ZoneInfo, saturday: date, lasts: int
) -> None:
    assert hours_open(zone, saturday, 22, 28) == [lasts]


def test_time_that_does_not_exist_is_the_moment_of_the_jump() -> None:
    jump = datetime(2027, 3, 28, 1, tzinfo=UTC)

    for minute in (120, 135, 150, 179, 180):
        assert instant_at(BERLIN, SPRING, minute) == jump
    assert hours_open(BERLIN, date(2027, 3, 27), 20, 26.5) == [6]
    assert hours_open(BERLIN, SPRING, 2.5, 5) == [2]
    assert hours_open(BERLIN, SPRING, 2.25, 2.75) == []


def test_time_that_exists_twice_is_the_first() -> None:
    assert instant_at(BERLIN, AUTUMN, 150) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert instant_at(BERLIN, AUTUMN, 180) == datetime(2026, 10, 25, 2, tzinfo=UTC)
    assert hours_open(BERLIN, date(2026, 10, 24), 20, 26.5) == [6.5]
    assert hours_open(BERLIN, AUTUMN, 2.5, 5) == [3.5]


def test_day_whose_midnight_does_not_exist_begins_at_the_jump() -> None:
    sunday = date(2026, 9, 6)

    ((start, end, _offset),) = clocks_of_day(SANTIAGO, sunday)

    assert instant_at(SANTIAGO, sunday, 0) == datetime(2026, 9, 6, 4, tzinfo=UTC)
    assert (end - start) / 3600 == 23


def test_day_of_a_change_is_cut_where_the_clocks_change() -> None:
    cut = [
        ((end - start) / 3600, offset // 3600)
        for start, end, offset in clocks_of_day(BERLIN, AUTUMN)
    ]

    assert cut == [(3, 2), (22, 1)]


def test_open_around_the_clock_is_one_stretch() -> None:
    hours = [(weekday, 0, 24 * HOUR) for weekday in range(1, 8)]

    (span,) = open_spans(hours, BERLIN, AUTUMN, date(2026, 10, 27))

    assert (span[1] - span[0]) / 3600 == 4 * 24 + 1


def test_stretches_that_touch_over_midnight_and_the_weeks_end_are_one() -> None:
    hours = [(7, 20 * HOUR, 24 * HOUR), (1, 0, 3 * HOUR)]
    sunday = date(2026, 12, 13)

    spans = open_spans(hours, ALMATY, sunday, date(2026, 12, 14))

    assert [(end - start) / 3600 for start, end in spans] == [7]


def test_spans_join_where_they_touch() -> None:
    assert joined([(5, 9), (1, 3), (3, 4), (6, 7)]) == [(1, 4), (5, 9)]


def test_common_spans_keep_single_points() -> None:
    assert common([(0, 5), (7, 7), (9, 12)], [(5, 10)]) == [(5, 5), (7, 7), (9, 10)]


def test_gaps_are_what_is_left() -> None:
    assert list(gaps([(0, 2), (4, 5), (5, 6), (9, 12)], (1, 10))) == [(2, 4), (6, 9)]
    assert list(gaps([], (1, 10))) == [(1, 10)]
    assert list(gaps([(0, 20)], (1, 10))) == []
