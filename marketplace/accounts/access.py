"""Who may open a page: one decorator for each kind of visitor.

Anonymous visitors are sent to log in and come back to what they asked for. A person without the
role gets 404, as if the page were not there (promise P8).
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from marketplace.accounts import policies
from marketplace.accounts.models import User
from marketplace.core.htmx import HtmxHttpRequest

type View[**P] = Callable[Concatenate[HtmxHttpRequest, P], HttpResponseBase]


def _only[**P](view: View[P], allowed: Callable[[User], bool]) -> View[P]:
    @wraps(view)
    def guarded(request: HtmxHttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(next_address(request))
        if not allowed(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def next_address(request: HttpRequest) -> str:
    """Where to come back to after logging in: this page, or the one it was asked from by POST."""
    return request.get_full_path() if request.method in {"GET", "HEAD"} else request.path


def member_of(request: HttpRequest) -> User:
    """The person who is logged in. Raises PermissionDenied for a visitor who is not."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def member_required[**P](view: View[P]) -> View[P]:
    """Anybody who is logged in."""
    return _only(view, lambda _user: True)


def verified_phone_required[**P](view: View[P]) -> View[P]:
    """Anybody who is logged in and proved to hold the phone number; others get 403."""

    @member_required
    @wraps(view)
    def guarded(request: HtmxHttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not policies.has_verified_phone(member_of(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def moderator_required[**P](view: View[P]) -> View[P]:
    """Moderators and administrators."""
    return _only(view, policies.is_moderator)


def administrator_required[**P](view: View[P]) -> View[P]:
    """Administrators."""
    return _only(view, policies.is_administrator)
