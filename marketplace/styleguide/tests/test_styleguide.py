"""The style guide shows all that there is, the same each time, and only where sites are built."""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from marketplace.bookings.enums import BookingStatus
from marketplace.core.templatetags.pieces import forget_pieces
from marketplace.styleguide import tokens
from marketplace.venues.enums import ListingStatus

pytestmark = pytest.mark.django_db

# What whole pages extend: no part of a page.
FRAMES: Final = {"components/plain_page.html"}
IDS: Final = re.compile(r'\sid="([^"]+)"')
IN_PRODUCTION: Final = {
    "JOYTOP_MODE": "production",
    "SECRET_KEY": "k" * 60,
    "SITE_URL": "https://joytop.example",
    "ALLOWED_HOSTS": "joytop.example",
    "DATABASE_URL": "postgresql://postgres@127.0.0.1:5432/nothing",
    "SMTP_HOST": "smtp.example",
    "SMS_GATEWAY_URL": "https://sms.example",
    "STRIPE_SECRET_KEY": "sk_live_1",
    "STRIPE_WEBHOOK_SECRET": "whsec_1",
    "OPERATOR_NAME": "JoyTop",
    "OPERATOR_BIN": "1",
    "OPERATOR_ADDRESS": "Almaty",
    "OPERATOR_EMAIL": "a@joytop.example",
    "OPERATOR_PHONE": "+7",
}
ASKS_FOR_IT: Final = """
import django; django.setup()
from django.urls import Resolver404, resolve
try:
    resolve("/styleguide/")
except Resolver404:
    print("not there")
"""


@pytest.fixture
def guide(client: Client) -> str:
    response = client.get(reverse("styleguide:guide"))
    assert response.status_code == 200
    return response.content.decode()


def test_guide_shows_every_component(client: Client) -> None:
    forget_pieces()
    response = client.get(reverse("styleguide:guide"))

    rendered = {template.name for template in response.templates}
    folder = Path(settings.BASE_DIR, "templates")
    there = {str(path.relative_to(folder)) for path in (folder / "components").glob("*.html")}
    assert there - rendered == FRAMES


def test_guide_shows_every_icon(guide: str) -> None:
    assert len(tokens.icons()) > 100
    assert [name for name in tokens.icons() if f"<small>{name}</small>" not in guide] == []


def test_guide_shows_every_colour(guide: str) -> None:
    names = tokens.colours("light")

    assert len(names) > 20
    assert [name for name in names if f"var(--{name})" not in guide] == []


def test_guide_shows_every_state(guide: str) -> None:
    labels = {str(state.label) for states in (BookingStatus, ListingStatus) for state in states}

    assert [label for label in labels if f"{label}</span>" not in guide] == []


def test_guide_has_no_id_twice(guide: str) -> None:
    assert [name for name, times in Counter(IDS.findall(guide)).items() if times > 1] == []


def test_guide_is_the_same_at_each_call(guide: str, client: Client) -> None:
    tokens_of_forms = re.compile(r'csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken": "[^"]+"')
    again = client.get(reverse("styleguide:guide")).content.decode()

    assert tokens_of_forms.sub("", again) == tokens_of_forms.sub("", guide)


def test_production_has_no_guide(tmp_path: Path) -> None:
    environment = {**os.environ, **IN_PRODUCTION, "DATA_DIR": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    done = subprocess.run(
        [sys.executable, "-c", ASKS_FOR_IT],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.stdout.strip() == "not there", done.stderr
