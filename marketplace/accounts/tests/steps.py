"""What people do in a browser, step by step, for the tests of every room."""

import re

from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from marketplace.core.outbox import drain
from marketplace.notifications.enums import Channel
from marketplace.notifications.models import SandboxMessage

# Django puts a mailer of its own in the place of each in tests.
_MAILERS = {"default": {"BACKEND": "marketplace.notifications.mail.SandboxBackend"}}


def _let_the_worker_work() -> None:
    with override_settings(MAILERS=_MAILERS):
        drain()


def messages_to(address: str) -> list[str]:
    """Every SMS and email to the address, oldest first, after the worker was there."""
    _let_the_worker_work()
    sent = SandboxMessage.objects.filter(to=address).order_by("sent_at", "id")
    return [message.text for message in sent]


def count_of_messages() -> int:
    _let_the_worker_work()
    return SandboxMessage.objects.count()


def code_sent_to(address: str) -> str:
    """The code in the newest message to the phone number or email address."""
    text = messages_to(address)[-1]
    found = re.search(r"\b\d{6}\b", text)
    if found is None:
        raise AssertionError(f"no code in {text!r}")
    return found[0]


def sms_count() -> int:
    _let_the_worker_work()
    return SandboxMessage.objects.filter(channel=Channel.SMS).count()


def ask_to_sign_up(
    client: Client, phone: str, *, name: str = "Aizhan", **more: str
) -> HttpResponse:
    data = {"phone": phone, "name": name, **more}
    response: HttpResponse = client.post(reverse("account_signup"), data)  # type: ignore[assignment]
    return response


def ask_to_log_in(client: Client, phone: str, **more: str) -> HttpResponse:
    data = {"phone": phone, **more}
    response: HttpResponse = client.post(reverse("account_login"), data)  # type: ignore[assignment]
    return response


def log_in(client: Client, phone: str, **more: str) -> HttpResponse:
    """Logs in by code. Returns the answer to the code."""
    ask_to_log_in(client, phone, **more)
    data = {"code": code_sent_to(phone), **more}
    response: HttpResponse = client.post(reverse("account_confirm_login_code"), data)  # type: ignore[assignment]
    return response


def who(client: Client) -> int | None:
    """The id of the person whose session it is."""
    found = client.session.get("_auth_user_id")
    return int(found) if found else None
