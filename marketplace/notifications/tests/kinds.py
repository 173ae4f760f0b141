"""The kinds that tests tell people about."""

from collections.abc import Mapping
from typing import Any, Final

from marketplace.notifications.attachments import Attachment
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
# By email with a file, and on the site.
NOTE: Final = NotificationKind(
    code="tests.note",
    channels={Channel.EMAIL, Channel.IN_APP},
    title="A note",
    attachment="tests.file",
)


def make_file(facts: Mapping[str, Any]) -> Attachment | None:
    """A file of the facts; none where there is nothing to write."""
    if not facts.get("file"):
        return None
    return Attachment(
        filename="қош.txt",
        content=f"{facts['file']}\r\n".encode(),
        mimetype="text/plain",
        parameters={"charset": "utf-8"},
    )
