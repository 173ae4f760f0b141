"""The settings keep their word: documented, and closed without their secrets."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "JOYTOP_MODE": "production",
    "SECRET_KEY": "a-key-for-this-test-only-0123456789-0123456789-0123456789",
    "DATABASE_URL": "postgresql://joytop@localhost/joytop",
    "SITE_URL": "https://joytop.example",
    "ALLOWED_HOSTS": "joytop.example",
    "SMTP_HOST": "smtp.joytop.example",
    "SMS_GATEWAY_URL": "https://sms.joytop.example/send",
    "STRIPE_SECRET_KEY": "sk_test_made_up",
    "STRIPE_WEBHOOK_SECRET": "whsec_made_up",
    "OPERATOR_NAME": "Operator LLP",
    "OPERATOR_BIN": "240140000000",
    "OPERATOR_ADDRESS": "Almaty",
    "OPERATOR_EMAIL": "hello@joytop.example",
    "OPERATOR_PHONE": "+7 727 000 00 00",
}
NEEDED_IN_PRODUCTION = sorted(set(PRODUCTION) - {"JOYTOP_MODE"})


def load_settings(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Import the settings in a process of their own and print the guards."""
    guards = "settings.DEBUG, settings.SESSION_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS > 0"
    return subprocess.run(
        [sys.executable, "-c", f"from config import settings; print({guards})"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_settings_load_with_every_guard_up() -> None:
    loaded = load_settings(PRODUCTION)

    assert loaded.returncode == 0, loaded.stderr
    assert loaded.stdout.strip() == "False True True"


@pytest.mark.parametrize("name", NEEDED_IN_PRODUCTION)
def test_production_settings_refuse_to_load_without(name: str) -> None:
    loaded = load_settings({key: value for key, value in PRODUCTION.items() if key != name})

    assert loaded.returncode != 0
    assert f"{name}" in loaded.stderr
    assert "ImproperlyConfigured" in loaded.stderr


def test_production_settings_refuse_the_development_key() -> None:
    key = "development-only-key-that-production-refuses-to-start-with"

    loaded = load_settings({**PRODUCTION, "SECRET_KEY": key})

    assert loaded.returncode != 0
    assert "development key" in loaded.stderr


def test_example_names_exactly_the_variables_that_are_read() -> None:
    example = (ROOT / ".env.example").read_text()
    documented = set(re.findall(r"^([A-Z0-9_]+)=", example, flags=re.MULTILINE))

    assert documented == env.NAMES_READ


def test_flag_refuses_a_word_that_is_neither_yes_nor_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_STARTTLS", "maybe")

    with pytest.raises(ImproperlyConfigured, match="SMTP_STARTTLS"):
        env.flag("SMTP_STARTTLS", default=True)


def test_whole_number_refuses_what_is_below_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKER_PROCESSES", "0")

    with pytest.raises(ImproperlyConfigured, match="below 1"):
        env.whole_number("WORKER_PROCESSES", 2, at_least=1)


def test_database_reads_a_socket_folder_and_escaped_characters() -> None:
    entry = env.database("postgresql://joy%40top:p%2Fw@/joytop?host=/run/postgres&port=5433")

    assert (entry["USER"], entry["PASSWORD"], entry["NAME"]) == ("joy@top", "p/w", "joytop")
    assert (entry["HOST"], entry["PORT"]) == ("/run/postgres", "5433")


def test_database_refuses_another_engine() -> None:
    with pytest.raises(ImproperlyConfigured, match="postgresql://"):
        env.database("mysql://localhost/joytop")
