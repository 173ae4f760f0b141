"""What a load balancer is told, with every part working and with each of them failing."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django_q.status import Stat
from pytest_django import Settings

PARTS = {"database": "ok", "migrations": "ok", "worker": "ok", "cache": "ok"}


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker of another process: its heartbeat is all that the site sees of it."""
    monkeypatch.setattr(Stat, "get_all", lambda: ["a heartbeat"])


def fail(*_args: object, **_kwargs: object) -> object:
    raise OSError("not there")


def test_healthz_answers_without_the_database(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "alive"})


@pytest.mark.django_db
@pytest.mark.usefixtures("worker")
def test_readyz_names_every_part_that_works(client: Client) -> None:
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"status": "ready", **PARTS})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_readyz_fails_without_a_worker(client: Client) -> None:
    cache.clear()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"status": "not ready", **PARTS, "worker": "failing"}


@pytest.mark.django_db
@pytest.mark.usefixtures("worker")
def test_readyz_fails_while_a_migration_waits(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'moderation'")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"status": "not ready", **PARTS, "migrations": "failing"}


@pytest.mark.django_db
@pytest.mark.usefixtures("worker")
def test_readyz_fails_without_a_cache(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "set", fail)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"status": "not ready", **PARTS, "cache": "failing"}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_pages_only_read(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.mark.django_db
@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_call_the_process_by_its_address(
    client: Client, settings: Settings, path: str
) -> None:
    settings.ALLOWED_HOSTS = ["joytop.example"]
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(path, headers={"Host": "10.0.0.7:8000"}).status_code == 200
    assert client.get("/contact/", headers={"Host": "10.0.0.7:8000"}).status_code == 400
