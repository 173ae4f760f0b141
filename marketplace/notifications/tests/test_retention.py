from datetime import timedelta

import pytest

from marketplace.accounts.tests.factories import make_user
from marketplace.core.integrity import run_checks
from marketplace.core.models import OutboxMessage
from marketplace.notifications.enums import Channel, DeliveryState
from marketplace.notifications.models import Delivery, Notification
from marketplace.notifications.retention import KEPT_FOR, forget_old_notifications
from marketplace.notifications.services import transition_to

from .factories import NOW, make_delivery, make_note

pytestmark = pytest.mark.django_db


def made(*states: DeliveryState, age: timedelta) -> Delivery:
    delivery = make_delivery(Channel.SMS)
    for state in states:
        delivery = transition_to(delivery=delivery, to=state, now=NOW)
    Notification.objects.filter(pk=delivery.notification_id).update(created_at=NOW - age)
    return delivery


def test_old_notifications_go_with_all_that_belongs_to_them() -> None:
    made(DeliveryState.SENDING, DeliveryState.FAILED, age=KEPT_FOR + timedelta(seconds=1))

    assert forget_old_notifications(now=NOW) == 1

    assert not Notification.objects.exists()
    assert not Delivery.objects.exists()
    assert not OutboxMessage.objects.exists()
    assert run_checks() == []


def test_young_ones_stay() -> None:
    made(DeliveryState.SENDING, DeliveryState.FAILED, age=KEPT_FOR)

    assert forget_old_notifications(now=NOW) == 0
    assert Delivery.objects.count() == 1


def test_lines_on_the_site_go_too_read_or_not() -> None:
    member = make_user()
    make_note(to=member, now=NOW - KEPT_FOR * 2)
    Notification.objects.listed_for(member.pk).mark_read(NOW)
    for age in (KEPT_FOR, KEPT_FOR * 2):
        make_note(to=member, now=NOW - age)

    assert forget_old_notifications(now=NOW) == 2

    assert Notification.objects.listed_for(member.pk).get().created_at == NOW - KEPT_FOR


@pytest.mark.parametrize(
    "states",
    [(), (DeliveryState.SENDING,), (DeliveryState.SENDING, DeliveryState.AMBIGUOUS)],
    ids=["waiting", "being sent", "unclear"],
)
def test_unsettled_ones_stay_however_old(states: tuple[DeliveryState, ...]) -> None:
    made(*states, age=KEPT_FOR * 2)

    assert forget_old_notifications(now=NOW) == 0
    assert Delivery.objects.count() == 1
