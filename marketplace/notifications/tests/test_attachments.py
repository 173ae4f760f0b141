import pytest

from marketplace.notifications.attachments import attachment_of, register

from .kinds import make_file


def test_maker_is_found_by_its_name() -> None:
    attachment = attachment_of("tests.file", {"file": "text"})

    assert attachment is not None
    assert attachment.content == b"text\r\n"


def test_maker_that_nobody_registered_raises() -> None:
    with pytest.raises(KeyError):
        attachment_of("tests.unheard_of", {})


def test_register_takes_one_maker_twice_but_not_two_of_one_name() -> None:
    register("tests.file", make_file)

    with pytest.raises(RuntimeError, match="two makers"):
        register("tests.file", lambda _facts: None)
