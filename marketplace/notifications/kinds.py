"""What people can be told about. Each room registers its own kinds."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .enums import Channel

_WHY: Final = _("You get this because this address was given for an account on JoyTop.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationKind:
    """One kind of thing to tell.

    `template` names the files `emails/<template>.html` and `.txt`, `sms/<template>.txt` and
    `in_app/<template>.txt`; by default it is the code. `attachment` names a maker of files that
    go with the email (see attachments.py). `secret` facts (login codes) are kept no longer than
    it takes to deliver them, so they are never listed on the site. `why` is the sentence under an
    email that says why it came. `names` are the facts that a text message may cut short.
    """

    code: str
    channels: AbstractSet[Channel]
    title: str | Promise
    template: str = ""
    attachment: str = ""
    secret: bool = False
    why: str | Promise = _WHY
    names: AbstractSet[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.channels:
            raise ValueError(f"{self.code}: a kind needs a channel")
        if self.secret and Channel.IN_APP in self.channels:
            raise ValueError(f"{self.code}: a secret is not listed on the site")

    @property
    def template_names(self) -> list[str]:
        """Every template that the kind's channels need."""
        name = self.template or self.code
        files = {
            Channel.SMS: [f"sms/{name}.txt"],
            Channel.EMAIL: [f"emails/{name}.txt", f"emails/{name}.html"],
            Channel.IN_APP: [f"in_app/{name}.txt"],
        }
        return [file for channel in files if channel in self.channels for file in files[channel]]


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
