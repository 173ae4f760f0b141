"""What owners read, word for word."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from marketplace.accounts.models import User
from marketplace.notifications.enums import Channel
from marketplace.notifications.kinds import registered_kinds
from marketplace.notifications.models import Delivery
from marketplace.notifications.rendering import render_email, render_sms
from marketplace.trust.services import ChangeItem
from marketplace.venues import services
from marketplace.venues.enums import ListingStatus
from marketplace.venues.services.telling import tell_owners
from marketplace.venues.tests.factories import make_venue

NOW = datetime(2026, 5, 11, 10, 0, tzinfo=UTC)
KINDS = sorted(code for code in registered_kinds() if code.startswith("venues."))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_rendered_in_both_ways(owner: User, kind: str) -> None:
    venue = make_venue(owner=owner, name="Red & <Wall>")
    with transaction.atomic():
        tell_owners(
            venue=venue,
            kind=kind,
            now=NOW,
            items=[ChangeItem("photos", "Show the entrance")],
            reasons=["duplicate"],
            note="See “Hall 1”",
        )
    delivery = Delivery.objects.get()

    sms, letter = render_sms(delivery), render_email(delivery)

    path = f"/owner/venues/{venue.pk}/" if "/owner/" in letter.text else venue.get_absolute_url()
    assert delivery.channel == Channel.SMS
    assert "Red & <Wall>" in sms
    assert "\n" not in sms
    assert "Red & <Wall>" in letter.subject
    assert "Red &amp; &lt;Wall&gt;" in letter.html
    assert path in sms
    assert path in letter.text
    assert path in letter.html
    has_items = "changes_requested" in kind
    assert ("Show the entrance" in letter.text) == ("Show the entrance" in letter.html)
    assert not has_items or "1. Show the entrance" in letter.text


def test_each_owner_of_the_team_is_told_once(owner: User, moderator: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.IN_REVIEW)

    services.reject_listing(venue=venue, by=moderator, now=NOW, reasons=["prohibited"])

    assert [delivery.notification.recipient for delivery in Delivery.objects.all()] == [owner]
