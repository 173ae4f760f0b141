from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.core.outbox import drain
from marketplace.notifications.enums import Channel
from marketplace.notifications.models import SandboxMessage
from marketplace.notifications.recipients import Address

from .factories import EMAIL, NOW, PHONE, make_delivery, make_note

pytestmark = pytest.mark.django_db


def make_sms(number: int = 0, **values: Any) -> SandboxMessage:
    defaults: dict[str, Any] = {
        "channel": Channel.SMS,
        "to": PHONE,
        "text": f"Code {number:06}",
        "sent_at": NOW + timedelta(minutes=number),
    }
    return SandboxMessage.objects.create(**defaults | values)


def make_email() -> SandboxMessage:
    make_delivery(Channel.EMAIL)
    drain()
    return SandboxMessage.objects.get(channel=Channel.EMAIL)


def test_outbox_lists_what_was_sent_newest_first(client: Client) -> None:
    older, newer = make_sms(1), make_sms(2)

    response = client.get(reverse("sandbox:outbox"))

    assert response.status_code == 200
    assert list(response.context["page"]) == [newer, older]


def test_outbox_is_narrowed_to_a_recipient(client: Client) -> None:
    make_sms(to="+77010000002")
    mine = make_sms(to=PHONE)

    response = client.get(reverse("sandbox:outbox"), {"to": f" {PHONE} "})

    assert list(response.context["page"]) == [mine]


def test_outbox_has_pages(client: Client) -> None:
    for number in range(26):
        make_sms(number)

    response = client.get(reverse("sandbox:outbox"), {"page": 2})

    assert [sent.text for sent in response.context["page"]] == ["Code 000000"]


def test_outbox_says_when_nothing_was_sent(client: Client) -> None:
    response = client.get(reverse("sandbox:outbox"))

    assert "Nothing was sent yet" in response.content.decode()


def test_outbox_asks_as_much_for_one_message_as_for_twenty_five(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("sandbox:outbox"))
        return len(captured)

    make_sms()
    client.get(reverse("sandbox:outbox"))  # what pages keep in memory is read once
    for_one = queries()
    for number in range(24):
        make_sms(number)

    assert queries() == for_one <= 3


def test_sms_is_shown_as_sent(client: Client) -> None:
    sms = make_sms(text="<b>314159</b> is your code")

    page = client.get(reverse("sandbox:message", args=[sms.pk])).content.decode()

    assert "&lt;b&gt;314159&lt;/b&gt; is your code" in page
    assert PHONE in page


def test_email_is_shown_with_headers_text_and_html(client: Client) -> None:
    email = make_email()

    page = client.get(reverse("sandbox:message", args=[email.pk])).content.decode()

    assert "Auto-Submitted" in page
    assert "Code: 314159" in page
    assert f'src="{reverse("sandbox:html_part", args=[email.pk])}"' in page
    assert EMAIL in page


def test_html_part_may_be_framed_by_us_and_do_nothing(client: Client) -> None:
    email = make_email()

    response = client.get(reverse("sandbox:html_part", args=[email.pk]))

    assert response.content.decode() == email.html
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy


def test_sms_has_no_html_part(client: Client) -> None:
    assert client.get(reverse("sandbox:html_part", args=[make_sms().pk])).status_code == 404


def test_file_of_an_email_is_named_and_served_as_a_file(client: Client) -> None:
    make_note(to=Address(email=EMAIL), context={"file": "<script>"})
    drain()
    email = SandboxMessage.objects.get()
    file = email.attachments.get()
    url = reverse("sandbox:attachment", args=[email.pk, file.pk])

    page = client.get(reverse("sandbox:message", args=[email.pk])).content.decode()
    response = client.get(url)

    assert f'href="{url}"' in page
    assert "қош.txt" in page
    assert response.content == b"<script>\r\n"
    assert response["Content-Type"] == 'text/plain; charset="utf-8"'
    assert response["Content-Disposition"].startswith("attachment; ")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_file_of_another_email_is_404(client: Client) -> None:
    make_note(to=Address(email=EMAIL), context={"file": "text"})
    drain()
    file = SandboxMessage.objects.get().attachments.get()

    url = reverse("sandbox:attachment", args=[make_sms().pk, file.pk])

    assert client.get(url).status_code == 404


@pytest.mark.parametrize("name", ["message", "html_part"])
def test_message_that_is_not_there_is_404(client: Client, name: str) -> None:
    assert client.get(reverse(f"sandbox:{name}", args=[1])).status_code == 404


def test_outbox_is_only_read(client: Client) -> None:
    assert client.post(reverse("sandbox:outbox")).status_code == 405


def test_outbox_is_not_cached(client: Client) -> None:
    assert "no-store" in client.get(reverse("sandbox:outbox"))["Cache-Control"]
