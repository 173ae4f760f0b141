"""Typed readers of the environment.

Every setting that an operator may give is read here and nowhere else, so that
the list of names (`NAMES_READ`) is complete: a test ties it to `.env.example`.
A value that cannot be understood stops the process with one line naming it.
"""

import os
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

NAMES_READ: set[str] = set()

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


def text(name: str, default: str | None = None) -> str:
    """The value of `name`; `default` where it is unset or blank.

    Raises ImproperlyConfigured where there is neither.
    """
    NAMES_READ.add(name)
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        message = f"{name} is not set. See .env.example for what it means."
        raise ImproperlyConfigured(message)
    return default


def flag(name: str, *, default: bool) -> bool:
    """A yes or no: 1, true, yes, on; 0, false, no, off."""
    value = text(name, "").lower()
    if not value:
        return default
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    message = f"{name}={value!r} is neither yes (1, true, yes, on) nor no (0, false, no, off)."
    raise ImproperlyConfigured(message)


def whole_number(name: str, default: int, *, at_least: int = 0) -> int:
    """A whole number not below `at_least`."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        message = f"{name}={value!r} is not a whole number."
        raise ImproperlyConfigured(message) from None
    if number < at_least:
        message = f"{name}={number} is below {at_least}."
        raise ImproperlyConfigured(message)
    return number


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A list written with commas between its items."""
    value = text(name, "")
    if not value:
        return list(default)
    return [item.strip() for item in value.split(",") if item.strip()]


def choice(name: str, default: str, *, among: tuple[str, ...]) -> str:
    """One of a fixed set of words."""
    value = text(name, default)
    if value not in among:
        message = f"{name}={value!r} is none of: {', '.join(among)}."
        raise ImproperlyConfigured(message)
    return value


def database(url: str) -> dict[str, object]:
    """Django's database entry for a `postgresql://` address.

    The host may be a socket folder, given as `?host=/path`. PostgreSQL is the
    only database that JoyTop runs on (docs/adr/0001).
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        message = f"DATABASE_URL must begin with postgresql://, not {parts.scheme}://."
        raise ImproperlyConfigured(message)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "joytop",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": options.pop("port", "") or str(parts.port or ""),
        "OPTIONS": options,
    }
