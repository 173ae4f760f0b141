"""The HTTP gateway against a real server on this machine."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest

from marketplace.notifications import gateways
from marketplace.notifications.gateways import (
    HttpSmsGateway,
    Refused,
    SandboxSmsGateway,
    Unclear,
    sms_gateway,
)
from marketplace.notifications.models import SandboxMessage

from .factories import PHONE

DELIVERY = UUID("12345678-1234-5678-1234-567812345678")


class Provider(ThreadingHTTPServer):
    """Answers what it is told to, and notes what it was asked."""

    status = 200
    answer = b"{}"
    is_silent = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.may_go = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/sms?from=JoyTop"


class _Answer(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, dict(self.headers), json.loads(body)))
        if self.server.is_silent:
            self.server.may_go.wait(5)
            self.close_connection = True
            return
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *args: Any) -> None:
        """Says nothing on the terminal."""


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
        thread.start()
        yield server
        server.may_go.set()
        server.shutdown()
        thread.join()


def send(url: str) -> str:
    return HttpSmsGateway(url, "key-1").send(to=PHONE, text="Сәлем", delivery_id=DELIVERY)


def test_gateway_posts_json_under_a_bearer_token(provider: Provider) -> None:
    provider.answer = b'{"id": "sms-42"}'

    assert send(provider.url) == "sms-42"

    [(path, headers, body)] = provider.asked
    assert path == "/v1/sms?from=JoyTop"
    assert headers["Authorization"] == "Bearer key-1"
    assert headers["Idempotency-Key"] == str(DELIVERY)
    assert body == {"id": str(DELIVERY), "to": PHONE, "text": "Сәлем"}


@pytest.mark.parametrize("answer", [b"", b"OK", b"[]", b"{}"])
def test_gateway_without_an_id_of_its_own_is_given_ours(provider: Provider, answer: bytes) -> None:
    provider.answer = answer

    assert send(provider.url) == str(DELIVERY)


@pytest.mark.parametrize(
    ("status", "is_temporary"), [(429, True), (503, True), (400, False), (404, False), (302, False)]
)
def test_refusals_of_the_gateway_are_told_apart(
    provider: Provider, status: int, is_temporary: bool
) -> None:
    provider.status = status

    with pytest.raises(Refused, match=str(status)) as refusal:
        send(provider.url)

    assert refusal.value.is_temporary is is_temporary


@pytest.mark.parametrize("status", [500, 502, 504])
def test_fault_of_the_gateway_is_unclear(provider: Provider, status: int) -> None:
    provider.status = status

    with pytest.raises(Unclear, match=str(status)):
        send(provider.url)


def test_gateway_that_never_answers_is_unclear(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateways, "_TIMEOUT_SECONDS", 0.2)
    provider.is_silent = True

    with pytest.raises(Unclear, match="TimeoutError"):
        send(provider.url)


def test_gateway_that_hangs_up_is_unclear(provider: Provider) -> None:
    provider.is_silent = True
    provider.may_go.set()

    with pytest.raises(Unclear, match="RemoteDisconnected"):
        send(provider.url)


def test_gateway_that_cannot_be_reached_took_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"

        with pytest.raises(Refused, match="no connection") as refusal:
            send(url)

    assert refusal.value.is_temporary


def test_gateway_is_the_providers_where_its_address_is_set(settings: Any) -> None:
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = "https://sms.example/send", "key-1"
    assert sms_gateway() == HttpSmsGateway("https://sms.example/send", "key-1")

    settings.SMS_GATEWAY_URL = ""
    assert isinstance(sms_gateway(), SandboxSmsGateway)


@pytest.mark.django_db
def test_sandbox_keeps_an_sms_as_sent() -> None:
    SandboxSmsGateway().send(to=PHONE, text="Сәлем", delivery_id=DELIVERY)

    kept = SandboxMessage.objects.get()
    assert (kept.channel, kept.to, kept.text) == ("sms", PHONE, "Сәлем")
    assert kept.message_id == str(DELIVERY)
