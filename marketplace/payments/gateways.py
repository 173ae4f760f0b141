"""Which way payments go: to Stripe, or to the sandbox by the same road."""

from __future__ import annotations

from functools import cache

import stripe
from django.conf import settings

from marketplace.payments.gateway import Gateway
from marketplace.payments.stripe_gateway import StripeGateway, keep_quiet


def gateway() -> Gateway:
    """The provider. With no key of Stripe's set, the sandbox is at the far end of the same SDK."""
    keep_quiet()
    return _gateway(
        secret_key=settings.STRIPE_SECRET_KEY,
        webhook_secrets=tuple(settings.STRIPE_WEBHOOK_SECRETS),
        is_sandbox=settings.PAYMENTS_SANDBOX,
        timeout=settings.PROVIDER_TIMEOUT_SECONDS,
    )


@cache
def _gateway(
    *, secret_key: str, webhook_secrets: tuple[str, ...], is_sandbox: bool, timeout: int
) -> StripeGateway:
    """One for a process: the SDK's client keeps its connections, and is safe between threads."""
    return StripeGateway(
        secret_key=secret_key,
        webhook_secrets=webhook_secrets,
        http_client=_http_client(is_sandbox=is_sandbox, timeout=timeout),
    )


def _http_client(*, is_sandbox: bool, timeout: int) -> stripe.HTTPClient:
    if is_sandbox:
        from marketplace.payments.sandbox.transport import SandboxTransport  # noqa: PLC0415

        return SandboxTransport()
    return stripe.RequestsClient(timeout=timeout)
