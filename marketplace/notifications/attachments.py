"""Files that go with an email, made when it is sent. Each room registers its own makers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import MIMEPart
from typing import Any, Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file as the reader gets it. `parameters` stand beside its kind in the Content-Type."""

    filename: str
    content: bytes
    mimetype: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def as_part(self) -> MIMEPart:
        """As a part of an email, to the byte."""
        part = MIMEPart()
        maintype, _, subtype = self.mimetype.partition("/")
        part.set_content(
            self.content,
            maintype=maintype,
            subtype=subtype,
            filename=self.filename,
            params=dict(self.parameters),
        )
        return part


# From a notification's facts, in its reader's language. None where there is nothing to attach.
type Maker = Callable[[Mapping[str, Any]], Attachment | None]

_makers: Final[dict[str, Maker]] = {}


def register(name: str, make: Maker) -> None:
    """Makes the maker known to kinds by its name; call it from the room's `AppConfig.ready`."""
    if _makers.setdefault(name, make) is not make:
        raise RuntimeError(f"two makers are called {name}")


def attachment_of(name: str, facts: Mapping[str, Any]) -> Attachment | None:
    """What the maker makes of the facts. Raises KeyError where nobody registered it."""
    return _makers[name](facts)
