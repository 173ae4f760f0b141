"""Payments through Stripe Checkout, on the platform's own account, by the official SDK.

What every rule here rests on is Stripe's documentation of its API, version `API_VERSION`.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NoReturn

import stripe

from marketplace.core.transactions import forbid_transaction
from marketplace.payments.enums import CaptureMode
from marketplace.payments.gateway import (
    BadEvent,
    BeingAnswered,
    Checkout,
    Event,
    ProviderPayment,
    ProviderRefund,
    ProviderRefused,
    ProviderState,
    ProviderUnavailable,
)
from marketplace.payments.models import Payment, Refund
from marketplace.payments.stripe_amounts import to_stripe
from marketplace.payments.stripe_answers import moment, payment_in, payment_of, refund_in

if TYPE_CHECKING:
    from stripe.params import RefundCreateParams
    from stripe.params.checkout import SessionCreateParams

logger = logging.getLogger("joytop.payments")

API_VERSION: Final = "2026-10-28.endive"
# An event signed longer ago than this is a replay.
SIGNATURE_TOLERANCE: Final = timedelta(minutes=5)
# Checkout's own languages among ours; it has no Kazakh.
_LOCALES: Final = frozenset({"en", "ru"})
_WITH_CHARGE: Final = ["payment_intent.latest_charge"]
# How many keys a call may go through (StripeGateway._repeatable).
_KEYS_TRIED: Final = 3
# Asked of Stripe by one who may not: a key of ours is wrong, which says nothing of the payment.
_OUR_FAULT: Final = frozenset({401, 403})
# The same key is in use by another request.
_CONFLICT: Final = 409


class StripeGateway:
    """The Gateway protocol over a StripeClient; `http_client` is the way to Stripe.

    Requests are not repeated here: who calls knows better when.
    """

    def __init__(
        self, *, secret_key: str, webhook_secrets: tuple[str, ...], http_client: stripe.HTTPClient
    ) -> None:
        keep_quiet()
        self._webhook_secrets = webhook_secrets
        self._api = stripe.StripeClient(
            secret_key,
            stripe_version=API_VERSION,
            max_network_retries=0,
            http_client=http_client,
        ).v1

    def open_checkout(
        self, payment: Payment, *, return_url: str, cancel_url: str, language: str
    ) -> Checkout:
        """Opens the checkout, or returns the one that the payment's idempotency key opened.

        The key covers what is asked, too: in another language, say, another session is opened,
        and the one whose address nobody was given runs out by itself.
        """
        asked = _session_asked(
            payment, return_url=return_url, cancel_url=cancel_url, language=language
        )
        session = self._repeatable(
            "open_checkout",
            _key(payment, f"checkout:{_digest(asked)}"),
            lambda options: self._api.checkout.sessions.create(asked, options),
        )
        return Checkout(
            session_id=session["id"],
            url=session["url"] or "",
            expires_at=moment(session["expires_at"]),
        )

    def fetch(self, payment: Payment) -> ProviderPayment:
        """The payment (which has its session) as it is now."""
        with _calling("fetch"):
            session = self._api.checkout.sessions.retrieve(
                payment.session_id, {"expand": _WITH_CHARGE}
            )
        return payment_in(session.to_dict())

    def close_checkout(self, payment: Payment) -> ProviderPayment:
        """Closes an open checkout; one that was paid or closed meanwhile is returned as it is."""
        try:
            session = self._repeatable(
                "close_checkout",
                _key(payment, "close"),
                lambda options: self._api.checkout.sessions.expire(
                    payment.session_id, {"expand": _WITH_CHARGE}, options
                ),
            )
        except ProviderRefused as refusal:
            return self._as_it_is(payment, refusal, unless=ProviderState.OPEN)
        return payment_in(session)

    def capture(self, payment: Payment) -> ProviderPayment:
        """Takes what was authorised; one that was taken or released is returned as it is."""
        intent_id = self._intent_id(payment)
        try:
            intent = self._repeatable(
                "capture",
                _key(payment, "capture"),
                lambda options: self._api.payment_intents.capture(
                    intent_id, {"expand": ["latest_charge"]}, options
                ),
            )
        except ProviderRefused as refusal:
            return self._as_it_is(payment, refusal, unless=ProviderState.AUTHORISED)
        return payment_of(intent)

    def void(self, payment: Payment) -> ProviderPayment:
        """Releases what was authorised; one that was taken or released is returned as it is."""
        intent_id = self._intent_id(payment)
        try:
            intent = self._repeatable(
                "void",
                _key(payment, "void"),
                lambda options: self._api.payment_intents.cancel(
                    intent_id, {"expand": ["latest_charge"]}, options
                ),
            )
        except ProviderRefused as refusal:
            return self._as_it_is(payment, refusal, unless=ProviderState.AUTHORISED)
        return payment_of(intent)

    def refund(self, refund: Refund) -> ProviderRefund:
        """Sends a part back, once for each refund's idempotency key.

        Stripe keeps a key for a day, and a worker may come later: so the intent's refunds are
        looked through first.
        """
        payment = refund.payment
        intent_id = self._intent_id(payment)
        known = self._refund_known(intent_id, str(refund.pk))
        if known is not None:
            return known
        asked: RefundCreateParams = {
            "payment_intent": intent_id,
            "amount": to_stripe(refund.amount),
            "metadata": {"payment": str(payment.pk), "refund": str(refund.pk)},
        }
        made = self._repeatable(
            "refund",
            f"{refund.idempotency_key}:refund",
            lambda options: self._api.refunds.create(asked, options),
        )
        return refund_in(made)

    def fetch_refund(self, refund: Refund) -> ProviderRefund:
        """The refund (which has its provider's id) as it is now."""
        with _calling("fetch_refund"):
            found = self._api.refunds.retrieve(refund.provider_id)
        return refund_in(found.to_dict())

    def read_event(self, body: bytes, signature: str, *, now: datetime) -> Event:
        """The event in a webhook's body. Raises BadEvent.

        Signed with either secret (two are set while one is being replaced), five minutes from
        `now` at most.
        """
        self._check_signature(body, signature, now)
        try:
            event = json.loads(body)
            about = event["data"]["object"]
            return Event(
                id=_text(event["id"]),
                type=_text(event["type"]),
                object_id=_text(about["id"]),
                created_at=moment(event["created"]),
                payment_id=_payment_id_of(about),
                intent_id=_intent_id_of(about),
            )
        except (
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
            ArithmeticError,
            OSError,
        ) as fault:
            raise BadEvent("what was signed is no event") from fault

    def _check_signature(self, body: bytes, signature: str, now: datetime) -> None:
        if not signature.isascii():
            raise BadEvent("the signature is malformed")
        if not any(_is_signed(body, signature, secret) for secret in self._webhook_secrets):
            raise BadEvent("the signature is not the provider's")
        # Verified, so it has a time, and the first that it has is the one that was signed.
        signed_at = next(part[2:] for part in signature.split(",") if part.startswith("t="))
        if abs(now - moment(int(signed_at))) > SIGNATURE_TOLERANCE:
            raise BadEvent("the signature is too old, or from the future")

    def _intent_id(self, payment: Payment) -> str:
        return payment.intent_id or self.fetch(payment).intent_id

    def _as_it_is(
        self, payment: Payment, refusal: ProviderRefused, *, unless: ProviderState
    ) -> ProviderPayment:
        """What explains a change's refusal. Raises the refusal if nothing does."""
        found = self.fetch(payment)
        if found.state is unless:
            raise refusal
        return found

    def _refund_known(self, intent_id: str, refund_id: str) -> ProviderRefund | None:
        with _calling("refunds"):
            made = self._api.refunds.list({"payment_intent": intent_id, "limit": 100}).to_dict()
        for found in made["data"]:
            if found["metadata"].get("refund") == refund_id:
                return refund_in(found)
        return None

    def _repeatable(
        self, verb: str, key: str, call: Callable[[stripe.RequestOptions], stripe.StripeObject]
    ) -> dict[str, Any]:
        """Calls under `key`, or under another if what Stripe keeps under it is a breakdown.

        A breakdown is answered again for a day. What is called here changes nothing twice for
        another reason than its key: a state is checked, or what was made has been looked for.
        """
        for number in range(1, _KEYS_TRIED + 1):
            try:
                with _calling(verb):
                    options: Any = {"idempotency_key": key if number == 1 else f"{key}:{number}"}
                    return call(options).to_dict()
            except ProviderUnavailable as failure:
                if number == _KEYS_TRIED or not _is_kept(failure.__cause__):
                    raise
        raise ProviderUnavailable


def keep_quiet() -> None:
    """Neither request bodies in our logs nor measurements of our machines elsewhere."""
    logging.getLogger("stripe").setLevel(logging.WARNING)
    stripe.enable_telemetry = False


def _session_asked(
    payment: Payment, *, return_url: str, cancel_url: str, language: str
) -> SessionCreateParams:
    words = {"payment": str(payment.pk)}
    asked: SessionCreateParams = {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": payment.currency.lower(),
                    "unit_amount": to_stripe(payment.amount),
                    "product_data": {"name": payment.description},
                },
            }
        ],
        "client_reference_id": str(payment.pk),
        "metadata": words,
        "payment_intent_data": {
            "capture_method": (
                "manual" if payment.capture_mode == CaptureMode.MANUAL else "automatic"
            ),
            "description": payment.description,
            "metadata": words,
        },
        "expires_at": int(payment.session_expires_at.timestamp()),
        "success_url": return_url,
        "cancel_url": cancel_url,
        "locale": language if language in _LOCALES else "auto",
        # A slot is held for minutes: what the bank answers in days would pay for a time long gone.
        "allowed_payment_method_types": ["card"],
        # The price that was shown is the price, in its own currency.
        "adaptive_pricing": {"enabled": False},
    }
    if payment.payer.email:
        asked["customer_email"] = payment.payer.email
    return asked


def _key(payment: Payment, verb: str) -> str:
    return f"{payment.idempotency_key}:{verb}"


def _digest(asked: SessionCreateParams) -> str:
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


@contextmanager
def _calling(verb: str) -> Iterator[None]:
    """A call to Stripe: its errors in the gateway's words, and never inside a transaction."""
    forbid_transaction(f"Stripe's {verb}")
    try:
        yield
    except stripe.StripeError as error:
        _raise(verb, error)


def _raise(verb: str, error: stripe.StripeError) -> NoReturn:
    status = error.http_status or 0
    if status in _OUR_FAULT:
        logger.error("Stripe refuses our key at %s (%s)", verb, status)
        raise ProviderUnavailable from error
    is_refusal = 400 <= status < 500 and status not in {_CONFLICT, 429}
    if not is_refusal or isinstance(error, stripe.RateLimitError) or error.code == "lock_timeout":
        logger.warning("Stripe does not answer %s (%s)", verb, status or type(error).__name__)
        raise (BeingAnswered if status == _CONFLICT else ProviderUnavailable) from error
    code = error.code or (error.error.type if error.error else None) or "refused"
    raise ProviderRefused(code, error.user_message or "") from error


def _is_kept(error: BaseException | None) -> bool:
    """Whether Stripe answered with a breakdown that it keeps under the key."""
    return (
        isinstance(error, stripe.StripeError)
        and (error.http_status or 0) >= 500
        and "idempotent-replayed" in (error.headers or {})
    )


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, signature, secret)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
    return True


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 255:
        raise TypeError("an id or a type is missing")
    return value


def _payment_id_of(about: dict[str, Any]) -> str:
    """Ours, as it was given with the session, the intent or the refund."""
    words = about.get("metadata") or {}
    return str(words.get("payment", ""))[:255]


def _intent_id_of(about: dict[str, Any]) -> str:
    """The intent that a session, a charge or a refund belongs to, also one made by hand."""
    intent_id = about.get("payment_intent")
    return intent_id[:255] if isinstance(intent_id, str) else ""
