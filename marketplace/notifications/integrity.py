"""P9 as the database shows it: each delivery has its promise, and its end is told truthfully."""

from collections.abc import Iterator

from marketplace.core.integrity import Breach, breaches_by_sql, check


@check("notifications.delivery_has_outbox_message")
def delivery_has_outbox_message() -> Iterator[Breach]:
    """No delivery came about, or went, without the outbox."""
    return breaches_by_sql(
        "notifications.delivery_has_outbox_message",
        """
        SELECT delivery.id, delivery.state FROM notifications_delivery AS delivery
        LEFT JOIN core_outboxmessage AS message ON message.id = delivery.outbox_message_id
            AND message.topic = 'notifications.deliver'
        WHERE message.id IS NULL
        """,
        "delivery is {0} and has no outbox message",
    )


@check("notifications.open_delivery_has_open_message")
def open_delivery_has_open_message() -> Iterator[Breach]:
    """A delivery that is not final will be tried: its message is still open."""
    return breaches_by_sql(
        "notifications.open_delivery_has_open_message",
        """
        SELECT delivery.id, delivery.state FROM notifications_delivery AS delivery
        JOIN core_outboxmessage AS message ON message.id = delivery.outbox_message_id
        WHERE delivery.state IN ('pending', 'sending')
          AND (message.processed_at IS NOT NULL OR message.failed_at IS NOT NULL)
        """,
        "delivery is {0} and its outbox message is closed",
    )


@check("notifications.sent_has_time")
def sent_has_time() -> Iterator[Breach]:
    """Sent means that the time is known; anything else has none."""
    return breaches_by_sql(
        "notifications.sent_has_time",
        """
        SELECT id, state, sent_at FROM notifications_delivery
        WHERE (state = 'sent') <> (sent_at IS NOT NULL)
        """,
        "delivery is {0}, sent at {1}",
    )


@check("notifications.one_delivery_per_event_and_channel")
def one_delivery_per_event_and_channel() -> Iterator[Breach]:
    """Nobody is told one thing twice over one channel."""
    return breaches_by_sql(
        "notifications.one_delivery_per_event_and_channel",
        """
        SELECT notification.event_key, delivery.channel, count(*)
        FROM notifications_delivery AS delivery
        JOIN notifications_notification AS notification
            ON notification.id = delivery.notification_id
        GROUP BY notification.event_key, delivery.channel HAVING count(*) > 1
        """,
        "{1} deliveries by {0}",
    )


@check("notifications.delivery_names_its_event")
def delivery_names_its_event() -> Iterator[Breach]:
    """A delivery's event is its notification's."""
    return breaches_by_sql(
        "notifications.delivery_names_its_event",
        """
        SELECT delivery.id, delivery.event_key, notification.event_key
        FROM notifications_delivery AS delivery
        JOIN notifications_notification AS notification
            ON notification.id = delivery.notification_id
        WHERE delivery.event_key <> notification.event_key
        """,
        "delivery is of {0}, its notification of {1}",
    )


@check("notifications.secrets_erased")
def secrets_erased() -> Iterator[Breach]:
    """No secret outlives the last of its deliveries."""
    return breaches_by_sql(
        "notifications.secrets_erased",
        """
        SELECT notification.id, notification.kind FROM notifications_notification AS notification
        WHERE notification.is_secret AND notification.context <> '{}'::jsonb
          AND NOT EXISTS (
              SELECT FROM notifications_delivery AS delivery
              WHERE delivery.notification_id = notification.id
                AND delivery.state IN ('pending', 'sending')
          )
        """,
        "facts of {0} are kept though it is delivered",
    )
