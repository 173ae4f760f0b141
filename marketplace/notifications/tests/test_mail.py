import smtplib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from marketplace.notifications.attachments import Attachment
from marketplace.notifications.gateways import Refused
from marketplace.notifications.mail import send_email
from marketplace.notifications.models import SandboxAttachment, SandboxMessage
from marketplace.notifications.rendering import Letter

from .factories import EMAIL

LETTER = Letter(subject="Сәлем", text="Сәлем!\n", html="<p>Сәлем!</p>")
DELIVERY = UUID("12345678-1234-5678-1234-567812345678")


class FailingBackend(BaseEmailBackend):
    """Raises what its options hold."""

    def __init__(self, *, error: Exception, **options: Any) -> None:
        super().__init__(**options)
        self.error = error

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise self.error


@pytest.mark.django_db
def test_sandbox_keeps_an_email_as_sent(settings: Any) -> None:
    message_id = send_email(to=EMAIL, letter=LETTER, delivery_id=DELIVERY)

    kept = SandboxMessage.objects.get()
    assert message_id == f"<{DELIVERY}@joytop.example>" == kept.message_id
    assert (kept.channel, kept.to, kept.subject) == ("email", EMAIL, "Сәлем")
    assert (kept.text, kept.html) == ("Сәлем!\n", "<p>Сәлем!</p>")
    assert kept.headers["From"] == settings.DEFAULT_FROM_EMAIL


@pytest.mark.django_db
def test_file_arrives_to_the_byte() -> None:
    content = "BEGIN:VCALENDAR\r\nSUMMARY:Той\r\n".encode() + bytes(range(256))
    attachment = Attachment(
        filename="joytop-той.ics",
        content=content,
        mimetype="text/calendar",
        parameters={"method": "PUBLISH", "charset": "utf-8"},
    )

    send_email(to=EMAIL, letter=replace(LETTER, attachment=attachment), delivery_id=DELIVERY)

    [kept] = SandboxAttachment.objects.all()
    assert (kept.filename, bytes(kept.content)) == ("joytop-той.ics", content)
    assert kept.mimetype == 'text/calendar; method="PUBLISH"; charset="utf-8"'
    sent = SandboxMessage.objects.get()
    assert (sent.text, sent.html) == (LETTER.text, LETTER.html)
    assert list(sent.attachments.all()) == [kept]


@pytest.mark.parametrize(
    ("error", "is_temporary"),
    [
        (smtplib.SMTPRecipientsRefused({EMAIL: (550, b"no such mailbox")}), False),
        (smtplib.SMTPRecipientsRefused({EMAIL: (451, b"come later")}), True),
        (smtplib.SMTPSenderRefused(552, b"too large", "hello@joytop.example"), False),
        (smtplib.SMTPDataError(421, b"closing"), True),
        (smtplib.SMTPServerDisconnected("gone"), True),
        (TimeoutError("timed out"), True),
        (ConnectionRefusedError("refused"), True),
    ],
)
def test_refusals_of_the_mail_server_are_told_apart(
    settings: Any, error: Exception, is_temporary: bool
) -> None:
    backend = f"{__name__}.FailingBackend"
    settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": {"error": error}}}

    with pytest.raises(Refused) as refusal:
        send_email(to=EMAIL, letter=LETTER, delivery_id=DELIVERY)

    assert refusal.value.is_temporary is is_temporary
