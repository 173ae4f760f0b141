"""What allauth and Django tell about logins, written into the person's own log."""

from typing import Any

from allauth.account.signals import login_code_rejected, user_signed_up
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from marketplace.accounts.enums import ActivityKind
from marketplace.accounts.models import User
from marketplace.accounts.services import record_activity


@receiver(user_signed_up)
def log_sign_up(*, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The form was sent; the number is still to be proven."""
    record_activity(user=user, kind=ActivityKind.SIGNED_UP, request=request, now=timezone.now())


@receiver(user_logged_in)
def log_login(*, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Somebody is in."""
    record_activity(user=user, kind=ActivityKind.LOGGED_IN, request=request, now=timezone.now())


@receiver(login_code_rejected)
def log_failed_login(*, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A wrong code for an account that exists."""
    record_activity(user=user, kind=ActivityKind.LOGIN_FAILED, request=request, now=timezone.now())


@receiver(user_logged_out)
def log_logout(*, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Somebody is out; a session that ended before has nobody in it."""
    if user is not None:
        record_activity(
            user=user, kind=ActivityKind.LOGGED_OUT, request=request, now=timezone.now()
        )
