"""Finished text and pages, kept in the memory of one process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock


class Shelf[Value]:
    """What was made lately, by key, for as long as it fits.

    `most_bytes` bounds the sizes that were told; what was not asked for longest goes first.
    Each process has its own: what can change must say so in its key. Safe between threads.
    """

    def __init__(self, *, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._held = 0
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable) -> Value | None:
        """What is kept under this key. Raises TypeError for what is no key."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: Value, *, size: int) -> None:
        """Keep `value`, of so many bytes. What is larger than the whole shelf is not kept."""
        with self._lock:
            self._drop(key)
            if size > self.most_bytes:
                return
            self._values[key] = (value, size)
            self._held += size
            while self._held > self.most_bytes:
                _key, (_value, freed) = self._values.popitem(last=False)
                self._held -= freed

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._values.clear()
            self._held = 0

    def _drop(self, key: Hashable) -> None:
        found = self._values.pop(key, None)
        if found is not None:
            self._held -= found[1]
