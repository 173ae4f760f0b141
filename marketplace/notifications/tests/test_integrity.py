"""Each breach is planted behind the constraints' back, and must be called by its name."""

import uuid
from collections.abc import Callable

import pytest
from django.db import connection

from marketplace.core.integrity import run_checks
from marketplace.core.outbox import drain
from marketplace.notifications.enums import Channel
from marketplace.notifications.models import Delivery

from .factories import make_delivery, make_notification

pytestmark = pytest.mark.django_db


def run_sql(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)


def drop(table: str, pattern: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND conname LIKE %s",
            [table, pattern],
        )
        [[name]] = cursor.fetchall()
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')


def missing_outbox_message() -> None:
    make_delivery()
    drop("notifications_delivery", "%outbox_message_id%fk%")
    run_sql("DELETE FROM core_outboxmessage")


def closed_outbox_message() -> None:
    make_delivery()
    run_sql("UPDATE core_outboxmessage SET processed_at = now()")


def sent_without_time() -> None:
    make_delivery()
    drain()
    drop("notifications_delivery", "notif_delivery_sent_has_time")
    run_sql("UPDATE notifications_delivery SET sent_at = NULL")


def time_without_sent() -> None:
    make_delivery()
    drop("notifications_delivery", "notif_delivery_sent_has_time")
    run_sql("UPDATE notifications_delivery SET sent_at = now()")


def told_twice() -> None:
    first, second = make_delivery().pk, make_delivery().pk
    drop("notifications_delivery", "notif_delivery_event_channel_unique")
    Delivery.objects.filter(pk=second).update(
        notification=Delivery.objects.get(pk=first).notification,
        event_key=Delivery.objects.get(pk=first).event_key,
    )


def wrong_event() -> None:
    make_delivery()
    run_sql("UPDATE notifications_delivery SET event_key = 'another'")


def kept_secret() -> None:
    make_delivery(Channel.SMS, kind="tests.code")
    drain()
    run_sql("""UPDATE notifications_notification SET context = '{"code": "314159"}'""")


@pytest.mark.parametrize(
    ("plant", "name"),
    [
        (missing_outbox_message, "notifications.delivery_has_outbox_message"),
        (closed_outbox_message, "notifications.open_delivery_has_open_message"),
        (sent_without_time, "notifications.sent_has_time"),
        (time_without_sent, "notifications.sent_has_time"),
        (told_twice, "notifications.one_delivery_per_event_and_channel"),
        (wrong_event, "notifications.delivery_names_its_event"),
        (kept_secret, "notifications.secrets_erased"),
    ],
)
def test_breach_is_named(plant: Callable[[], None], name: str) -> None:
    plant()

    assert [breach.check for breach in run_checks()] == [name]


def test_no_breach_before_and_after_delivery() -> None:
    make_notification()
    make_notification(kind="tests.code")
    assert run_checks() == []

    drain()

    assert run_checks() == []


def test_state_set_behind_the_log_is_named() -> None:
    delivery = make_delivery()
    drain()

    run_sql("UPDATE notifications_delivery SET state = 'failed', sent_at = NULL")

    [breach] = run_checks()
    assert breach.check == "core.state_matches_log"
    assert breach.subject == f"notifications.delivery {delivery.pk}"
    assert uuid.UUID(breach.subject.split()[1]) == delivery.pk
