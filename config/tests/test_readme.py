"""What README.md says and only the code can know."""

import re

from django.conf import settings
from django.urls import reverse

from marketplace.payments.sandbox.cards import TEST_CARDS
from marketplace.payments.services import PAYMENT_EVENTS, REFUND_EVENTS

README = (settings.BASE_DIR / "README.md").read_text()
EVENT = re.compile(r"`((?:checkout\.session|payment_intent|charge|refund)\.[a-z_]+)`")
CARD = re.compile(r"\d{4}(?: \d{4}){3}")


def test_readme_names_the_events_that_are_acted_on() -> None:
    assert sorted(EVENT.findall(README)) == sorted(PAYMENT_EVENTS | REFUND_EVENTS)


def test_readme_names_where_events_are_sent() -> None:
    assert f"`SITE_URL` + `{reverse('payments:stripe_webhook')}`" in " ".join(README.split())


def test_readme_names_every_card_of_the_sandbox() -> None:
    assert set(CARD.findall(README)) == {card.grouped for card in TEST_CARDS}
