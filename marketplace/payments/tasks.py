"""Jobs of the background worker. Each delegates at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from marketplace.core.outbox import RetryLater, handler
from marketplace.payments import services
from marketplace.payments.gateway import ProviderUnavailable

# Well inside the worker's time limit for one job; the next run goes on where this one stopped.
_RECONCILE_SECONDS: Final = 40.0


@contextmanager
def _again_when_silent() -> Iterator[None]:
    """A provider that does not answer is asked again later."""
    try:
        yield
    except ProviderUnavailable as silence:
        raise RetryLater(silence.code) from silence


@handler(services.CAPTURE_TOPIC)
def capture(payload: dict[str, Any], *, message_id: UUID) -> None:
    """Takes what was decided to be taken."""
    with _again_when_silent():
        services.capture_now(payment_id=payload["payment"], now=timezone.now())


@handler(services.VOID_TOPIC)
def void(payload: dict[str, Any], *, message_id: UUID) -> None:
    """Releases what was decided to be released."""
    with _again_when_silent():
        services.void_now(payment_id=payload["payment"], now=timezone.now())


@handler(services.CLOSE_TOPIC)
def close(payload: dict[str, Any], *, message_id: UUID) -> None:
    """Closes a checkout that is not to be paid any more."""
    with _again_when_silent():
        services.close_now(payment_id=payload["payment"], now=timezone.now())


@handler(services.REFUND_TOPIC)
def refund(payload: dict[str, Any], *, message_id: UUID) -> None:
    """Sends a refund that was promised."""
    with _again_when_silent():
        services.refund_now(refund_id=payload["refund"], now=timezone.now())


@handler(services.EVENT_TOPIC)
def event(payload: dict[str, Any], *, message_id: UUID) -> None:
    """Acts on what a provider's event points at."""
    with _again_when_silent():
        services.process_event(event_id=payload["event"], now=timezone.now())


def reconcile() -> None:
    """Compares all that is open with the provider."""
    services.reconcile(now=timezone.now(), seconds=_RECONCILE_SECONDS)
