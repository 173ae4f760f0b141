"""Email as it leaves: what is put in the envelope, and the sandbox that opens it."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator, Sequence
from email.message import MIMEPart
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from .enums import Channel
from .gateways import Refused
from .models import SandboxAttachment, SandboxMessage
from .rendering import Letter


def message_id_of(delivery_id: UUID) -> str:
    """The same at every try, so that the reader's mail server can tell a repetition."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{delivery_id}@{domain}>"


def send_email(*, to: str, letter: Letter, delivery_id: UUID) -> str:
    """Hands the letter to the mailer and returns its Message-ID. Raises Refused."""
    message_id = message_id_of(delivery_id)
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        to=[to],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(letter.html, "text/html")
    if letter.attachment:
        message.attach(letter.attachment.as_part())
    try:
        message.send(using="default")
    except smtplib.SMTPRecipientsRefused as refusal:
        code, reason = next(iter(refusal.recipients.values()))
        raise _refused(code, reason) from refusal
    except smtplib.SMTPResponseException as refusal:
        raise _refused(refusal.smtp_code, refusal.smtp_error) from refusal
    except (smtplib.SMTPException, OSError) as failure:
        # Perhaps taken, perhaps not: trying again is right, because the Message-ID stays.
        raise Refused(f"{type(failure).__name__}: {failure}", is_temporary=True) from failure
    return message_id


def _refused(code: int, reason: bytes | str) -> Refused:
    words = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    return Refused(f"{code} {words}", is_temporary=not 500 <= code < 600)


class SandboxBackend(BaseEmailBackend):
    """Keeps each email as the outbox page shows it. Nothing leaves the machine."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with transaction.atomic():
            for message in email_messages:
                sent = message.message()
                for to in message.recipients():
                    kept = _as_kept(message, sent, to)
                    kept.save()
                    SandboxAttachment.objects.bulk_create(_attachments(sent, kept))
        return len(email_messages)


def _attachments(sent: MIMEPart, kept: SandboxMessage) -> Iterator[SandboxAttachment]:
    for part in sent.iter_attachments():
        yield SandboxAttachment(
            message=kept,
            filename=part.get_filename() or "",
            mimetype=str(part["Content-Type"]),
            content=part.get_payload(decode=True),
        )


def _as_kept(message: EmailMessage, sent: MIMEPart, to: str) -> SandboxMessage:
    html: Any = ""
    for alternative in getattr(message, "alternatives", ()):
        if alternative.mimetype == "text/html":
            html = alternative.content
    return SandboxMessage(
        channel=Channel.EMAIL,
        to=to,
        subject=str(message.subject),
        text=str(message.body),
        html=html,
        message_id=sent["Message-ID"],
        headers={name: str(value) for name, value in sent.items()},
        sent_at=timezone.now(),
    )
