"""A room that exists in tests alone: it registers the kinds that they tell people about."""

from typing import Final

from django.apps import AppConfig

from marketplace.notifications.enums import Channel
from marketplace.notifications.kinds import NotificationKind, register

GREETING: Final = NotificationKind(
    code="tests.greeting", channels={Channel.EMAIL, Channel.SMS}, title="A greeting"
)
CODE: Final = NotificationKind(
    code="tests.code",
    channels={Channel.EMAIL, Channel.SMS},
    title="A code",
    template="tests.greeting",
    secret=True,
)


class KindsOfTestsConfig(AppConfig):
    name = "marketplace.notifications.tests"
    label = "notifications_tests"

    def ready(self) -> None:
        register(GREETING)
        register(CODE)
