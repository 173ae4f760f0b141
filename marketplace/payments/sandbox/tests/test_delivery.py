"""Events on their way: signed, in order, again until taken, at last given up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from threading import Thread
from typing import Any, ClassVar

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ, Schedule
from pytest_django import Settings

from marketplace.core.transactions import InsideTransaction
from marketplace.payments.gateways import gateway
from marketplace.payments.sandbox import actions, delivery, events, faults, tasks
from marketplace.payments.sandbox.models import SandboxEvent
from marketplace.payments.sandbox.tests.webhooks import deliver_events
from marketplace.payments.sandbox.tests.wire import make_session

pytestmark = pytest.mark.django_db(databases=["default", "sandbox"])


class Site:
    """The far end of a delivery, which answers as it is told."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.heard: list[tuple[bytes, str]] = []

    def __call__(self, body: bytes, signature: str) -> int:
        self.heard.append((body, signature))
        return self.status

    @property
    def types(self) -> list[str]:
        return [json.loads(body)["type"] for body, _signature in self.heard]


@pytest.fixture
def now() -> datetime:
    """A moment after a session was paid."""
    actions.complete_checkout(make_session())
    return timezone.now()


def test_events_are_delivered_once_in_their_order(now: datetime) -> None:
    site = Site()

    assert delivery.deliver_due(post=site, now=now) == 3
    assert delivery.deliver_due(post=site, now=now) == 0
    assert site.types == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


def test_events_are_signed_so_that_the_gateway_believes_them(now: datetime) -> None:
    site = Site()
    delivery.deliver_due(post=site, now=now)

    body, signature = site.heard[-1]
    event = gateway().read_event(body, signature, now=now)
    assert (event.type, event.payment_id) == ("checkout.session.completed", "p1")


@pytest.mark.parametrize("status", [302, 400, 500])
def test_event_that_is_not_taken_comes_again(now: datetime, status: int) -> None:
    assert delivery.deliver_due(post=Site(status), now=now) == 0
    site = Site()
    assert delivery.deliver_due(post=site, now=now + timedelta(seconds=4)) == 0

    assert delivery.deliver_due(post=site, now=now + timedelta(seconds=5)) == 3
    assert set(SandboxEvent.objects.values_list("attempts", flat=True)) == {2}


def test_site_that_is_not_reached_is_tried_again(now: datetime) -> None:
    def nobody(body: bytes, signature: str) -> int:
        raise ConnectionRefusedError

    assert delivery.deliver_due(post=nobody, now=now) == 0
    assert delivery.deliver_due(post=Site(), now=now + timedelta(seconds=5)) == 3


def test_pauses_grow_to_an_hour_and_events_are_given_up_after_three_days(now: datetime) -> None:
    SandboxEvent.objects.exclude(type="checkout.session.completed").delete()
    refusing, tries, at = Site(500), [now], now
    while True:
        delivery.deliver_due(post=refusing, now=at)
        due_at = SandboxEvent.objects.get().due_at
        if due_at > now + timedelta(days=4):
            pytest.fail("tried for ever")
        if len(refusing.heard) < len(tries):
            break
        tries.append(due_at)
        at = due_at

    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert pauses[:3] == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20)]
    assert max(pauses) == timedelta(hours=1)
    assert timedelta(days=3) <= tries[-1] - now < timedelta(days=3, hours=1)
    assert delivery.next_due_at(now=at) is None


def test_lost_events_are_never_heard_of(now: datetime) -> None:
    site = Site()
    with faults.lost_webhooks(on="checkout.session"):
        delivery.deliver_due(post=site, now=now)
    delivery.deliver_due(post=site, now=now + timedelta(days=1))

    assert site.types == ["charge.succeeded", "payment_intent.succeeded"]


def test_what_time_brings_is_delivered_too() -> None:
    session_id = make_session()
    actions.complete_checkout(session_id, number="4000000000000077")
    now, site = timezone.now(), Site()
    delivery.deliver_due(post=site, now=now)
    assert "checkout.session.async_payment_succeeded" not in site.types

    delivery.deliver_due(post=site, now=now + timedelta(seconds=6))

    assert site.types[-1] == "checkout.session.async_payment_succeeded"


def test_sessions_run_out_without_being_looked_at() -> None:
    make_session()
    site = Site()

    delivery.deliver_due(post=site, now=timezone.now() + timedelta(hours=1, seconds=1))

    assert site.types == ["checkout.session.expired"]


def test_next_thing_to_do_is_known(now: datetime) -> None:
    due_at = delivery.next_due_at(now=now)
    assert due_at is not None
    assert due_at <= now
    delivery.deliver_due(post=Site(), now=now)
    assert delivery.next_due_at(now=now) is None

    make_session()

    due_at = delivery.next_due_at(now=now)
    assert due_at is not None
    assert now + timedelta(minutes=59) < due_at < now + timedelta(minutes=61)


def test_nothing_is_delivered_inside_a_transaction(now: datetime) -> None:
    with transaction.atomic(), pytest.raises(InsideTransaction):
        delivery.deliver_due(post=Site(), now=now)


def test_site_takes_what_is_delivered(now: datetime) -> None:
    assert deliver_events(now=now) == 3


def test_delivery_is_scheduled() -> None:
    schedule = Schedule.objects.get(name="payments sandbox: deliver events")

    assert schedule.func == "marketplace.payments.sandbox.tasks.deliver_events"
    assert schedule.minutes == 1


@pytest.mark.django_db(databases=["default", "sandbox"], transaction=True)
def test_change_wakes_the_worker_once() -> None:
    events.wake_arrived()
    actions.complete_checkout(make_session())

    assert OrmQ.objects.count() == 1


class _Webhook(BaseHTTPRequestHandler):
    heard: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append({"path": self.path, "body": body, **dict(self.headers.items())})
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its own name
        pass


@pytest.fixture
def heard(settings: Settings) -> Iterator[list[dict[str, Any]]]:
    """What a site at SITE_URL hears over HTTP."""
    _Webhook.heard = []
    server = HTTPServer(("127.0.0.1", 0), _Webhook)
    settings.SITE_URL = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield _Webhook.heard
    server.shutdown()
    thread.join()
    server.server_close()


def test_worker_posts_events_to_the_site(heard: list[dict[str, Any]]) -> None:
    session_id = make_session()
    actions.complete_checkout(session_id)

    tasks.deliver_events()

    assert {request["path"] for request in heard} == {"/payments/stripe/webhook/"}
    event = gateway().read_event(
        heard[-1]["body"], heard[-1]["Stripe-Signature"], now=timezone.now()
    )
    assert event.object_id == session_id


def test_worker_waits_for_slow_money(
    heard: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.payments.sandbox.money.SLOWNESS", timedelta(seconds=0.3))
    actions.complete_checkout(make_session(), number="4000000000000077")

    tasks.deliver_events()

    assert json.loads(heard[-1]["body"])["type"] == "checkout.session.async_payment_succeeded"


def test_only_one_worker_waits(
    heard: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.set("payments.sandbox.waiting", True)
    monkeypatch.setattr("marketplace.payments.sandbox.money.SLOWNESS", timedelta(seconds=5))
    actions.complete_checkout(make_session(), number="4000000000000077")

    tasks.deliver_events()

    assert json.loads(heard[-1]["body"])["type"] == "checkout.session.completed"


def test_worker_does_nothing_where_the_sandbox_is_off(settings: Settings) -> None:
    actions.complete_checkout(make_session())
    settings.PAYMENTS_SANDBOX = False

    tasks.deliver_events()

    assert not SandboxEvent.objects.filter(attempts__gt=0).exists()
