"""Which way payments go: to Stripe, or to the sandbox by the same road."""

from __future__ import annotations

import stripe
from django.conf import settings

from marketplace.payments.gateway import Gateway
from marketplace.payments.stripe_gateway import StripeGateway


def gateway() -> Gateway:
    """The provider. With no key of Stripe's set, the sandbox is at the far end of the same SDK."""
    return StripeGateway(
        secret_key=settings.STRIPE_SECRET_KEY,
        webhook_secrets=tuple(settings.STRIPE_WEBHOOK_SECRETS),
        http_client=_http_client(),
    )


def _http_client() -> stripe.HTTPClient:
    if settings.PAYMENTS_SANDBOX:
        from marketplace.payments.sandbox.transport import SandboxTransport  # noqa: PLC0415

        return SandboxTransport()
    return stripe.RequestsClient(timeout=settings.PROVIDER_TIMEOUT_SECONDS)
