"""The site is killed between any two steps of create, capture and refund, and started again.

Nothing is played: web server and worker are the processes of `make demo`, each killed with its
whole group by SIGKILL, from inside, at the very point. People use the site over HTTP, see it die,
and try again. The provider is the sandbox, which keeps what it did on a connection of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

from config.testing import count
from marketplace.accounts.tests.factories import make_user
from marketplace.bookings.enums import BookingStatus
from marketplace.bookings.tests.crash import moments, provider
from marketplace.bookings.tests.crash.clock import settle_down, stop_clock, sweep
from marketplace.bookings.tests.crash.moments import Moment
from marketplace.bookings.tests.crash.site import Side, Site
from marketplace.bookings.tests.crash.story import NotAnswered, Story
from marketplace.bookings.tests.crowd import log_in
from marketplace.core.integrity import run_checks

pytestmark = [
    pytest.mark.crash,
    pytest.mark.django_db(transaction=True, databases=["default", "sandbox"]),
]

ROUNDS: Final = count(1, soak=5)
_REACHED: Final = re.compile(r'\breached\("([a-z_.]+)"\)')


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    stop_clock()
    try:
        for side in Side:
            site.start(side)
        site.wait_until_it_answers()
        yield site
    finally:
        site.stop()


@pytest.mark.parametrize(
    "killed_at",
    [moments.CREATE, moments.CAPTURE, moments.REFUND],
    ids=["create", "capture", "refund"],
)
def test_killed_site_goes_on_where_it_was(
    site: Site, killed_at: tuple[Moment, ...], record_property: Callable[[str, object], None]
) -> None:
    met = Counter[str]()
    left = Counter[str]()
    for moment in killed_at * ROUNDS:
        try:
            _live_through(moment, site)
        except BaseException as failure:
            failure.add_note(f"killed while they {moment}")
            raise
        met.update(f"{at} ({side})" for side, at in moment.kills)
        left[moment.leaves or "not booked"] += 1

    said = ", ".join(f"{point} {times}" for point, times in sorted(met.items()))
    outcomes = ", ".join(f"{times} {name}" for name, times in sorted(left.items()))
    record_property("says", f"{met.total()} kills ({said}); after restart and sweep {outcomes}")


def _live_through(moment: Moment, site: Site) -> None:
    story = Story(site.url, renter=log_in(make_user()), asks_first=moment.asks_first)
    for deed in story.deeds_to(moment.stands):
        deed()
    assert story.status() == moment.stands
    settle_down()

    _crash(moment, site, story)
    sweep()
    settle_down()
    _expect(story, moment.leaves)

    for _person in "renter", "owner":
        for deed in story.deeds_to(moment.ends):
            deed()
        settle_down()
    _expect(story, moment.ends)


def _crash(moment: Moment, site: Site, story: Story) -> None:
    """The last deed, or what the worker makes of it, meets the end; then the site is up again."""
    is_web_alone = moment.side is Side.WEB and not moment.told_by_provider
    with site.paused(Side.WORKER) if is_web_alone else nullcontext():
        _do(moment, site, story)
        site.see_death(moment.side)
        site.start(moment.side)
        site.wait_until_it_answers()
    if moment.and_then:
        site.see_death(Side.WORKER)
        site.start(Side.WORKER)


def _do(moment: Moment, site: Site, story: Story) -> None:
    """Only a web server that dies leaves somebody without an answer, and only in the last deed."""
    *before, last = (getattr(story, name) for name in moment.does.split(", "))
    for deed in before:
        deed()
    for side, at in moment.kills:
        site.order_death(side, at=at)
    is_left_alone = moment.side is Side.WEB and not moment.told_by_provider
    with pytest.raises(NotAnswered) if is_left_alone else nullcontext():
        last()


def _expect(story: Story, status: BookingStatus | None) -> None:
    assert story.status() == status
    assert len(story.bookings()) == (status is not None)
    for booking in story.bookings():
        provider.agrees(booking, story.payments())
    assert run_checks() == []


def test_every_point_is_one_where_the_site_is_killed() -> None:
    room = settings.BASE_DIR / "marketplace"
    sources = (path for path in room.rglob("*.py") if "tests" not in path.parts)
    named = {point for path in sources for point in _REACHED.findall(path.read_text())}

    met = {at for moment in moments.ALL for _side, at in moment.kills}
    assert met | set(moments.NOT_HERE) == named
    assert not met & set(moments.NOT_HERE)


def test_it_is_killed_often_enough() -> None:
    kills = sum(len(moment.kills) for moment in moments.ALL) * ROUNDS
    assert kills >= count(20, soak=200)
