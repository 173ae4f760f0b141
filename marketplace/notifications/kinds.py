"""What people can be told about. Each room registers its own kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise

from .enums import Channel


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """One kind of thing to tell.

    `template` names the files `emails/<template>.html` and `.txt`, and `sms/<template>.txt`;
    by default it is the code. `secret` facts (login codes) are kept no longer than it takes to
    deliver them.
    """

    code: str
    channels: frozenset[Channel]
    title: str | Promise
    template: str = ""
    secret: bool = False

    def __init__(
        self,
        *,
        code: str,
        channels: set[Channel] | frozenset[Channel],
        title: str | Promise,
        template: str = "",
        secret: bool = False,
    ) -> None:
        if not channels:
            raise ValueError(f"{code}: a kind needs a channel")
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "channels", frozenset(channels))
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "template", template or code)
        object.__setattr__(self, "secret", secret)


class UnknownKind(LookupError):
    """Nobody registered this kind. A fault in a program."""


_registry: Final[dict[str, NotificationKind]] = {}


def register(kind: NotificationKind) -> NotificationKind:
    """Makes the kind known; call it from the room's `AppConfig.ready`. One code, one kind."""
    if _registry.setdefault(kind.code, kind) != kind:
        raise RuntimeError(f"two kinds are called {kind.code}")
    return kind


def find_kind(code: str) -> NotificationKind:
    try:
        return _registry[code]
    except KeyError:
        raise UnknownKind(code) from None


def registered_kinds() -> dict[str, NotificationKind]:
    return dict(sorted(_registry.items()))
