"""Whom to tell: anything with these attributes, a member or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from .enums import Channel


class Recipient(Protocol):
    """A member, as accounts have them, or an `Address`."""

    @property
    def pk(self) -> Any: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def email(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def time_zone(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Someone who is no member, or a member's address that is not theirs yet."""

    phone: str | None = ""
    email: str = ""
    language: str = "en"
    time_zone: str = ""
    pk: Any = None


def reachable(recipient: Recipient, channel: Channel) -> bool:
    """On the site there are members alone; elsewhere, who has such an address."""
    if channel == Channel.IN_APP:
        return recipient.pk is not None
    return bool(recipient.phone if channel == Channel.SMS else recipient.email)
