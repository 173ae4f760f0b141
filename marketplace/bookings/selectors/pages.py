"""Lists in pages of a fixed length."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet

PAGE_SIZE: Final = 20


@dataclass(frozen=True, slots=True)
class Page[Item]:
    """One page of a list, by number from 1."""

    items: tuple[Item, ...]
    number: int
    pages: int
    total: int

    @property
    def previous_number(self) -> int | None:
        """The page before, if there is one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next_number(self) -> int | None:
        """The page after, if there is one."""
        return self.number + 1 if self.number < self.pages else None


def page_of[Item, Row: Model](
    rows: QuerySet[Row], make: Callable[[Any], Item], number: int
) -> Page[Item]:
    """The page of this number, or the nearest there is."""
    paginator = Paginator(rows, PAGE_SIZE)
    page = paginator.get_page(number)
    return Page(
        items=tuple(make(row) for row in page.object_list),
        number=page.number,
        pages=paginator.num_pages,
        total=paginator.count,
    )
