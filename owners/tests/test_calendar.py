"""A venue's calendar: what stands in it, and the times that its team keeps free."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import Cast
from marketplace.bookings.enums import BookingStatus
from marketplace.bookings.models import Block
from marketplace.bookings.tests.factories import (
    NOW,
    make_block,
    make_bookable,
    make_booking,
    make_hold,
)
from marketplace.venues.enums import MemberRole
from marketplace.venues.models import Space, Venue
from marketplace.venues.tests.factories import add_member, make_space, make_venue, set_hours
from owners.agenda import Cell
from owners.tests.test_access import Count

pytestmark = pytest.mark.usefixtures("noon")

DAY = timedelta(days=1)
# The Monday after NOW, noon in Almaty.
MONDAY = NOW + 4 * DAY


@pytest.fixture
def space(owner: User) -> Space:
    return make_bookable(owner=owner, lead_hours=0)


def calendar(venue: Venue) -> str:
    return reverse("owners:calendar", args=[venue.pk])


def cell(client: Client, space: Space, day: str) -> Cell:
    """One space on one day of the week view."""
    context = client.get(calendar(space.venue), {"date": day}).context
    row = next(row for row in context["rows"] if row.space == space)
    found: Cell = next(each for each in row.cells if each.day.date.isoformat() == day)
    return found


def block_values(space: Space, /, **values: object) -> dict[str, Any]:
    return {
        "space": space.pk,
        "start_date": "2026-06-15",
        "start_time": "12:00",
        "end_date": "2026-06-15",
        "end_time": "15:00",
        "note": "Repairs",
        **values,
    }


def block(client: Client, space: Space, /, **values: object) -> Any:
    address = reverse("owners:block_add", args=[space.venue_id])
    return client.post(address, block_values(space, **values))


# --- The week -------------------------------------------------------------------------------------


def test_week_shows_all_that_takes_time(client: Client, space: Space) -> None:
    make_booking(space=space, starts_at=MONDAY)
    make_booking(status=BookingStatus.REQUESTED, space=space, starts_at=MONDAY + DAY)
    make_hold(space=space, starts_at=MONDAY + 2 * DAY, now=NOW)
    make_block(space=space, starts_at=MONDAY + 3 * DAY)
    make_booking(status=BookingStatus.CANCELLED, space=space, starts_at=MONDAY + 4 * DAY)

    response = client.get(calendar(space.venue), {"date": "2026-06-15"})

    (row,) = response.context["rows"]
    found = [[(str(it.kind), it.times) for it in each.entries] for each in row.cells]
    assert found == [
        [("booking", "12:00–15:00")],
        [("request", "12:00–15:00")],
        [("hold", "12:00–15:00")],
        [("block", "12:00–15:00")],
        [],
        [],
        [],
    ]
    # Open from 9 to 22; half an hour is kept after the booking.
    bars = [(bar.kind, bar.start, bar.length) for bar in row.cells[0].bars]
    assert bars == [("open", 540, 780), ("buffer", 720, 210), ("booking", 720, 180)]


def test_week_is_that_of_today_until_another_is_asked_for(client: Client, space: Space) -> None:
    address = calendar(space.venue)
    page = client.get(address)

    assert page.context["first"].isoformat() == "2026-06-08"
    assert page.context["before_url"] == f"{address}?date=2026-06-04"
    assert page.context["after_url"] == f"{address}?date=2026-06-18"
    assert [day.is_today for day in page.context["days"]].index(True) == 3


@pytest.mark.parametrize("asked", ["", "yesterday", "2026-13-01", "0001-01-01", "9999-12-31"])
def test_date_that_cannot_be_is_today(client: Client, space: Space, asked: str) -> None:
    page = client.get(calendar(space.venue), {"date": asked})

    assert page.context["shown"].isoformat() == "2026-06-11"


def test_night_is_on_both_its_days(client: Client, space: Space) -> None:
    set_hours(venue=space.venue, hours="sat 20-28")
    make_block(space=space, starts_at=datetime(2026, 6, 13, 17, 0, tzinfo=UTC), hours=5)

    saturday, sunday = cell(client, space, "2026-06-13"), cell(client, space, "2026-06-14")

    assert [entry.times for entry in saturday.entries] == ["from 22:00"]
    assert [entry.times for entry in sunday.entries] == ["until 03:00"]
    assert (saturday.day.hours, sunday.day.hours) == (("20:00–24:00",), ("00:00–04:00",))
    assert cell(client, space, "2026-06-12").day.is_closed


def test_whole_and_parts_show_each_other(client: Client, owner: User) -> None:
    venue = make_venue(owner=owner, spaces=2)
    hall, other = venue.spaces.all()
    grand = make_space(venue=venue, name="Grand hall", parts=[hall, other])
    make_booking(space=grand, starts_at=MONDAY)
    make_block(space=hall, starts_at=MONDAY + DAY)

    through = [entry.through for entry in cell(client, hall, "2026-06-15").entries]
    direct = [entry.through for entry in cell(client, grand, "2026-06-15").entries]

    assert (through, direct) == (["Grand hall"], [""])
    assert [entry.through for entry in cell(client, grand, "2026-06-16").entries] == ["Hall 1"]
    assert cell(client, other, "2026-06-16").entries == ()


def test_one_space_can_be_looked_at(client: Client, owner: User) -> None:
    venue = make_venue(owner=owner, spaces=2)
    first, second = venue.spaces.all()
    make_booking(space=second, starts_at=MONDAY)

    query = {"date": "2026-06-15", "space": str(first.pk)}
    week = client.get(calendar(venue), query).context
    month = client.get(calendar(venue), {**query, "view": "month"}).context

    assert [row.space for row in week["rows"]] == [first]
    assert not any(each.counts for days in month["weeks"] for each in days)


# --- The month ------------------------------------------------------------------------------------


def test_month_counts_each_day(client: Client, space: Space) -> None:
    make_booking(space=space, starts_at=MONDAY)
    make_block(space=space, starts_at=MONDAY + timedelta(hours=5))

    response = client.get(calendar(space.venue), {"view": "month", "date": "2026-06-11"})

    cells = [each for week in response.context["weeks"] for each in week]
    counts = {it.day.date.day: it.counts for it in cells if it.counts}
    assert len(cells) == 35
    assert [(kind, number) for kind, _word, _icon, number in counts[15]] == [
        ("booking", 1),
        ("block", 1),
    ]
    assert response.context["before_url"].endswith("?date=2026-05-01&view=month")
    assert response.context["after_url"].endswith("?date=2026-07-01&view=month")


# --- Blocking -------------------------------------------------------------------------------------


def test_time_is_blocked_and_unblocked(client: Client, space: Space) -> None:
    response = block(client, space)

    row = Block.objects.get()
    assert response["Location"] == f"{calendar(space.venue)}?date=2026-06-15#messages"
    assert (row.starts_at, row.ends_at, row.note) == (
        MONDAY,
        MONDAY + timedelta(hours=3),
        "Repairs",
    )
    assert "Unblock" in client.get(response["Location"]).content.decode()

    remove = reverse("owners:block_remove", args=[space.venue_id, row.pk])
    answer = client.post(remove, {"date": "2026-06-15"})
    assert answer["Location"] == f"{calendar(space.venue)}?date=2026-06-15"
    assert not Block.objects.exists()
    assert client.post(remove).status_code == 404


def test_booking_in_the_way_is_named_and_stays(client: Client, space: Space) -> None:
    booking = make_booking(space=space, starts_at=MONDAY)

    response = block(client, space)

    page = response.content.decode()
    assert response.status_code == 422
    assert reverse("owners:booking", args=[booking.reference]) in page
    assert "Mon 15 Jun, 12:00–15:00" in page
    assert 'value="Repairs"' in page
    assert response.context["first"].isoformat() == "2026-06-15"
    assert not Block.objects.exists()


def test_some_of_many_are_blocked(client: Client, space: Space) -> None:
    Space.objects.filter(pk=space.pk).update(units=12)

    block(client, space, units=5)
    refused = block(client, space, units=8)

    assert Block.objects.get().units == 5
    assert refused.status_code == 422
    assert (
        "<span>× 5</span>"
        in client.get(f"{calendar(space.venue)}?date=2026-06-15").content.decode()
    )


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"end_time": "12:00"}, "end_time", "The end comes after the start."),
        ({"end_date": "2026-06-14"}, "end_time", "The end comes after the start."),
        ({"end_date": "2027-07-01"}, "end_date", "Block a year at most."),
        ({"start_date": "soon"}, "start_date", "Enter a valid date."),
        ({"start_date": "0001-01-01"}, "start_date", "Choose a day nearer to today."),
        ({"end_date": "9999-12-31"}, "end_date", "Choose a day nearer to today."),
        ({"space": 0}, "space", "Select a valid choice. 0 is not one of the available choices."),
    ],
)
def test_impossible_time_is_refused(
    client: Client, space: Space, values: dict[str, Any], field: str, words: str
) -> None:
    response = block(client, space, **values)

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [words]}


def test_time_that_is_over_is_refused(client: Client, space: Space) -> None:
    response = block(client, space, start_date="2020-06-15", end_date="2020-06-15")

    assert response.status_code == 422
    assert "This time is over already. Choose a later one." in response.content.decode()
    assert not Block.objects.exists()


def test_time_is_read_by_the_venues_clock(client: Client, owner: User) -> None:
    """On the night to 29 March 2026 clocks in Berlin go from 02:00 to 03:00."""
    space = make_bookable(owner=owner)
    Venue.objects.filter(pk=space.venue_id).update(time_zone="Europe/Berlin")

    night = {"start_date": "2027-03-27", "start_time": "22:00"}
    block(client, space, **night, end_date="2027-03-28", end_time="04:00")

    row = Block.objects.get()
    assert row.ends_at - row.starts_at == timedelta(hours=5)


def test_answer_left_open_leads_back_to_the_calendar(client: Client, space: Space) -> None:
    response = client.get(reverse("owners:block_add", args=[space.venue_id]))

    assert response["Location"] == calendar(space.venue)


# --- Who may --------------------------------------------------------------------------------------


def test_viewers_look_and_do_not_block(space: Space) -> None:
    row = make_block(space=space, starts_at=MONDAY)
    browser = Client()
    browser.force_login(add_member(venue=space.venue, role=MemberRole.VIEWER))

    page = browser.get(f"{calendar(space.venue)}?date=2026-06-15")

    assert page.status_code == 200
    assert "Unblock" not in page.content.decode()
    assert "Block this time" not in page.content.decode()
    assert block(browser, space).status_code == 403
    remove = reverse("owners:block_remove", args=[space.venue_id, row.pk])
    assert browser.post(remove).status_code == 403
    assert list(Block.objects.all()) == [row]


def test_strangers_find_no_calendar(cast: Cast, space: Space) -> None:
    row = make_block(space=space, starts_at=MONDAY)
    browser = Client()
    browser.force_login(cast.other_owner)
    theirs = make_bookable(owner=cast.other_owner)

    assert browser.get(calendar(space.venue)).status_code == 404
    assert block(browser, space).status_code == 404
    for venue_id in (space.venue_id, theirs.venue_id):
        remove = reverse("owners:block_remove", args=[venue_id, row.pk])
        assert browser.post(remove).status_code == 404
    assert block(browser, theirs, space=space.pk).status_code == 422
    assert list(Block.objects.all()) == [row]


# --- Queries --------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["week", "month"])
@pytest.mark.parametrize("count", [1, 30])
def test_calendar_takes_the_same_queries_at_any_length(
    client: Client, owner: User, django_assert_num_queries: Count, count: int, view: str
) -> None:
    venue = make_venue(owner=owner, spaces=count)
    for space in venue.spaces.all():
        make_booking(space=space, starts_at=MONDAY)
        make_block(space=space, starts_at=MONDAY + DAY)

    # Session, person, bell, membership, venue, five for what completes it, parts, venues and
    # requests of the rail, bookings, blocks.
    with django_assert_num_queries(15):  # type: ignore[attr-defined]
        client.get(calendar(venue), {"date": "2026-06-15", "view": view})


# --- Another venue --------------------------------------------------------------------------------


@pytest.mark.parametrize("venue", ["none", "٣", "-1"])
def test_no_number_of_a_venue_shows_the_same_calendar(
    client: Client, space: Space, venue: str
) -> None:
    response = client.get(calendar(space.venue), {"venue": venue})

    assert response.status_code == 200


def test_number_that_no_venue_has_leads_to_nothing(client: Client, space: Space) -> None:
    response = client.get(calendar(space.venue), {"venue": "9" * 5000}, follow=True)

    assert response.status_code == 404


def test_another_venue_is_shown_at_the_same_date(client: Client, owner: User, space: Space) -> None:
    other = make_bookable(owner=owner).venue

    response = client.get(
        calendar(space.venue), {"venue": str(other.pk), "date": "2026-07-06", "view": "month"}
    )

    assert response.headers["Location"] == f"{calendar(other)}?date=2026-07-06&view=month"
    assert client.get(calendar(space.venue), {"venue": space.venue_id}).status_code == 200


def test_hours_that_are_the_same_are_said_once(client: Client, space: Space) -> None:
    set_hours(venue=space.venue, hours="mon-sat 9-22")
    assert client.get(calendar(space.venue)).context["same_hours"] == "09:00–22:00"

    set_hours(venue=space.venue, hours="mon 9-22, tue 10-22")
    assert client.get(calendar(space.venue)).context["same_hours"] == ""
