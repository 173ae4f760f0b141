"""What changes about a person: profile, phone, email, role, and the log of it all.

Each function is one transaction, or part of the caller's, and writes its own activity.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.enums import ActivityKind, Role
from marketplace.accounts.models import Activity, User
from marketplace.accounts.notification_kinds import EMAIL_REMOVED, PHONE_CHANGED
from marketplace.accounts.phones import format_phone
from marketplace.core.errors import DomainError
from marketplace.notifications.services import Address, notify

_LONGEST_USER_AGENT = 255


class EmailTaken(DomainError):
    """Another account proved to read this address first."""

    code = "email_taken"
    default_message = _("Another account uses this address. Remove it there, or give another one.")


class PhoneTaken(DomainError):
    """Another account holds this number."""

    code = "phone_taken"
    default_message = _("Another account uses this number. Log in with it, or give another one.")


class LastAdministrator(DomainError):
    """The platform would be left without anybody to run it."""

    code = "last_administrator"
    default_message = _("This is the last administrator. Make somebody else one first.")


def record_activity(
    *,
    user: User,
    kind: ActivityKind,
    request: HttpRequest | None,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> Activity:
    """Adds a line to the person's own log, with the address and browser of the request.

    The address is the client's as seen past TRUSTED_PROXY_COUNT proxies; absent where there is
    no request (a job, a command) or no address (a socket).
    """
    return Activity.objects.create(
        user=user,
        kind=kind,
        at=now,
        ip=_client_ip(request),
        user_agent=request.headers.get("User-Agent", "")[:_LONGEST_USER_AGENT] if request else "",
        details=dict(details or {}),
    )


def _client_ip(request: HttpRequest | None) -> str | None:
    if request is None:
        return None
    try:
        ip: str = get_adapter(request).get_client_ip(request)
    except PermissionDenied:
        return None
    return ip


@transaction.atomic
def update_profile(
    *,
    user: User,
    name: str,
    language: str,
    time_zone: str,
    request: HttpRequest | None,
    now: datetime,
) -> frozenset[str]:
    """Writes what differs and logs it. Returns the names of the fields that changed."""
    wanted = {"name": name, "language": language, "time_zone": time_zone}
    changed = frozenset(field for field, value in wanted.items() if getattr(user, field) != value)
    if changed:
        for field in changed:
            setattr(user, field, wanted[field])
        user.save(update_fields=sorted(changed))
        record_activity(
            user=user,
            kind=ActivityKind.PROFILE_CHANGED,
            request=request,
            now=now,
            details={"fields": sorted(changed)},
        )
    return changed


@transaction.atomic
def verify_phone(*, user: User, phone: str, request: HttpRequest | None, now: datetime) -> None:
    """The person answered a code sent to `phone`: it is theirs from now on.

    A number verified before stays as it is (a login proves it again). When a verified number is
    replaced, the old one is told by SMS. Raises PhoneTaken where another account holds it.
    """
    before = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    user.phone, user.phone_verified_at = phone, before.phone_verified_at
    if before.phone == phone and before.phone_verified_at:
        return
    user.phone_verified_at = now
    try:
        with transaction.atomic():
            user.save(update_fields=["phone", "phone_verified_at"])
    except IntegrityError as conflict:
        user.phone, user.phone_verified_at = before.phone, before.phone_verified_at
        raise PhoneTaken from conflict
    if before.phone == phone or not before.phone_verified_at or not before.phone:
        record_activity(user=user, kind=ActivityKind.PHONE_VERIFIED, request=request, now=now)
        return
    record_activity(
        user=user,
        kind=ActivityKind.PHONE_CHANGED,
        request=request,
        now=now,
        details={"from": format_phone(before.phone), "to": format_phone(phone)},
    )
    notify(
        kind=PHONE_CHANGED,
        to=Address(phone=before.phone, language=user.language, time_zone=user.time_zone),
        context={"ending": phone[-4:]},
        event_key=f"{PHONE_CHANGED}:{uuid4()}",
        now=now,
    )


@transaction.atomic
def verify_email(*, user: User, email: str, request: HttpRequest | None, now: datetime) -> None:
    """The person answered a code sent to `email`: it takes the place of any earlier address.

    The address replaced is told so. Raises EmailTaken where another account verified it first.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    email = email.lower()
    if user.email == email:
        return
    _detach_email(user, now=now)
    try:
        with transaction.atomic():
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    except IntegrityError as conflict:
        raise EmailTaken from conflict
    user.email = email
    user.save(update_fields=["email"])
    record_activity(
        user=user,
        kind=ActivityKind.EMAIL_VERIFIED,
        request=request,
        now=now,
        details={"email": email},
    )


@transaction.atomic
def remove_email(*, user: User, request: HttpRequest | None, now: datetime) -> None:
    """Takes the person's email address off the account and tells that address."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    email = user.email
    if not email:
        return
    _detach_email(user, now=now)
    user.email = ""
    user.save(update_fields=["email"])
    record_activity(
        user=user,
        kind=ActivityKind.EMAIL_REMOVED,
        request=request,
        now=now,
        details={"email": email},
    )


def _detach_email(user: User, *, now: datetime) -> None:
    EmailAddress.objects.filter(user=user).delete()
    if user.email:
        notify(
            kind=EMAIL_REMOVED,
            to=Address(email=user.email, language=user.language, time_zone=user.time_zone),
            context={},
            event_key=f"{EMAIL_REMOVED}:{uuid4()}",
            now=now,
        )


@transaction.atomic
def change_role(
    *, user: User, role: Role, by: User, request: HttpRequest | None, now: datetime
) -> None:
    """Gives the person another role and logs who did it.

    Locks the administrators, so that two of them cannot demote each other at once. Raises
    LastAdministrator.
    """
    administrators = set(
        User.objects.administrators().select_for_update(no_key=True).values_list("pk", flat=True)
    )
    if role != Role.ADMINISTRATOR and administrators == {user.pk}:
        raise LastAdministrator
    before = User.objects.only("role").get(pk=user.pk).role
    if before == role:
        return
    user.role = role
    user.save(update_fields=["role"])
    record_activity(
        user=user,
        kind=ActivityKind.ROLE_CHANGED,
        request=request,
        now=now,
        details={"from": before, "to": str(role), "by": by.pk},
    )
