"""Pieces of a page: kept by what they read, and by nothing less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.template import Context, Template, TemplateSyntaxError
from django.test import override_settings
from django.utils import translation
from django.utils.safestring import mark_safe

from marketplace.core.money import Money
from marketplace.core.templatetags import pieces


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    pieces.forget_pieces()


def rendered(source: str, **context: Any) -> str:
    return Template(source).render(Context(context)).strip()


def test_an_icon_is_the_component() -> None:
    drawn = rendered('{% icon "search" %}')

    assert drawn == rendered('{% include "components/icon.html" with name="search" only %}')
    assert drawn == rendered('{% icon "search" %}')


def test_an_icon_may_speak_and_have_a_colour() -> None:
    drawn = rendered('{% icon "lock" says="Private" extra="text-good" %}')

    assert 'aria-label="Private"' in drawn
    assert 'class="icon text-good"' in drawn


def test_a_piece_sees_its_arguments_alone() -> None:
    drawn = rendered('{% piece "badge" label=label %}', label="New", kind="danger")

    assert drawn == '<span class="badge">New</span>'


def test_a_piece_is_kept_for_each_of_its_arguments() -> None:
    source = '{% piece "price" amount=amount %}'

    assert "100" in rendered(source, amount=Money(100_00, "KZT"))
    assert "200" in rendered(source, amount=Money(200_00, "KZT"))


def test_a_text_marked_as_safe_is_not_the_same_text_unmarked() -> None:
    source = '{% piece "badge" label=label %}'

    assert "<b>" in rendered(source, label=mark_safe("<b>"))
    assert "<b>" not in rendered(source, label="<b>")


def test_one_and_true_are_not_the_same() -> None:
    source = '{% piece "badge" label=label %}'

    assert ">1<" in rendered(source, label=1)
    assert ">True<" in rendered(source, label=True)


def test_a_piece_is_kept_for_each_language() -> None:
    source = '{% piece "price" amount=amount %}'
    amount = Money(45_50, "USD")

    with translation.override("en"):
        english = rendered(source, amount=amount)
    with translation.override("ru"):
        russian = rendered(source, amount=amount)

    assert english != russian


def test_a_row_of_the_database_is_read_each_time() -> None:
    group = Group(pk=1, name="Before")
    source = '{% piece "badge" label=label %}'
    before = rendered(source, label=group)

    group.name = "After"

    assert before == '<span class="badge">Before</span>'
    assert rendered(source, label=group) == '<span class="badge">After</span>'


@dataclass
class Label:
    words: str

    @property
    def piece_key(self) -> str:
        return self.words

    def __str__(self) -> str:
        return self.words


def test_a_value_may_say_what_it_is_told_by() -> None:
    label = Label("Before")
    source = '{% piece "badge" label=label %}'
    rendered(source, label=label)

    label.words = "After"

    assert rendered(source, label=label) == '<span class="badge">After</span>'


def test_a_list_is_told_by_what_is_in_it() -> None:
    days = [Label("Before")]
    source = '{% piece "badge" label=labels %}'
    pieces.forget_pieces()
    rendered(source, labels=days)

    days[0].words = "After"
    rendered(source, labels=days)
    rendered(source, labels=days)

    assert len(pieces._kept) == 2


@override_settings(DEBUG=True)
def test_nothing_is_kept_while_templates_are_edited() -> None:
    rendered('{% icon "search" %}')

    assert len(pieces._kept) == 0


def test_a_kept_part_is_rendered_once_for_what_it_names() -> None:
    counted = iter(range(9))
    source = "{% keep part name %}{{ name }} {{ count }}{% endkeep %}"

    assert rendered(source, name="a", count=lambda: next(counted)) == "a 0"
    assert rendered(source, name="a", count=lambda: next(counted)) == "a 0"
    assert rendered(source, name="b", count=lambda: next(counted)) == "b 1"


def test_a_kept_part_needs_a_name() -> None:
    with pytest.raises(TemplateSyntaxError, match="keep needs a name"):
        Template("{% keep %}{% endkeep %}")
