"""Old and new side by side, with what was found in the new."""

from marketplace.venues.contact_details import ContactKind
from moderation.differences import Piece, compare, mark


def test_what_was_found_is_marked_across_the_pieces() -> None:
    new = "Call us: +7 701 123 45 67 today"
    _old, pieces = compare("Call us: today", new)

    marked = list(mark(pieces, new))

    assert "".join(piece.words for piece in marked) == new
    found = [piece for piece in marked if piece.kind]
    assert "".join(piece.words for piece in found) == "+7 701 123 45 67"
    assert {piece.kind for piece in found} == {ContactKind.PHONE}
    assert all(piece.differs for piece in found)


def test_a_text_without_finds_is_left_as_it_is() -> None:
    pieces = [Piece("A quiet ", differs=False), Piece("hall", differs=True)]

    assert list(mark(pieces, "A quiet hall")) == pieces
