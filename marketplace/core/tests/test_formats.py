from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone, translation

from marketplace.core.money import Money
from marketplace.core.period import Period
from marketplace.core.templatetags.formats import (
    amount,
    by_clock_of,
    clock,
    length_in_words,
    money,
    there,
    until,
    when,
    when_between,
    zone_note,
)

from .factories import NOW

SIX_PM = datetime(2026, 12, 12, 13, 0, tzinfo=UTC)  # in Almaty
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def almaty_in_december() -> Iterator[None]:
    with timezone.override("Asia/Almaty"), time_machine.travel(NOW, tick=False):
        yield


def test_formats_work_in_templates() -> None:
    template = Template(
        "{% load formats %}{{ price|money }}, {{ at|when:'Asia/Almaty' }}, {{ opens|clock }}"
    )

    text = template.render(Context({"price": Money(4_500_000, "KZT"), "at": SIX_PM, "opens": 540}))

    assert text == "45\u00a0000\u00a0₸, Sat 12 Dec, 18:00, 09:00"


def test_facts_kept_as_plain_values_are_read() -> None:
    at, end = SIX_PM.isoformat(), (SIX_PM + 4 * HOUR).isoformat()

    assert when(at, "Asia/Almaty") == "Sat 12 Dec, 18:00"
    assert until(at, end) == until(SIX_PM, SIX_PM + 4 * HOUR)
    assert amount(4_500_000, "KZT") == "45\u00a0000\u00a0₸"
    assert (amount(None, "KZT"), amount(0, "KZT")) == ("", "0\u00a0₸")


def test_there_always_says_whose_clock_it_is() -> None:
    period = Period(SIX_PM, SIX_PM + 4 * HOUR)

    assert there(period, "Asia/Almaty") == "Sat 12 Dec, 18:00–22:00 (Almaty time)"
    assert there(SIX_PM.isoformat(), "Europe/Berlin") == "Sat 12 Dec, 14:00 (Berlin time)"
    assert there(None, "Asia/Almaty") == ""


def test_by_clock_of_names_the_clock_only_to_who_has_another() -> None:
    period = Period(SIX_PM, SIX_PM + 4 * HOUR)

    with timezone.override("Asia/Almaty"):
        assert by_clock_of(period, "Asia/Almaty") == "Sat 12 Dec, 18:00–22:00"
        assert by_clock_of(SIX_PM.isoformat(), "Asia/Almaty") == "Sat 12 Dec, 18:00"
    with timezone.override("Europe/Berlin"):
        assert by_clock_of(period, "Asia/Almaty") == "Sat 12 Dec, 18:00–22:00 (Almaty time)"
    assert by_clock_of(None, "Asia/Almaty") == ""


def test_nothing_is_written_as_nothing() -> None:
    assert [money(None), when(None), when_between(None), clock(None)] == ["", "", "", ""]


def test_when_is_by_the_clock_of_the_zone_named() -> None:
    assert when(SIX_PM, "Asia/Almaty") == "Sat 12 Dec, 18:00"
    assert when(SIX_PM, "Europe/London") == "Sat 12 Dec, 13:00"


def test_when_without_a_zone_is_by_the_visitors_clock() -> None:
    with timezone.override("Asia/Tokyo"):
        assert when(SIX_PM) == "Sat 12 Dec, 22:00"


def test_when_names_the_year_only_where_it_is_another() -> None:
    assert when(SIX_PM.replace(year=2027)) == "Sun 12 Dec 2027, 18:00"


def test_when_speaks_the_language_of_the_page() -> None:
    with translation.override("ru"):
        assert when(SIX_PM) == "сб, 12 дек., 18:00"
        assert when(SIX_PM.replace(year=2027)) == "вс, 12 дек. 2027, 18:00"


def test_when_refuses_an_unknown_zone() -> None:
    with pytest.raises(ValueError, match="Mars/Olympus"):
        when(SIX_PM, "Mars/Olympus")


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (4, "Sat 12 Dec, 18:00–22:00"),
        (6, "Sat 12 Dec, 18:00–24:00"),
        (8, "Sat 12 Dec, 18:00 – Sun 13 Dec, 02:00"),
        (30, "Sat 12 Dec, 18:00 – Mon 14 Dec, 00:00"),
    ],
)
def test_when_between_says_a_day_once(hours: int, text: str) -> None:
    assert when_between(Period(SIX_PM, SIX_PM + hours * HOUR)) == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "00:00"), (545, "09:05"), (1080, "18:00"), (1440, "24:00"), (1500, "01:00")],
)
def test_clock_writes_minutes_since_midnight(minutes: int, text: str) -> None:
    assert clock(minutes) == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(30, "30 min"), (60, "1 hour"), (90, "1 h 30 min"), (240, "4 hours"), (1440, "24 hours")],
)
def test_length_in_words_says_hours_and_minutes(minutes: int, text: str) -> None:
    assert length_in_words(minutes) == text


def test_zone_note_is_silent_where_the_clocks_agree() -> None:
    assert zone_note("Asia/Almaty") == ""
    assert zone_note("Asia/Qyzylorda") == ""


def test_zone_note_names_the_city_where_the_clocks_differ() -> None:
    with timezone.override("Europe/London"):
        assert zone_note("Asia/Almaty") == "Almaty time"
        assert zone_note("Asia/Almaty", SIX_PM) == "Almaty time"


def test_zone_note_compares_the_clocks_at_the_moment_given() -> None:
    summer, winter = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)

    with timezone.override("Africa/Lagos"):
        assert zone_note("Europe/Berlin", winter) == ""
        assert zone_note("Europe/Berlin", summer) == "Berlin time"
        assert zone_note("Europe/Berlin") == "Berlin time"
