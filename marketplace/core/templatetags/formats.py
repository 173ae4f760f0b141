"""Amounts, times, lengths and zones as people say them. Built into every template."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from babel.dates import get_timezone_location
from django import template
from django.utils import timezone
from django.utils.translation import get_language, ngettext, to_locale
from django.utils.translation import gettext as _

from marketplace.core import days
from marketplace.core.money import Money
from marketplace.core.period import Period
from marketplace.core.zones import find_zone

register = template.Library()

_MINUTES_A_DAY: Final = 24 * 60


def _zone(name: str) -> tzinfo:
    """The zone of that name; the visitor's own when there is no name."""
    if not name:
        return timezone.get_current_timezone()
    zone = find_zone(name)
    if zone is None:
        message = f"there is no time zone {name!r}"
        raise ValueError(message)
    return zone


@register.filter
def money(value: Money | None) -> str:
    """`45 000 ₸`, in the language of the page. Nothing for no amount."""
    return "" if value is None else value.format()


@register.filter
def amount(minor: int | None, currency: str) -> str:
    """`45 000 ₸` of minor units, for facts that are kept as plain numbers."""
    return "" if minor is None else Money(minor, currency).format()


@register.filter
def until(start: datetime | str, end: datetime | str) -> Period:
    """The period from one instant to another; ISO 8601 text is read."""
    return Period(_instant(start), _instant(end))


def _instant(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


@register.filter
def there(time: Period | datetime | str | None, zone: str) -> str:
    """`Sat 12 Dec, 18:00–22:00 (Almaty time)`: what is read far away says whose clock it means.

    A period, an instant, or an instant as ISO 8601 text.
    """
    if not time:
        return ""
    words = when_between(time, zone) if isinstance(time, Period) else when(time, zone)
    return f"{words} ({_time_of(_zone(zone))})"


@register.filter
def by_clock_of(time: Period | datetime | str | None, zone: str) -> str:
    """As `there`, but the clock is named only to a visitor whose own is another."""
    if not time:
        return ""
    if zone_note(zone):
        return there(time, zone)
    return when_between(time, zone) if isinstance(time, Period) else when(time, zone)


@register.filter
def when(moment: datetime | str | None, zone: str = "") -> str:
    """`Sat 12 Dec, 18:00` by the clock of `zone` (by default the visitor's). Reads ISO 8601."""
    if not moment:
        return ""
    local = timezone.localtime(_instant(moment), _zone(zone))
    return f"{_day(local)}, {local:%H:%M}"


@register.filter
def when_between(period: Period | None, zone: str = "") -> str:
    """`Sat 12 Dec, 18:00–22:00`; with both days where it goes past midnight."""
    if period is None:
        return ""
    start = timezone.localtime(period.start, _zone(zone))
    end = timezone.localtime(period.end, _zone(zone))
    if start.date() == end.date():
        return f"{_day(start)}, {start:%H:%M}–{end:%H:%M}"
    if end - start <= timedelta(days=1) and end.hour + end.minute == 0:
        return f"{_day(start)}, {start:%H:%M}–24:00"
    return f"{when(period.start, zone)} – {when(period.end, zone)}"


def _day(local: datetime) -> str:
    """The day in words, with the year only where it is not this one."""
    is_this_year = local.year == timezone.localtime(timezone.now(), local.tzinfo).year
    return days.short_day(local) if is_this_year else days.short_day_and_year(local)


for _in_words in (
    days.day_of_month,
    days.full_date,
    days.long_day,
    days.month_and_year,
    days.month_since,
    days.short_day,
    days.short_month,
    days.short_weekday,
    days.weekday,
):
    register.filter(_in_words)


@register.filter
def quoted(words: str) -> str:
    """What somebody wrote, in the quotation marks of the page's language."""
    return _("“%(words)s”") % {"words": words}


@register.filter
def days_to(first: date, last: date) -> str:
    """`16 Nov – 22 Nov 2026`, of the first day and the last."""
    return days.days_between(first, last)


@register.filter
def clock(minutes: int | None) -> str:
    """Minutes since midnight on the clock: 1080 → `18:00`, 1440 → `24:00`, 1500 → `01:00`."""
    if minutes is None:
        return ""
    if minutes != _MINUTES_A_DAY:
        minutes %= _MINUTES_A_DAY
    return f"{minutes // 60:02}:{minutes % 60:02}"


@register.filter
def length_in_words(minutes: int) -> str:
    """`4 hours`, `1 h 30 min`, `30 min`."""
    hours, rest = divmod(minutes, 60)
    if not rest:
        return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours}
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


@register.filter
def zone_note(zone: str, moment: datetime | None = None) -> str:
    """`Almaty time`, where that zone's clock is not the visitor's; otherwise nothing.

    Clocks are compared at `moment`; without one, now and half a year on, for times that recur.
    """
    away, here = _zone(zone), timezone.get_current_timezone()
    now = timezone.now()
    moments = [moment] if moment else [now, now + timedelta(days=182)]
    if all(at.astimezone(away).utcoffset() == at.astimezone(here).utcoffset() for at in moments):
        return ""
    return _time_of(away)


@register.filter
def time_of(zone: str) -> str:
    """`Almaty time`, whatever the visitor's clock says."""
    return _time_of(_zone(zone))


def _time_of(zone: tzinfo) -> str:
    language = to_locale(get_language() or "en")
    city = get_timezone_location(zone, locale=language, return_city=True)
    return _("%(city)s time") % {"city": city}
