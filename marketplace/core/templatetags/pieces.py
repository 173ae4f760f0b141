"""Small pieces of a page, rendered once and then kept. Built into every template.

A piece is a template of `components/` that reads nothing but its arguments and the language. A
page is made of hundreds of them, mostly the same from one request to the next; rendering one
takes a hundred times as long as finding it again. What two calls may differ in is the key: so a
piece reads no `request`, no user, no clock and no time zone of the visitor.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final

from django import template
from django.conf import settings
from django.core.signals import setting_changed
from django.db.models import Model
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token
from django.template.loader import get_template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from marketplace.core.shelf import Shelf

register = template.Library()

_kept: Final[Shelf[SafeString]] = Shelf(most_bytes=32 * 1024 * 1024)


@register.simple_tag
def icon(name: str, *, says: str = "", extra: str = "") -> SafeString:
    """An icon of the sprite: `{% icon "search" %}`. See components/icon.html."""
    return piece("icon", name=name, says=says, extra=extra)


@register.simple_tag
def piece(component: str, **arguments: object) -> SafeString:
    """A component by its name: `{% piece "badge" label=card.badge kind="highlight" %}`.

    It sees its arguments alone, as with `{% include … only %}`. An argument that cannot be a key
    (a dict, a row of the database) is no mistake: then the piece is rendered each time. A value
    may say by `piece_key` what a piece can read of it, and is then told by that; a list is told
    by what is in it.
    """
    key = _key_of(component, arguments)
    text = None if key is None else _kept.get(key)
    if text is None:
        text = SafeString(get_template(f"components/{component}.html").render(arguments))
        if key is not None:
            _kept.put(key, text, size=_size_of(text))
    return text


class KeepNode(Node):
    """`{% keep name … %}`: see `keep`."""

    child_nodelists = ("body",)

    def __init__(self, name: str, says: list[FilterExpression], body: NodeList) -> None:
        self.name = name
        self.says = says
        self.body = body

    def render(self, context: Context) -> SafeString:
        key = _key_of(
            f"keep {self.name}",
            {str(number): said.resolve(context) for number, said in enumerate(self.says)},
        )
        text = None if key is None else _kept.get(key)
        if text is None:
            text = self.body.render(context)
            if key is not None:
                _kept.put(key, text, size=_size_of(text))
        return text


@register.tag
def keep(parser: Parser, token: Token) -> KeepNode:
    """A part of a page that reads only what is named: `{% keep site_header user.is_staff %}`.

    The name is one part's alone. Everything that the part may differ in, save the language, is
    said after it; it holds no form with a token, for that is a visitor's own.
    """
    _tag, *words = token.split_contents()
    if not words:
        raise template.TemplateSyntaxError("keep needs a name")
    name, *says = words
    body = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeepNode(name, [parser.compile_filter(word) for word in says], body)


@register.simple_tag(takes_context=True)
def again(context: Context, block: str) -> SafeString:
    """What the page has in a block, once more: `{% again "title" %}`, in the template it is of."""
    text: SafeString = context.render_context[BLOCK_CONTEXT_KEY].get_block(block).render(context)
    return text


def _key_of(name: str, arguments: dict[str, object]) -> Hashable | None:
    """None where a value cannot be a key, and while templates are being edited.

    Classes belong to it: 1 and True, or a text and the same text marked as safe, are equal.
    """
    if settings.DEBUG:
        return None
    values = arguments.values()
    key = (name, get_language(), *arguments, *map(type, values), *map(_told_by, values))
    try:
        hash(key)
    except TypeError:
        return None
    return key


def _told_by(value: Any) -> Any:
    """What stands for the value in a key; nothing that can be one, for what may change."""
    if value.__class__ in _PLAIN:
        return value
    if isinstance(value, list | tuple):
        return tuple((it.__class__, _told_by(it)) for it in value)
    if hasattr(value, "piece_key"):
        return value.piece_key
    return [] if isinstance(value, Model) else value


_PLAIN: Final = frozenset({str, SafeString, int, bool, type(None)})


def _size_of(text: str) -> int:
    """Bytes in memory, about: the text and its key."""
    return 2 * len(text) + 512


def forget_pieces(**_signal: object) -> None:
    """Drop what is kept: a setting was changed, in a test."""
    _kept.clear()


setting_changed.connect(forget_pieces, dispatch_uid="forget_pieces")
