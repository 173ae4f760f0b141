import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.tests.factories import Cast, make_cast
from marketplace.notifications.enums import Channel, DeliveryState
from marketplace.notifications.models import Delivery, Notification
from marketplace.notifications.services import transition_to

from .factories import NOW, make_delivery, make_notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(client: Client) -> Cast:
    cast = make_cast()
    client.force_login(cast.administrator)
    return cast


def make_ambiguous() -> Delivery:
    delivery = make_delivery(Channel.SMS)
    transition_to(delivery=delivery, to=DeliveryState.SENDING, now=NOW)
    return transition_to(delivery=delivery, to=DeliveryState.AMBIGUOUS, now=NOW)


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("model", ["notification", "delivery", "sandboxmessage"])
def test_administrators_see_every_list(client: Client, model: str) -> None:
    make_notification()

    assert client.get(reverse(f"admin:notifications_{model}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:notifications_{model}_add")).status_code == 403


@pytest.mark.usefixtures("cast")
def test_administrators_do_not_see_secret_facts(client: Client) -> None:
    for kind, is_shown in (("tests.code", False), ("tests.greeting", True)):
        told = make_notification(kind=kind)

        page = client.get(reverse("admin:notifications_notification_change", args=[told.pk]))

        assert page.status_code == 200
        assert ("314159" in page.content.decode()) is is_shown
    assert Notification.objects.count() == 2


@pytest.mark.parametrize(
    ("action", "state"),
    [("settle_as_sent", DeliveryState.SENT), ("settle_as_failed", DeliveryState.FAILED)],
)
@pytest.mark.usefixtures("cast")
def test_administrators_settle_what_is_unclear_and_nothing_else(
    client: Client, action: str, state: DeliveryState
) -> None:
    unclear, waiting = make_ambiguous(), make_delivery()

    response = client.post(
        reverse("admin:notifications_delivery_changelist"),
        {"action": action, "_selected_action": [unclear.pk, waiting.pk]},
        follow=True,
    )

    unclear.refresh_from_db()
    waiting.refresh_from_db()
    assert (unclear.state, waiting.state) == (state, DeliveryState.PENDING)
    page = response.content.decode()
    assert "1 delivery settled." in page
    assert "1 delivery was left as it is" in page


@pytest.mark.usefixtures("cast")
def test_administrators_send_again_what_failed_and_nothing_else(client: Client) -> None:
    failed, waiting = make_delivery(), make_delivery()
    transition_to(delivery=failed, to=DeliveryState.FAILED, now=NOW)

    response = client.post(
        reverse("admin:notifications_delivery_changelist"),
        {"action": "send_again", "_selected_action": [failed.pk, waiting.pk]},
        follow=True,
    )

    failed.refresh_from_db()
    assert failed.state == DeliveryState.PENDING
    page = response.content.decode()
    assert "1 delivery goes out again." in page
    assert "1 delivery was left as it is" in page


def test_moderators_may_not_open_the_list(client: Client) -> None:
    client.force_login(make_cast().moderator)

    response = client.get(reverse("admin:notifications_delivery_changelist"))

    assert response.status_code == 302
