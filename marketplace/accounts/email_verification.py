"""Proving to read an email address: a six-digit code, asked for and answered in one session.

The account's own address changes only when the code is right; until then what was asked for
lives in the session, with the code as a keyed hash. allauth's own flow is not used: it can
verify by code only where every login needs a verified address.
"""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from secrets import randbelow
from typing import Final
from uuid import uuid4

from allauth.core import ratelimit
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.enums import ActivityKind
from marketplace.accounts.models import User
from marketplace.accounts.notification_kinds import EMAIL_CODE
from marketplace.accounts.services import record_activity, verify_email
from marketplace.core.errors import DomainError
from marketplace.notifications.services import Address, notify

CODE_LIVES: Final = timedelta(minutes=15)
MAX_ATTEMPTS: Final = 3
MAX_RESENDS: Final = 2
_SESSION_KEY: Final = "email_verification"


class EmailRequestsTooMany(DomainError):
    """The rate limit of sending or of guessing is used up."""

    code = "too_many_requests"
    default_message = _("That was a lot of codes in a short time. Try again in ten minutes.")


class SameEmail(DomainError):
    """It is the account's address already."""

    code = "same_email"
    default_message = _("This is your address already.")


class WrongCode(DomainError):
    """Not the code that was sent; another try is left."""

    code = "wrong_code"
    default_message = _("That is not the code that we sent. Look at the newest email.")


class CodeOver(DomainError):
    """No code is waiting: it is too old, or was answered wrongly too often."""

    code = "code_over"
    default_message = _("This code no longer works. Ask for a new one.")


@dataclass(frozen=True, slots=True)
class PendingEmail:
    """An address that a code was sent to. Times are seconds since the epoch."""

    email: str
    code_hash: str
    sent_at: float
    failures: int = 0
    resends: int = 0

    @property
    def can_resend(self) -> bool:
        """Whether another code may be asked for."""
        return self.resends < MAX_RESENDS


def pending_email(request: HttpRequest, *, now: datetime) -> PendingEmail | None:
    """The address waiting for its code in this session, unless the code is too old."""
    kept = request.session.get(_SESSION_KEY)
    if not kept:
        return None
    pending = PendingEmail(**kept)
    sent_at = datetime.fromtimestamp(pending.sent_at, tz=UTC)
    return pending if now - sent_at < CODE_LIVES else None


def start(*, request: HttpRequest, user: User, email: str, now: datetime) -> None:
    """Sends a code to the address, whoever else may use it: only its reader learns that.

    Raises SameEmail and EmailRequestsTooMany.
    """
    email = email.lower()
    if email == user.email:
        raise SameEmail
    _send(request=request, user=user, email=email, resends=0, now=now)
    record_activity(
        user=user,
        kind=ActivityKind.EMAIL_ADDED,
        request=request,
        now=now,
        details={"email": email},
    )


def resend(*, request: HttpRequest, user: User, now: datetime) -> None:
    """Sends a new code to the waiting address; the old one is over.

    Raises CodeOver where none waits or too many were sent, and EmailRequestsTooMany.
    """
    pending = pending_email(request, now=now)
    if pending is None or not pending.can_resend:
        raise CodeOver
    _send(request=request, user=user, email=pending.email, resends=pending.resends + 1, now=now)


def _send(*, request: HttpRequest, user: User, email: str, resends: int, now: datetime) -> None:
    if not ratelimit.consume(request, action="confirm_email", key=email, user=user):
        raise EmailRequestsTooMany
    code = f"{randbelow(1_000_000):06}"
    with transaction.atomic():
        notify(
            kind=EMAIL_CODE,
            to=Address(email=email, language=user.language, time_zone=user.time_zone),
            context={"code": code, "minutes": CODE_LIVES // timedelta(minutes=1)},
            event_key=f"{EMAIL_CODE}:{uuid4()}",
            now=now,
        )
    _keep(
        request,
        PendingEmail(
            email=email, code_hash=_hash(code, email), sent_at=now.timestamp(), resends=resends
        ),
    )


def confirm(*, request: HttpRequest, user: User, code: str, now: datetime) -> str:
    """Checks the code; when it is right the address is the account's. Returns the address.

    Raises WrongCode (a try is left), CodeOver (none is), EmailRequestsTooMany, and EmailTaken
    (the right code, but another account was first).
    """
    pending = pending_email(request, now=now)
    if pending is None:
        raise CodeOver
    if not ratelimit.consume(request, action="confirm_email_code", user=user):
        raise EmailRequestsTooMany
    if not constant_time_compare(pending.code_hash, _hash(code, pending.email)):
        failed = replace(pending, failures=pending.failures + 1)
        if failed.failures >= MAX_ATTEMPTS:
            cancel(request)
            raise CodeOver
        _keep(request, failed)
        raise WrongCode
    cancel(request)
    verify_email(user=user, email=pending.email, request=request, now=now)
    return pending.email


def cancel(request: HttpRequest) -> None:
    """Forgets the address that waits for its code."""
    request.session.pop(_SESSION_KEY, None)


def _keep(request: HttpRequest, pending: PendingEmail) -> None:
    request.session[_SESSION_KEY] = asdict(pending)


def _hash(code: str, email: str) -> str:
    digits = "".join(character for character in code if not character.isspace())
    return salted_hmac(
        "joytop.email_verification", f"{digits}:{email}", algorithm="sha256"
    ).hexdigest()
