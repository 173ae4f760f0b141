import pytest
from django.template.loader import get_template

from marketplace.notifications.enums import Channel
from marketplace.notifications.kinds import (
    NotificationKind,
    UnknownKind,
    find_kind,
    register,
    registered_kinds,
)

from .kinds import GREETING, NOTE


def test_find_kind_knows_what_is_registered() -> None:
    assert find_kind("tests.greeting") == GREETING


def test_find_kind_refuses_what_is_not() -> None:
    with pytest.raises(UnknownKind):
        find_kind("tests.unheard_of")


def test_register_takes_one_kind_twice_but_not_two_of_one_code() -> None:
    assert register(GREETING) == GREETING

    other = NotificationKind(code=GREETING.code, channels={Channel.SMS}, title="Another")
    with pytest.raises(RuntimeError, match="two kinds"):
        register(other)


def test_kind_needs_a_channel() -> None:
    with pytest.raises(ValueError, match="needs a channel"):
        NotificationKind(code="tests.silent", channels=set(), title="Silence")


def test_kind_names_the_templates_of_its_channels() -> None:
    assert GREETING.template_names == [
        "sms/tests.greeting.txt",
        "emails/tests.greeting.txt",
        "emails/tests.greeting.html",
    ]


def test_kind_on_the_site_has_a_line_there() -> None:
    assert NOTE.template_names == [
        "emails/tests.note.txt",
        "emails/tests.note.html",
        "in_app/tests.note.txt",
    ]


def test_secret_is_not_listed_on_the_site() -> None:
    with pytest.raises(ValueError, match="is not listed"):
        NotificationKind(
            code="tests.open_secret", channels={Channel.IN_APP}, title="A secret", secret=True
        )


def test_every_kind_of_every_room_has_its_templates() -> None:
    for kind in registered_kinds().values():
        for name in kind.template_names:
            get_template(name)
