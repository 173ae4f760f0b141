"""How an SMS leaves: through the provider's HTTP interface, or into the sandbox."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from .enums import Channel
from .models import SandboxMessage

_TIMEOUT_SECONDS: Final = 10
_TRY_LATER: Final = frozenset({429, 503})


class Refused(Exception):
    """The gateway did not take it, for certain. When `is_temporary`, a later try may do."""

    def __init__(self, reason: str, *, is_temporary: bool) -> None:
        super().__init__(reason)
        self.is_temporary = is_temporary


class Unclear(Exception):
    """Nobody can say whether the gateway took it."""


class SmsGateway(Protocol):
    def send(self, *, to: str, text: str, delivery_id: UUID) -> str:
        """Sends one SMS and returns the gateway's id of it. Raises Refused or Unclear."""
        ...


def sms_gateway() -> SmsGateway:
    """The provider's, where SMS_GATEWAY_URL is set; otherwise the sandbox."""
    if settings.SMS_GATEWAY_URL:
        return HttpSmsGateway(settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN)
    return SandboxSmsGateway()


class SandboxSmsGateway:
    def send(self, *, to: str, text: str, delivery_id: UUID) -> str:
        SandboxMessage.objects.create(
            channel=Channel.SMS,
            to=to,
            text=text,
            message_id=str(delivery_id),
            sent_at=timezone.now(),
        )
        return str(delivery_id)


@dataclass(frozen=True, slots=True)
class HttpSmsGateway:
    """POSTs `{"id", "to", "text"}` as JSON with a bearer token; 2xx means taken.

    `id`, also sent as Idempotency-Key, is the same for the same SMS. What failed before the
    request was written, and a 429 or 503, is a refusal for now; any other 4xx is one for good; a
    broken connection or another 5xx leaves it unclear.
    """

    url: str
    token: str

    def send(self, *, to: str, text: str, delivery_id: UUID) -> str:
        body = json.dumps({"id": str(delivery_id), "to": to, "text": text}).encode()
        status, answer = self._post(body, str(delivery_id))
        if 200 <= status < 300:
            return _id_in(answer) or str(delivery_id)
        reason = f"the SMS gateway answered {status}"
        if status in _TRY_LATER:
            raise Refused(reason, is_temporary=True)
        if status >= 500:
            raise Unclear(reason)
        raise Refused(reason, is_temporary=False)

    def _post(self, body: bytes, key: str) -> tuple[int, bytes]:
        target = urlsplit(self.url)
        kind = http.client.HTTPSConnection
        if target.scheme == "http":
            kind = http.client.HTTPConnection  # type: ignore[assignment]
        connection = kind(target.hostname or "", target.port, timeout=_TIMEOUT_SECONDS)
        path = f"{target.path or '/'}{'?' + target.query if target.query else ''}"
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        try:
            try:
                connection.connect()
            except OSError as failure:
                raise Refused(f"no connection: {failure}", is_temporary=True) from failure
            try:
                connection.request("POST", path, body, headers)
                response = connection.getresponse()
                return response.status, response.read(65_536)
            except (OSError, http.client.HTTPException) as failure:
                raise Unclear(f"{type(failure).__name__}: {failure}") from failure
        finally:
            connection.close()


def _id_in(answer: bytes) -> str:
    try:
        found = json.loads(answer)
    except ValueError:
        return ""
    return str(found.get("id", ""))[:200] if isinstance(found, dict) else ""
