import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from marketplace.accounts.tests.factories import make_user
from marketplace.core.errors import IllegalTransition
from marketplace.core.models import OutboxMessage, StateChange
from marketplace.core.transactions import OutsideTransaction
from marketplace.notifications.enums import TRANSITIONS, Channel, DeliveryState
from marketplace.notifications.integrity import open_delivery_has_open_message
from marketplace.notifications.kinds import UnknownKind
from marketplace.notifications.models import Delivery, Notification
from marketplace.notifications.recipients import Address
from marketplace.notifications.services import (
    SecretForgotten,
    Telling,
    notify,
    notify_all,
    send_again,
    settle_ambiguous,
    transition_to,
)

from .factories import EMAIL, NOW, PHONE, make_delivery, make_note, make_notification
from .kinds import GREETING

pytestmark = pytest.mark.django_db


def test_notify_promises_a_delivery_over_each_channel() -> None:
    notification = make_notification(event_key="booking-7", now=NOW)

    deliveries = notification.deliveries.order_by("channel")
    assert [(d.channel, d.state, d.event_key, d.address) for d in deliveries] == [
        ("email", "pending", "booking-7", EMAIL),
        ("sms", "pending", "booking-7", PHONE),
    ]
    assert [d.outbox_message.topic for d in deliveries] == ["notifications.deliver"] * 2
    assert [d.outbox_message.payload for d in deliveries] == [
        {"delivery": str(d.pk)} for d in deliveries
    ]


def test_notify_keeps_address_language_and_zone_as_they_are() -> None:
    to = Address(phone=PHONE, email=EMAIL, language="ru", time_zone="Asia/Tokyo")

    told = make_notification(to=to, context={"name": "Aigerim"}, now=NOW)

    assert (told.phone, told.email, told.language) == (PHONE, EMAIL, "ru")
    assert (told.time_zone, told.context, told.created_at) == (
        "Asia/Tokyo",
        {"name": "Aigerim"},
        NOW,
    )


def test_notify_remembers_which_member_was_told() -> None:
    member = make_user(phone=PHONE, email=EMAIL)

    assert make_notification(to=member).recipient == member


def test_notify_outside_a_transaction_raises() -> None:
    with pytest.raises(OutsideTransaction):
        notify(kind="tests.greeting", to=Address(email=EMAIL), context={}, event_key="e")


def test_notify_refuses_an_unknown_kind() -> None:
    with pytest.raises(UnknownKind):
        make_notification(kind="tests.unheard_of")


def test_notify_is_undone_with_its_transaction() -> None:
    def fail() -> None:
        with transaction.atomic():
            make_notification()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail()

    assert not Notification.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_notify_of_one_event_twice_promises_once() -> None:
    first = make_notification(event_key="booking-7")
    second = make_notification(event_key="booking-7")

    assert first == second
    assert (Delivery.objects.count(), OutboxMessage.objects.count()) == (2, 2)


def test_notify_all_tells_many_in_as_many_queries_as_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    def tell(*names: str) -> list[Notification]:
        tellings = [
            Telling(kind=GREETING.code, to=Address(phone=PHONE), context={}, event_key=name)
            for name in names
        ]
        with transaction.atomic(), django_assert_num_queries(4):
            return notify_all(tellings, now=NOW)

    (first,) = tell("booking-7")
    told = tell("booking-9", "booking-7", "booking-8", "booking-8")

    assert [it.event_key for it in told] == ["booking-9", "booking-7", "booking-8", "booking-8"]
    assert told[1] == first
    assert told[2] == told[3]
    assert (Delivery.objects.count(), OutboxMessage.objects.count()) == (3, 3)


@pytest.mark.parametrize(
    ("to", "channels"),
    [
        (Address(phone=PHONE), ["sms"]),
        (Address(email=EMAIL), ["email"]),
        (Address(), []),
        (Address(phone=None), []),
    ],
)
def test_notify_takes_the_channels_that_reach_the_person(to: Address, channels: list[str]) -> None:
    deliveries = make_notification(to=to).deliveries

    assert list(deliveries.values_list("channel", flat=True)) == channels


def test_notify_keeps_no_facts_that_nobody_will_be_told() -> None:
    assert make_notification(kind="tests.code", to=Address()).context == {}


def test_line_on_the_site_is_there_with_the_transaction_and_needs_no_gateway() -> None:
    member = make_user()

    note = make_note(to=member, event_key="booking-7")
    make_note(to=member, event_key="booking-7")

    assert list(Notification.objects.listed_for(member.pk)) == [note]
    assert (note.is_in_app, note.read_at) == (True, None)
    assert not Delivery.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_who_is_no_member_has_no_list_on_the_site() -> None:
    note = make_note(to=Address(email=EMAIL))

    assert not note.is_in_app
    assert [delivery.channel for delivery in note.deliveries.all()] == ["email"]


def test_list_on_the_site_holds_ones_own_newest_first() -> None:
    member = make_user(email=EMAIL)
    older = make_note(to=member, now=NOW)
    newer = make_note(to=member, now=NOW + timedelta(minutes=1))
    make_note(to=make_user())
    make_notification(to=member)

    assert list(Notification.objects.listed_for(member.pk)) == [newer, older]


def test_mark_read_leaves_the_time_of_the_first_reading() -> None:
    member = make_user()
    make_note(to=member)
    mine = Notification.objects.listed_for(member.pk)

    assert (mine.mark_read(NOW), mine.mark_read(NOW + timedelta(days=1))) == (1, 0)

    assert [note.read_at for note in mine] == [NOW]
    assert not mine.unread().exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_notify_at_once_of_one_event_promises_once() -> None:
    def tell(_number: int) -> None:
        try:
            make_notification(event_key="booking-7")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tell, range(4)))

    assert (Notification.objects.count(), Delivery.objects.count()) == (1, 2)
    assert OutboxMessage.objects.count() == 2


@pytest.mark.parametrize(("start", "to"), [*itertools.product(DeliveryState, DeliveryState)])
def test_delivery_changes_state_along_the_table_alone(
    start: DeliveryState, to: DeliveryState
) -> None:
    delivery = make_delivery()
    was_sent = NOW if start == DeliveryState.SENT else None
    Delivery.objects.filter(pk=delivery.pk).update(state=start, sent_at=was_sent)
    sent_at = NOW if to == DeliveryState.SENT else None

    if to in TRANSITIONS[start]:
        transition_to(delivery=delivery, to=to, now=NOW, sent_at=sent_at)
        expected, steps = to, [(start, to)]
    else:
        with pytest.raises(IllegalTransition):
            transition_to(delivery=delivery, to=to, now=NOW, sent_at=sent_at)
        expected, steps = start, []

    delivery.refresh_from_db()
    assert delivery.state == expected
    assert list(StateChange.objects.values_list("from_state", "to_state")) == steps


def test_secret_is_erased_with_the_last_final_delivery() -> None:
    told = make_notification(kind="tests.code")
    by_email, by_sms = told.deliveries.order_by("channel")

    transition_to(delivery=by_email, to=DeliveryState.FAILED, now=NOW)
    told.refresh_from_db()
    assert told.context["code"] == "314159"

    transition_to(delivery=by_sms, to=DeliveryState.SENDING, now=NOW)
    transition_to(delivery=by_sms, to=DeliveryState.AMBIGUOUS, now=NOW)
    told.refresh_from_db()
    assert told.context == {}


def test_what_is_no_secret_is_kept() -> None:
    delivery = make_delivery()

    transition_to(delivery=delivery, to=DeliveryState.FAILED, now=NOW)

    delivery.notification.refresh_from_db()
    assert delivery.notification.context["code"] == "314159"


@pytest.mark.parametrize(
    ("arrived", "state", "sent_at"),
    [(True, DeliveryState.SENT, NOW), (False, DeliveryState.FAILED, None)],
)
def test_settle_ambiguous_takes_the_administrators_word(
    arrived: bool, state: DeliveryState, sent_at: object
) -> None:
    administrator = make_user(role="administrator")
    delivery = make_delivery(Channel.SMS)
    transition_to(delivery=delivery, to=DeliveryState.SENDING, now=NOW)
    transition_to(delivery=delivery, to=DeliveryState.AMBIGUOUS, now=NOW)

    settle_ambiguous(delivery=delivery, arrived=arrived, by=administrator, now=NOW)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.sent_at) == (state, sent_at)
    assert StateChange.objects.latest("id").by == administrator


@pytest.mark.parametrize("arrived", [True, False])
def test_settle_leaves_what_is_known(arrived: bool) -> None:
    administrator = make_user(role="administrator")
    delivery = make_delivery()

    with pytest.raises(IllegalTransition):
        settle_ambiguous(delivery=delivery, arrived=arrived, by=administrator, now=NOW)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.PENDING


def test_failed_delivery_is_sent_again_from_its_first_try() -> None:
    administrator = make_user(role="administrator")
    delivery = make_delivery()
    transition_to(delivery=delivery, to=DeliveryState.FAILED, now=NOW)
    OutboxMessage.objects.update(failed_at=NOW, attempts=12, available_at=NOW)

    send_again(delivery=delivery, by=administrator, now=NOW)

    delivery.refresh_from_db()
    message = OutboxMessage.objects.get()
    assert (delivery.state, message.failed_at, message.attempts) == ("pending", None, 0)
    assert StateChange.objects.latest("id").by == administrator
    assert list(open_delivery_has_open_message()) == []


def test_delivery_that_is_unclear_is_not_sent_again() -> None:
    delivery = make_delivery(Channel.SMS)
    transition_to(delivery=delivery, to=DeliveryState.SENDING, now=NOW)
    transition_to(delivery=delivery, to=DeliveryState.AMBIGUOUS, now=NOW)

    with pytest.raises(IllegalTransition):
        send_again(delivery=delivery, by=make_user(role="administrator"), now=NOW)


def test_code_that_is_forgotten_is_not_sent_again() -> None:
    delivery = make_delivery(Channel.SMS, kind="tests.code")
    transition_to(delivery=delivery, to=DeliveryState.FAILED, now=NOW)

    with pytest.raises(SecretForgotten):
        send_again(delivery=delivery, by=make_user(role="administrator"), now=NOW)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED
