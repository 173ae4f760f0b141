"""The kinds that tests tell people about."""

from typing import Final

from marketplace.notifications.enums import Channel
from marketplace.notifications.kinds import NotificationKind

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
