"""Arithmetic of spans: pairs of whole numbers, in order, none sharing a point with the next.

Numbers are seconds since 1970, UTC. A whole month of a space is a few dozen of these, where
walking its half hours would be thousands of questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

type Span = tuple[int, int]


def joined(spans: Iterable[Span]) -> list[Span]:
    """In order, with those that touch or overlap made one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def common(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """What both cover, ends included: two that meet in a point have that point in common."""
    found: list[Span] = []
    i = j = 0
    while i < len(one) and j < len(other):
        start = max(one[i][0], other[j][0])
        end = min(one[i][1], other[j][1])
        if start <= end:
            found.append((start, end))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return found


def gaps(taken: Iterable[Span], within: Span) -> Iterator[Span]:
    """What is left of `within` between those that are taken, which come in order."""
    start, end = within
    for taken_start, taken_end in taken:
        if taken_start > start:
            yield start, min(taken_start, end)
        start = max(start, taken_end)
        if start >= end:
            return
    if start < end:
        yield start, end
