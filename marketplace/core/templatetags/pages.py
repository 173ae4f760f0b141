"""The numbers of the pages of a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import template
from django.core.paginator import Page

register = template.Library()


@register.filter
def numbers_around(page: Page[Any]) -> Iterator[int | str]:
    """The first page, the last, those beside this one, and an ellipsis for each gap."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
