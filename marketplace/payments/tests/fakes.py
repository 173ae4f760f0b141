"""A provider in memory, which can be slow, silent and contrary on request."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from marketplace.core.money import Money
from marketplace.core.transactions import forbid_transaction
from marketplace.payments import gateways
from marketplace.payments.enums import CaptureMode
from marketplace.payments.gateway import (
    Checkout,
    Event,
    ProviderPayment,
    ProviderRefund,
    ProviderRefundState,
    ProviderRefused,
    ProviderState,
    ProviderUnavailable,
)
from marketplace.payments.models import Payment, Refund

REAL_GATEWAY = gateways.gateway


@dataclass
class FakeSession:
    """A checkout as the fake has it."""

    session_id: str
    asked: tuple[Any, ...]
    amount: Money
    is_manual: bool
    expires_at: datetime
    state: ProviderState = ProviderState.OPEN

    def as_it_is(self) -> ProviderPayment:
        is_paid = self.state in {ProviderState.AUTHORISED, ProviderState.CAPTURED}
        return ProviderPayment(
            state=self.state,
            amount=self.amount,
            intent_id=f"pi_{self.session_id}" if is_paid else "",
            card_brand="visa" if is_paid else "",
            card_last4="4242" if is_paid else "",
            capture_before=self.expires_at + timedelta(days=7) if self.is_manual else None,
        )


@dataclass
class FakeGateway:
    """The Gateway protocol. `silent_before` and `silent_after` name methods (or "*").

    Before: it does not hear. After: it acts, and its answer is lost. `refuses` says a plain no.
    `delay`, in seconds, is how long it thinks. `calls` and `effects` are counted.
    """

    sessions: dict[str, FakeSession] = field(default_factory=dict)
    refunds: dict[str, ProviderRefund] = field(default_factory=dict)
    silent_before: set[str] = field(default_factory=set)
    silent_after: set[str] = field(default_factory=set)
    refuses: dict[str, str] = field(default_factory=dict)
    delay: float = 0
    refunds_settle: bool = True
    calls: Counter[str] = field(default_factory=Counter)
    effects: Counter[str] = field(default_factory=Counter)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def open_checkout(
        self, payment: Payment, *, return_url: str, cancel_url: str, language: str
    ) -> Checkout:
        asked = (payment.amount, payment.capture_mode, return_url, cancel_url, language)
        with self._answering("open_checkout"):
            session = self.sessions.get(payment.idempotency_key)
            if session is None:
                self.effects["open_checkout"] += 1
                session = self.sessions[payment.idempotency_key] = FakeSession(
                    session_id=f"cs_{payment.pk.hex}",
                    asked=asked,
                    amount=payment.amount,
                    is_manual=payment.capture_mode == CaptureMode.MANUAL,
                    expires_at=payment.session_expires_at,
                )
            elif session.asked != asked:
                raise ProviderRefused("idempotency_error", "other parameters")
        return Checkout(
            session_id=session.session_id,
            url=f"https://checkout.test/{session.session_id}",
            expires_at=session.expires_at,
        )

    def fetch(self, payment: Payment) -> ProviderPayment:
        with self._answering("fetch"):
            return self._session(payment).as_it_is()

    def close_checkout(self, payment: Payment) -> ProviderPayment:
        with self._answering("close_checkout"):
            session = self._session(payment)
            self._move(session, {ProviderState.OPEN}, ProviderState.EXPIRED, "close_checkout")
            return session.as_it_is()

    def capture(self, payment: Payment) -> ProviderPayment:
        with self._answering("capture"):
            session = self._session(payment)
            self._move(session, {ProviderState.AUTHORISED}, ProviderState.CAPTURED, "capture")
            return session.as_it_is()

    def void(self, payment: Payment) -> ProviderPayment:
        with self._answering("void"):
            session = self._session(payment)
            self._move(session, {ProviderState.AUTHORISED}, ProviderState.VOIDED, "void")
            return session.as_it_is()

    def refund(self, refund: Refund) -> ProviderRefund:
        with self._answering("refund"):
            made = self.refunds.get(refund.idempotency_key)
            if made is None:
                self.effects["refund"] += 1
                settled, pending = ProviderRefundState.SETTLED, ProviderRefundState.PENDING
                made = self.refunds[refund.idempotency_key] = ProviderRefund(
                    provider_id=f"re_{refund.pk.hex}",
                    state=settled if self.refunds_settle else pending,
                    amount=refund.amount,
                )
            return made

    def fetch_refund(self, refund: Refund) -> ProviderRefund:
        with self._answering("fetch_refund"):
            return self.refunds[refund.idempotency_key]

    def read_event(self, body: bytes, signature: str, *, now: datetime) -> Event:
        return REAL_GATEWAY().read_event(body, signature, now=now)

    # --- what happens on the far side -------------------------------------------------------

    def pay(self, payment: Payment) -> None:
        """The payer's card is good."""
        session = self.sessions[payment.idempotency_key]
        paid = ProviderState.AUTHORISED if session.is_manual else ProviderState.CAPTURED
        self._move(session, {ProviderState.OPEN, ProviderState.PROCESSING}, paid, "pay")

    def put(self, payment: Payment, state: ProviderState, amount: Money | None = None) -> None:
        """The provider has it so, for whatever reason."""
        session = self.sessions[payment.idempotency_key]
        session.state = state
        session.amount = amount or session.amount

    def put_refund(self, refund: Refund, state: ProviderRefundState, error: str = "") -> None:
        """The refund comes to this."""
        made = self.refunds[refund.idempotency_key]
        self.refunds[refund.idempotency_key] = replace(made, state=state, error=error)

    def _session(self, payment: Payment) -> FakeSession:
        for session in self.sessions.values():
            if session.session_id == payment.session_id:
                return session
        raise ProviderRefused("resource_missing", "no such session")

    def _move(
        self, session: FakeSession, among: set[ProviderState], to: ProviderState, effect: str
    ) -> None:
        if session.state in among:
            session.state = to
            self.effects[effect] += 1

    @contextmanager
    def _answering(self, method: str) -> Iterator[None]:
        forbid_transaction("calling the provider")
        time.sleep(self.delay)
        with self.lock:
            self.calls[method] += 1
            if {method, "*"} & self.silent_before:
                raise ProviderUnavailable
            if method in self.refuses:
                raise ProviderRefused(self.refuses[method], "no")
            yield
            if {method, "*"} & self.silent_after:
                raise ProviderUnavailable
