"""System checks with stable ids: what a deployment must have before it serves people."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

SHORTEST_SECRET_KEY = 50


@register(Tags.security, deploy=True)
def secret_key_is_long(
    app_configs: Sequence[AppConfig] | None,
    **_kwargs: Any,
) -> list[CheckMessage]:
    """joytop.E001: sessions and codes are signed with a key that cannot be guessed."""
    if len(settings.SECRET_KEY) >= SHORTEST_SECRET_KEY:
        return []
    return [
        Error(
            f"SECRET_KEY has fewer than {SHORTEST_SECRET_KEY} characters.",
            hint="Make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'",
            id="joytop.E001",
        )
    ]


@register(Tags.security, deploy=True)
def site_url_is_https(
    app_configs: Sequence[AppConfig] | None,
    **_kwargs: Any,
) -> list[CheckMessage]:
    """joytop.E002: links in emails and SMS lead to an encrypted site."""
    if _is_https(settings.SITE_URL):
        return []
    return [
        Error(
            f"SITE_URL is {settings.SITE_URL}, which is not an https address.",
            hint="Set SITE_URL to the address that people see, beginning with https://.",
            id="joytop.E002",
        )
    ]


@register(Tags.security, deploy=True)
def local_media_can_be_written(
    app_configs: Sequence[AppConfig] | None,
    **_kwargs: Any,
) -> list[CheckMessage]:
    """joytop.W001: photos kept in a local folder need one that exists or can be made."""
    if settings.MEDIA_BUCKET:
        return []
    folder = Path(settings.MEDIA_ROOT)
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if nearest.is_dir():
        return []
    return [
        Warning(
            f"MEDIA_ROOT ({folder}) cannot be a folder: {nearest} is a file.",
            hint="Set MEDIA_ROOT to a folder that the web process may write, or MEDIA_BUCKET.",
            id="joytop.W001",
        )
    ]


def _is_https(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" and bool(parts.hostname)


@register(Tags.security, deploy=True)
def sms_gateway_is_https(
    app_configs: Sequence[AppConfig] | None,
    **_kwargs: Any,
) -> list[CheckMessage]:
    """joytop.E004: codes travel to the SMS gateway encrypted."""
    if not settings.SMS_GATEWAY_URL or _is_https(settings.SMS_GATEWAY_URL):
        return []
    return [
        Error(
            "SMS_GATEWAY_URL is not an https address.",
            hint="Set SMS_GATEWAY_URL to the gateway's address, beginning with https://.",
            id="joytop.E004",
        )
    ]


@register(Tags.security, deploy=True)
def hosts_are_named(
    app_configs: Sequence[AppConfig] | None,
    **_kwargs: Any,
) -> list[CheckMessage]:
    """joytop.E005: the site answers to its own names only."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Error(
            "ALLOWED_HOSTS lets the site answer to any name.",
            hint="Set ALLOWED_HOSTS to the site's host names, with commas between them.",
            id="joytop.E005",
        )
    ]


@register()
def payments_sandbox_is_apart(
    app_configs: Sequence[AppConfig] | None,
    **_kwargs: Any,
) -> list[CheckMessage]:
    """joytop.E006: nobody pays a real site in play money, nor a sandbox with real keys."""
    if not settings.PAYMENTS_SANDBOX:
        return []
    is_live = settings.STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))
    if not settings.IN_PRODUCTION and not is_live:
        return []
    return [
        Error(
            "The payments sandbox is on, in production or beside a live key of Stripe's.",
            hint="Set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET, and leave the sandbox off.",
            id="joytop.E006",
        )
    ]


@register()
def time_zone_data_is_there(
    app_configs: Sequence[AppConfig] | None,
    **_kwargs: Any,
) -> list[CheckMessage]:
    """joytop.E003: the machine knows the zones that venues are in."""
    if settings.TIME_ZONE in available_timezones():
        return []
    return [
        Error(
            f"No time zone data for {settings.TIME_ZONE} on this machine.",
            hint="Install the system's tzdata, or the Python package of that name.",
            id="joytop.E003",
        )
    ]
