"""Days and months are said as each language says them."""

from datetime import date

from django.utils import translation

from marketplace.core import days

DAY = date(2026, 12, 5)


def said() -> list[str]:
    ways = (
        days.short_day,
        days.short_day_and_year,
        days.long_day,
        days.weekday,
        days.short_weekday,
        days.month_and_year,
        days.month_since,
        days.full_date,
        days.day_of_month,
        days.short_month,
    )
    return [way(DAY) for way in ways]


def test_days_in_english() -> None:
    assert said() == [
        "Sat 5 Dec",
        "Sat 5 Dec 2026",
        "Saturday 5 December",
        "Saturday",
        "Sat",
        "December 2026",
        "December 2026",
        "5 December 2026",
        "5 Dec",
        "Dec",
    ]


def test_months_bend_in_russian() -> None:
    with translation.override("ru"):
        assert said() == [
            "сб, 5 дек.",
            "сб, 5 дек. 2026",
            "суббота, 5 декабря",
            "суббота",
            "сб",
            "Декабрь 2026",
            "декабря 2026 года",
            "5 декабря 2026",
            "5 дек.",
            "дек.",
        ]


def test_days_between_say_the_year_once() -> None:
    assert days.days_between(date(2026, 11, 30), DAY) == "30 Nov – 5 Dec 2026"
