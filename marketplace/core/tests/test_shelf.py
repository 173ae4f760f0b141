"""What is kept in memory, and what goes first."""

from __future__ import annotations

import pytest

from marketplace.core.shelf import Shelf


@pytest.fixture
def shelf() -> Shelf[str]:
    return Shelf(most_bytes=10)


def test_what_was_put_is_found(shelf: Shelf[str]) -> None:
    shelf.put("a", "page", size=4)

    assert shelf.get("a") == "page"
    assert shelf.get("b") is None


def test_what_was_not_asked_for_longest_goes_first(shelf: Shelf[str]) -> None:
    shelf.put("a", "1", size=4)
    shelf.put("b", "2", size=4)
    shelf.get("a")

    shelf.put("c", "3", size=4)

    assert [shelf.get(key) for key in "abc"] == ["1", None, "3"]


def test_room_is_counted_anew_for_what_is_replaced(shelf: Shelf[str]) -> None:
    shelf.put("a", "1", size=8)
    shelf.put("a", "2", size=2)
    shelf.put("b", "3", size=8)

    assert [shelf.get(key) for key in "ab"] == ["2", "3"]


def test_what_is_larger_than_the_shelf_is_not_kept(shelf: Shelf[str]) -> None:
    shelf.put("a", "1", size=4)

    shelf.put("b", "2", size=11)

    assert [shelf.get(key) for key in "ab"] == ["1", None]


def test_clear_leaves_nothing(shelf: Shelf[str]) -> None:
    shelf.put("a", "1", size=8)

    shelf.clear()

    assert len(shelf) == 0


def test_what_cannot_be_a_key_is_refused(shelf: Shelf[str]) -> None:
    with pytest.raises(TypeError):
        shelf.get([])  # type: ignore[arg-type]
