"""Days and months in the language of the page, after patterns of the CLDR.

A catalogue may turn a pattern round: "Sat 12 Dec" is "сб, 12 дек." in Russian.
"""

from datetime import date

from babel.dates import format_date
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext, to_locale


def short_day(day: date) -> str:
    """`Sat 12 Dec`."""
    # Translators: CLDR pattern of a day in this year, as in "Sat 12 Dec".
    return _in_words(day, pgettext("date pattern", "EEE d MMM"))


def short_day_and_year(day: date) -> str:
    """`Sat 12 Dec 2027`."""
    # Translators: CLDR pattern of a day in another year, as in "Sat 12 Dec 2027".
    return _in_words(day, pgettext("date pattern", "EEE d MMM y"))


def long_day(day: date) -> str:
    """`Saturday 12 December`."""
    # Translators: CLDR pattern of a day written out, as in "Saturday 12 December".
    return _in_words(day, pgettext("date pattern", "EEEE d MMMM"))


def weekday(day: date) -> str:
    """`Saturday`."""
    return _in_words(day, "cccc")


def short_weekday(day: date) -> str:
    """`Sat`."""
    return _in_words(day, "ccc")


def month_and_year(day: date) -> str:
    """`December 2026`, as a heading."""
    # Translators: CLDR pattern of a month as a heading, as in "December 2026".
    return capfirst(_in_words(day, pgettext("date pattern", "MMMM y")))


def month_since(day: date) -> str:
    """`December 2026` as it stands after "since"."""
    # Translators: CLDR pattern of a month after "since", as in "since December 2026".
    return _in_words(day, pgettext("date pattern, since", "MMMM y"))


def day_of_month(day: date) -> str:
    """`12 Dec`."""
    # Translators: CLDR pattern of a day without its year, as in "16 Nov".
    return _in_words(day, pgettext("date pattern", "d MMM"))


def short_month(day: date) -> str:
    """`Dec`, on its own."""
    return _in_words(day, "LLL")


def full_date(day: date) -> str:
    """`12 December 2026`."""
    # Translators: CLDR pattern of a date, as in "12 December 2026".
    return _in_words(day, pgettext("date pattern", "d MMMM y"))


def days_between(first: date, last: date) -> str:
    """`16 Nov – 22 Nov 2026`."""
    # Translators: CLDR pattern of a short date, as in "22 Nov 2026".
    end = _in_words(last, pgettext("date pattern", "d MMM y"))
    return f"{day_of_month(first)} – {end}"


def _in_words(day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=to_locale(get_language() or "en"))
