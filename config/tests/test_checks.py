"""Each system check speaks up for what it guards, and is silent otherwise."""

import re
from pathlib import Path

import pytest
from django.core.checks import CheckMessage
from pytest_django import Settings

from config import checks


def ids(messages: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in messages]


@pytest.mark.parametrize(("length", "expected"), [(49, ["joytop.E001"]), (50, [])])
def test_secret_key_has_fifty_characters(
    settings: Settings, length: int, expected: list[str]
) -> None:
    settings.SECRET_KEY = "k" * length

    assert ids(checks.secret_key_is_long(None)) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://joytop.example", ["joytop.E002"]),
        ("https://", ["joytop.E002"]),
        ("https://joytop.example", []),
    ],
)
def test_site_url_is_encrypted(settings: Settings, address: str, expected: list[str]) -> None:
    settings.SITE_URL = address

    assert ids(checks.site_url_is_https(None)) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://sms.example/send", ["joytop.E004"]),
        ("ftp://sms.example/send", ["joytop.E004"]),
        ("https:/sms.example", ["joytop.E004"]),
        ("sms.example/send", ["joytop.E004"]),
        ("https://sms.example/send", []),
        ("", []),  # the sandbox; production refuses to start without one
    ],
)
def test_sms_gateway_is_encrypted(settings: Settings, address: str, expected: list[str]) -> None:
    settings.SMS_GATEWAY_URL = address

    assert ids(checks.sms_gateway_is_https(None)) == expected


@pytest.mark.parametrize(
    ("hosts", "expected"),
    [
        (["joytop.example", "*"], ["joytop.E005"]),
        (["joytop.example", ".joytop.example"], []),
    ],
)
def test_hosts_are_named(settings: Settings, hosts: list[str], expected: list[str]) -> None:
    settings.ALLOWED_HOSTS = hosts

    assert ids(checks.hosts_are_named(None)) == expected


@pytest.mark.parametrize(
    ("sandbox", "production", "key", "expected"),
    [
        (True, False, "sk_test_sandbox", []),
        (True, True, "sk_test_sandbox", ["joytop.E006"]),
        (True, False, "sk_live_51", ["joytop.E006"]),
        (True, False, "rk_live_51", ["joytop.E006"]),
        (False, True, "sk_live_51", []),
    ],
)
def test_payments_sandbox_is_apart(
    settings: Settings,
    sandbox: bool,
    production: bool,
    key: str,
    expected: list[str],
) -> None:
    settings.PAYMENTS_SANDBOX = sandbox
    settings.IN_PRODUCTION = production
    settings.STRIPE_SECRET_KEY = key

    assert ids(checks.payments_sandbox_is_apart(None)) == expected


def test_time_zone_is_known(settings: Settings) -> None:
    assert ids(checks.time_zone_data_is_there(None)) == []

    settings.TIME_ZONE = "Mars/Olympus"

    assert ids(checks.time_zone_data_is_there(None)) == ["joytop.E003"]


def test_media_folder_can_be_made(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "new" / "media"

    assert ids(checks.local_media_can_be_written(None)) == []


def test_media_folder_below_a_file_is_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "media"

    assert ids(checks.local_media_can_be_written(None)) == ["joytop.W001"]


def test_media_folder_does_not_matter_beside_a_bucket(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    settings.MEDIA_BUCKET = "photos"

    assert ids(checks.local_media_can_be_written(None)) == []


def test_every_check_is_tried_here() -> None:
    written = set(re.findall(r'id="(joytop\.[EW]\d+)"', Path(checks.__file__).read_text()))

    assert written == set(re.findall(r'"(joytop\.[EW]\d+)"', Path(__file__).read_text()))
