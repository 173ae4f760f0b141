"""The demo's bookings, before any of them is made."""

from collections import Counter

import pytest

from config.demo import catalogue
from config.demo.people import DANIYAR, PEOPLE, RENTER
from config.demo.stories import BLOCKS, LAST, NAMED, Ending, Story, crowd

SEEDS = catalogue.venues()
SPACES = {(venue.name, space.name): space for venue in SEEDS for space in venue.spaces}
CROWD = tuple(crowd(SEEDS))

each_story = pytest.mark.parametrize(
    "story", [*NAMED, *CROWD, LAST], ids=lambda story: f"{story.venue} {story.day}"
)


@each_story
def test_story_is_about_a_space_that_holds_its_guests(story: Story) -> None:
    assert 1 <= story.guests <= SPACES[story.venue, story.space].capacity
    assert story.renter in {person.phone for person in PEOPLE}


@each_story
def test_story_begins_before_its_day_and_after_publication(story: Story) -> None:
    venue = next(venue for venue in SEEDS if venue.name == story.venue)

    assert -story.day < story.made_days_ago < (venue.published_days_ago or 0)


def test_crowd_is_the_same_every_time_and_all_over_the_catalogue() -> None:
    assert tuple(crowd(reversed(SEEDS))) == CROWD
    assert len({story.venue for story in CROWD}) >= 25
    assert len(CROWD) >= 50


def test_crowd_leaves_the_last_story_its_place() -> None:
    assert LAST.venue not in {story.venue for story in (*NAMED, *CROWD)}


def test_daniyar_has_bookings_behind_him_in_each_of_three_months() -> None:
    his = {venue.name for venue in SEEDS if venue.business == "dala-spaces"}
    months = Counter(-story.day // 30 for story in CROWD if story.venue in his and story.day < 0)

    assert set(months) == {0, 1, 2}
    assert {story.owner for story in BLOCKS} >= {DANIYAR}


def test_every_ending_is_shown() -> None:
    assert {story.ending for story in NAMED} == set(Ending)
    assert sum(story.renter == RENTER for story in NAMED) == 4
