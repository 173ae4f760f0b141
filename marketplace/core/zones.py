"""Time zones by name, told apart from text that only looks like one."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def find_zone(name: str) -> ZoneInfo | None:
    """The zone of that IANA name, or None where there is none."""
    return ZoneInfo(name) if name in _names() else None
