"""Tabs over a list of cases, as the tabs component shows them."""

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.urls import reverse


def tabs_of(
    current: TextChoices, *, address: str, counts: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Every tab of the kind of `current`, at the named address, with how many cases it has."""
    return [
        {
            "label": tab.label,
            "url": f"{reverse(address)}?tab={tab.value}",
            "is_current": tab == current,
            "count": counts[tab.value],
        }
        for tab in type(current)
    ]
