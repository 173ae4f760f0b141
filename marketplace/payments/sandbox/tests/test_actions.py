"""What the payer does: cards, the bank's question, and two at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.db.models import QuerySet
from django.utils import timezone

from marketplace.core.money import Money
from marketplace.core.points import hooked
from marketplace.payments.sandbox import actions
from marketplace.payments.sandbox.actions import BankAsks, CardDeclined, CheckoutOver, Shown
from marketplace.payments.sandbox.errors import Refused
from marketplace.payments.sandbox.models import SandboxObject
from marketplace.payments.sandbox.tests.wire import SESSIONS, event_types, get, make_session, post

pytestmark = pytest.mark.django_db(databases=["default", "sandbox"])
BANK_CARD = "4000002500003155"
PAYERS = 4


def is_paid(session_id: str) -> bool:
    return bool(get(f"{SESSIONS}/{session_id}")["payment_status"] == "paid")


@pytest.mark.parametrize("number", ["4242424242424242", "4111111111111111"])
def test_good_card_pays(number: str) -> None:
    session_id = make_session()

    leads_to = actions.complete_checkout(session_id, number=number)

    assert leads_to == f"http://testserver/return/?session={session_id}"
    assert is_paid(session_id)


@pytest.mark.parametrize("number", ["4000000000000002", "4000000000009995", "5555555555554444"])
def test_bad_card_does_not_pay(number: str) -> None:
    session_id = make_session()

    with pytest.raises(CardDeclined):
        actions.complete_checkout(session_id, number=number)

    assert not is_paid(session_id)


def test_bank_that_asks_is_answered() -> None:
    session_id = make_session()

    with pytest.raises(BankAsks):
        actions.pay(session_id, number=BANK_CARD)

    shown = actions.show_checkout(session_id)
    assert (shown.bank_asks, shown.last4) == (True, "3155")
    assert not is_paid(session_id)
    actions.answer_bank(session_id, approved=True)
    assert is_paid(session_id)


def test_bank_that_is_refused_leaves_the_checkout_open() -> None:
    session_id = make_session()

    with pytest.raises(CardDeclined):
        actions.complete_checkout(session_id, number=BANK_CARD, authenticated=False)

    assert not actions.show_checkout(session_id).bank_asks
    actions.complete_checkout(session_id)
    assert is_paid(session_id)


def test_bank_that_did_not_ask_cannot_be_answered() -> None:
    session_id = make_session()

    with pytest.raises(CheckoutOver):
        actions.answer_bank(session_id, approved=True)


def test_checkout_that_ran_out_cannot_be_paid() -> None:
    session_id = make_session()

    with pytest.raises(CheckoutOver):
        actions.complete_checkout(session_id, now=timezone.now() + timedelta(hours=1, seconds=1))


def test_checkout_that_was_closed_cannot_be_paid() -> None:
    session_id = make_session()
    post(f"{SESSIONS}/{session_id}/expire")

    with pytest.raises(CheckoutOver):
        actions.complete_checkout(session_id)


def test_paid_checkout_cannot_be_paid_again() -> None:
    session_id = make_session()
    actions.complete_checkout(session_id)

    with pytest.raises(CheckoutOver):
        actions.complete_checkout(session_id)


def test_unknown_checkout_is_refused() -> None:
    with pytest.raises(Refused):
        actions.show_checkout("cs_test_none")


def test_checkout_shows_what_it_is_for() -> None:
    session_id = make_session(locale="ru")

    assert actions.show_checkout(session_id) == Shown(
        session_id=session_id,
        status="open",
        description="Grand Hall",
        amount=Money(4_500_000, "KZT"),
        success_url=f"http://testserver/return/?session={session_id}",
        cancel_url="http://testserver/back/",
        bank_asks=False,
        last4="",
        language="ru",
    )


def test_nothing_is_kept_of_a_card_but_brand_and_last_digits() -> None:
    session_id = make_session()
    with pytest.raises(CardDeclined):
        actions.complete_checkout(session_id, number="4000000000000002")
    actions.complete_checkout(session_id, number=BANK_CARD)

    kept = " ".join(str((row.data, row.hidden)) for row in SandboxObject.objects.all())
    assert "3155" in kept
    assert BANK_CARD not in kept
    assert "4000000000000002" not in kept


def pay_at_once(session_id: str) -> list[str]:
    """Some pay the session at the same instant; what became of each."""
    together = threading.Barrier(PAYERS, timeout=10)

    def run(_number: int) -> str:
        try:
            together.wait()
            actions.complete_checkout(session_id)
        except CheckoutOver:
            return "over"
        finally:
            connections.close_all()
        return "paid"

    with ThreadPoolExecutor(PAYERS) as pool:
        return sorted(pool.map(run, range(PAYERS)))


@pytest.mark.race
@pytest.mark.django_db(databases=["default", "sandbox"], transaction=True)
def test_of_several_that_pay_at_once_one_does() -> None:
    session_id = make_session()

    assert pay_at_once(session_id) == ["over"] * (PAYERS - 1) + ["paid"]

    assert SandboxObject.objects.filter(kind="charge").count() == 1
    assert event_types().count("checkout.session.completed") == 1


@pytest.mark.race
@pytest.mark.django_db(databases=["default", "sandbox"], transaction=True)
def test_several_that_pay_at_once_all_do_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The harness can see the fault that it guards against."""
    session_id = make_session()
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self.all())
    together = threading.Barrier(PAYERS, timeout=10)

    def meet(point: str) -> None:
        if point == "payments.sandbox.session_locked":
            together.wait()

    with hooked(meet):
        outcomes = pay_at_once(session_id)

    assert outcomes == ["paid"] * PAYERS
    assert SandboxObject.objects.filter(kind="charge").count() == PAYERS
