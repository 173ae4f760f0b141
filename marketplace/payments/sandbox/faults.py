"""Troubles that a test may make between the site and the sandbox. No setting leads here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

import stripe
from django.conf import settings


class Trouble(Enum):
    """What goes wrong."""

    SLOW = "slow"
    DROPPED_BEFORE = "dropped_before"
    DROPPED_AFTER = "dropped_after"
    SERVER_ERROR = "server_error"
    WEBHOOK_LOST = "webhook_lost"


@dataclass(slots=True)
class Fault:
    """One trouble, for requests whose `POST /v1/refunds` contains `on`; so many `times`, or all."""

    trouble: Trouble
    on: str = ""
    times: int | None = None
    seconds: float = 0.0
    met: int = field(default=0)

    def strikes(self, trouble: Trouble, request: str) -> bool:
        if self.trouble is not trouble or self.on not in request:
            return False
        if self.times is not None and self.met >= self.times:
            return False
        self.met += 1
        return True


_active: Final[list[Fault]] = []


@contextmanager
def _made(fault: Fault) -> Iterator[Fault]:
    _active.append(fault)
    try:
        yield fault
    finally:
        _active.remove(fault)


def slow(seconds: float, *, on: str = "", times: int | None = None) -> Made:
    """Answers come late: later than PROVIDER_TIMEOUT_SECONDS, they are waited for in vain."""
    return _made(Fault(Trouble.SLOW, on, times, seconds))


def dropped_before_effect(*, on: str = "", times: int | None = None) -> Made:
    """Requests are lost on their way there."""
    return _made(Fault(Trouble.DROPPED_BEFORE, on, times))


def dropped_after_effect(*, on: str = "", times: int | None = None) -> Made:
    """Requests take effect and their answers are lost."""
    return _made(Fault(Trouble.DROPPED_AFTER, on, times))


def server_errors(*, on: str = "", times: int | None = None) -> Made:
    """Requests are answered 500, and so is whatever comes with the same idempotency key."""
    return _made(Fault(Trouble.SERVER_ERROR, on, times))


def lost_webhooks(*, on: str = "", times: int | None = None) -> Made:
    """Events (by type) are never delivered, and not tried again."""
    return _made(Fault(Trouble.WEBHOOK_LOST, on, times))


type Made = AbstractContextManager[Fault]


def _struck(trouble: Trouble, request: str) -> Fault | None:
    return next((fault for fault in _active if fault.strikes(trouble, request)), None)


def _lost(message: str) -> stripe.APIConnectionError:
    return stripe.APIConnectionError(message)  # type: ignore[no-untyped-call]


def on_the_way_there(request: str) -> None:
    if _struck(Trouble.DROPPED_BEFORE, request):
        raise _lost("The connection was lost before the request arrived.")


def breaks_down(request: str) -> bool:
    return _struck(Trouble.SERVER_ERROR, request) is not None


def on_the_way_back(request: str) -> None:
    late = _struck(Trouble.SLOW, request)
    if late:
        time.sleep(min(late.seconds, settings.PROVIDER_TIMEOUT_SECONDS))
        if late.seconds >= settings.PROVIDER_TIMEOUT_SECONDS:
            raise _lost("Nothing was heard in time.")
    if _struck(Trouble.DROPPED_AFTER, request):
        raise _lost("The connection was lost before the answer arrived.")


def loses_webhook(event_type: str) -> bool:
    return _struck(Trouble.WEBHOOK_LOST, event_type) is not None
