"""A market in memory: what should be so, in plain arithmetic that shares no code with the site.

Times are minutes from the beginning of the play. It knows the rules of three halls (one made of
the two others) and of three equal desks, and what becomes of money at each step.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

AFTER: Final = 30
HOLD: Final = 15
ANSWER: Final = 24 * 60
INSTANT: Final = 24 * 60
LEAD: Final = 2 * 60
GRACE: Final = 24 * 60
GRACE_LEAD: Final = 48 * 60
WEEK: Final = 7 * 24 * 60
DAY: Final = 24 * 60


class Money(Enum):
    """Where the renter's money is, as the provider knows it."""

    NONE = "none"
    # The card was taken, and the site has not looked yet.
    PAID = "paid"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    RELEASED = "released"


@dataclass
class Taken:
    """A booking or a block as the model has it. `rows` are leaves and units, as they were given."""

    rows: list[tuple[str, int]]
    start: int
    end: int
    padded_end: int
    status: str
    asks_first: bool = False
    held_until: int = 0
    answer_by: int = 0
    confirmed_at: int = -1
    hourly: int = 0
    cleaning: int = 0
    fee: int = 0
    total: int = 0
    money: Money = Money.NONE
    refunded: int = 0
    checkout: bool = False

    def takes_time(self, now: int) -> bool:
        """Whether others may not have its time."""
        if self.status == "held":
            return self.held_until > now
        return self.status in {"requested", "confirmed", "completed", "block"}

    def has_rows(self) -> bool:
        """Whether rows are kept for it, run out or not."""
        return self.status in {"held", "requested", "confirmed", "completed", "block"}


@dataclass
class Market:
    """All of it. `leaves` says what each space is made of, `units` how many a leaf has."""

    leaves: dict[str, list[str]]
    units: dict[str, int]
    taken: dict[int, Taken] = field(default_factory=dict)

    def busy_units(self, leaf: str, start: int, end: int, now: int) -> set[int]:
        """Units of a leaf that are taken at some moment of the time."""
        return {
            unit
            for it in self.taken.values()
            if it.takes_time(now) and it.start < end and start < it.padded_end
            for row, unit in it.rows
            if row == leaf
        }

    def is_free(self, space: str, start: int, end: int, now: int, *, after: int = AFTER) -> bool:
        """Whether each leaf has a unit that is free for all of the time."""
        return all(
            len(self.busy_units(leaf, start, end + after, now)) < self.units[leaf]
            for leaf in self.leaves[space]
        )

    def run_out_in_the_way(self, space: str, start: int, end: int, now: int) -> list[Taken]:
        """Holds past their time whose rows somebody who books this would find."""
        return [
            it
            for it in self.taken.values()
            if it.status == "held"
            and it.held_until <= now
            and it.start < end
            and start < it.padded_end
            and any(leaf in self.leaves[space] for leaf, _unit in it.rows)
        ]

    def settled(self, it: Taken, space: str, now: int) -> None:
        """The site has looked at a card that was taken."""
        it.money = Money.AUTHORISED if it.asks_first else Money.CAPTURED
        if it.status == "held" or (
            it.status == "expired"
            and it.start > now
            and self.is_free(space, it.start, it.end, now, after=it.padded_end - it.end)
        ):
            if it.status == "expired":
                for other in self.run_out_in_the_way(space, it.start, it.padded_end, now):
                    other.status = "expired"
            self._give(it, now)
        else:
            self.send_back(it)

    def _give(self, it: Taken, now: int) -> None:
        if it.asks_first:
            it.status = "requested"
            it.answer_by = min(now + ANSWER, it.start)
        else:
            it.status = "confirmed"
            it.confirmed_at = now

    @staticmethod
    def send_back(it: Taken) -> None:
        """All of it, because nothing was given for it."""
        if it.money is Money.CAPTURED:
            it.refunded = it.total
        elif it.money is Money.AUTHORISED:
            it.money = Money.RELEASED

    @staticmethod
    def refund_of(it: Taken, now: int) -> int:
        """What a renter who cancels gets under the flexible policy."""
        ahead = it.start - now
        if ahead >= WEEK or (now - it.confirmed_at <= GRACE and ahead >= GRACE_LEAD):
            return it.total
        if ahead >= DAY:
            return it.hourly // 2 + it.cleaning
        return it.cleaning
