"""`verify_integrity` over everything: silent where all is well, and tested where it is not."""

import hashlib
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from config.demo.seed import seed
from marketplace.accounts.tests.factories import make_user
from marketplace.bookings.models import Booking
from marketplace.core.integrity import registered_checks
from marketplace.trust.tests.factories import make_case
from marketplace.venues.photos import StoredPhoto


def stored_without_encoding(content: bytes) -> StoredPhoto:
    """Pictures are encoded in the tests of photos."""
    key = hashlib.sha256(content).hexdigest()
    return StoredPhoto(key=key, width=1440, height=960, dominant_color="#808080")


@pytest.mark.django_db(databases=["default", "sandbox"])
def test_seeded_database_has_no_breach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.demo.seed.store_photo", stored_without_encoding)
    call_command("load_reference", verbosity=0)
    seed(now=timezone.now())
    said, complained = StringIO(), StringIO()

    call_command("verify_integrity", stdout=said, stderr=complained)

    assert Booking.objects.count() >= 50
    assert complained.getvalue() == ""
    assert said.getvalue() == f"{len(registered_checks())} integrity checks, no breach\n"


@pytest.mark.django_db
def test_breach_is_named_and_fails_the_command() -> None:
    case = make_case(by=make_user())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE trust_case SET state = 'waiting' WHERE id = %s", [case.pk])
    complained = StringIO()

    with pytest.raises(SystemExit) as stopped:
        call_command("verify_integrity", stdout=StringIO(), stderr=complained)

    assert stopped.value.code == 1
    named = f"trust.state_follows_entries: {case.pk}: the case is waiting, but its last entry is"
    assert named in complained.getvalue()


def test_every_check_is_named_after_its_room() -> None:
    rooms = {app.label for app in apps.get_app_configs() if app.name.startswith("marketplace.")}

    assert {name.split(".")[0] for name in registered_checks()} <= rooms


def test_every_check_has_its_breach_planted() -> None:
    """A test of the check's own room names it: there the breach is planted and looked for."""
    unplanted = [name for name in registered_checks() if f'"{name}"' not in _tests_of(name)]

    assert unplanted == []


def _tests_of(check: str) -> str:
    folder = Path(settings.BASE_DIR) / "marketplace" / check.split(".", maxsplit=1)[0] / "tests"
    return "\n".join(path.read_text() for path in sorted(folder.glob("test_*.py")))
