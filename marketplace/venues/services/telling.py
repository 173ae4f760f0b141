"""Telling a listing's owners what was decided about it."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import translation

from marketplace.accounts.models import User
from marketplace.notifications.services import Address, notify
from marketplace.trust.enums import RejectionReason
from marketplace.trust.services import ChangeItem
from marketplace.venues.models import Venue


def tell_owners(
    *,
    venue: Venue,
    kind: str,
    now: datetime,
    items: Sequence[ChangeItem] = (),
    reasons: Sequence[str] = (),
    note: str = "",
) -> None:
    """Promises, inside the transaction, to tell each owner in the venue's team once."""
    for owner in venue.owners():
        notify(
            kind=kind,
            to=_reached_once(owner),
            context={
                "venue": venue.name,
                "owner_path": reverse("owners:venue", args=[venue.pk]),
                "public_path": venue.get_absolute_url(),
                "items": [*(item.text for item in items)],
                "reasons": [*_in_words(reasons, language=owner.language)],
                "note": note,
            },
            event_key=f"{kind}:{venue.pk}:{now.isoformat()}:{owner.pk}",
            now=now,
        )


def _in_words(reasons: Sequence[str], *, language: str) -> list[str]:
    with translation.override(language):
        return [str(RejectionReason(reason).label) for reason in reasons]


def _reached_once(owner: User) -> Address:
    """By email where there is one (it is kept only when verified), else by SMS."""
    return Address(
        pk=owner.pk,
        email=owner.email,
        phone="" if owner.email else owner.phone,
        language=owner.language,
        time_zone=owner.time_zone,
    )
