import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.tests.factories import make_cast
from marketplace.core.integrity import record_report

from .factories import NOW, make_message, make_state_change

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def administrator(client: Client) -> None:
    client.force_login(make_cast().administrator)


@pytest.mark.parametrize("model", ["outboxmessage", "statechange", "integrityreport"])
def test_administrators_look_and_change_nothing(client: Client, model: str) -> None:
    rows = {
        "outboxmessage": make_message(),
        "statechange": make_state_change(),
        "integrityreport": record_report(now=NOW),
    }
    row = rows[model]

    assert client.get(reverse(f"admin:core_{model}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:core_{model}_change", args=[row.pk])).status_code == 200
    assert client.get(reverse(f"admin:core_{model}_add")).status_code == 403
    assert client.post(reverse(f"admin:core_{model}_delete", args=[row.pk])).status_code == 403
    assert type(row)._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    ("outcome", "topics"),
    [
        ("open", ["tests.open"]),
        ("done", ["tests.done"]),
        ("failed", ["tests.failed"]),
        ("", ["tests.done", "tests.failed", "tests.open"]),
    ],
)
def test_outbox_is_narrowed_by_outcome(client: Client, outcome: str, topics: list[str]) -> None:
    make_message(topic="tests.open")
    make_message(topic="tests.done", processed_at=NOW)
    make_message(topic="tests.failed", failed_at=NOW)

    response = client.get(
        reverse("admin:core_outboxmessage_changelist"), {"outcome": outcome} if outcome else {}
    )

    assert sorted(message.topic for message in response.context["cl"].queryset) == topics
