"""What venues bring, month by month, and what is owed."""

import csv
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import Cast
from marketplace.bookings.enums import BookingStatus
from marketplace.bookings.tests.factories import NOW, make_bookable, make_booking
from marketplace.venues.enums import MemberRole
from marketplace.venues.models import Space
from marketplace.venues.tests.factories import add_member
from owners.tests.test_access import Count

pytestmark = pytest.mark.usefixtures("noon")

DAY = timedelta(days=1)


@pytest.fixture
def space(owner: User) -> Space:
    return make_bookable(owner=owner)


def page(client: Client) -> str:
    response = client.get(reverse("owners:earnings"))
    assert response.status_code == 200
    return response.content.decode()


def test_nothing_earned_says_what_will_be_there(client: Client, space: Space) -> None:
    assert "Nothing earned yet" in page(client)


def test_months_and_what_is_owed(client: Client, space: Space) -> None:
    for days in (-40, -1, 3):
        make_booking(
            status=BookingStatus.COMPLETED if days < 0 else BookingStatus.CONFIRMED,
            space=space,
            starts_at=NOW + days * DAY,
        )

    response = client.get(reverse("owners:earnings"))

    # Three hours at 20 000 and 5 000 of cleaning: 65 000, less 15 percent.
    months = response.context["months"]
    assert [(it.month.isoformat(), it.bookings, it.earned.amount) for it in months] == [
        ("2026-06-01", 2, 110_500_00),
        ("2026-05-01", 1, 55_250_00),
    ]
    (business,) = response.context["owed"]
    (owed,) = business.rows
    assert (owed.amount.amount, owed.due.amount) == (165_750_00, 55_250_00)
    assert (owed.later.amount, owed.next_due.amount) == (110_500_00, 55_250_00)
    text = response.content.decode()
    for words in ("110\u00a0500\u00a0₸", "June 2026", "55\u00a0250\u00a0₸", "Due to you now"):
        assert words in text
    assert "It is kept for you until it is paid out" in text
    bars = response.context["chart"].bars
    assert [(bar.height, bar.ahead) for bar in bars] == [(50, 0), (100, 50)]


def test_who_manages_a_part_of_a_business_sees_their_months_alone(space: Space) -> None:
    other = make_bookable(owner=space.venue.owners()[0])
    make_booking(space=space, starts_at=NOW + 3 * DAY)
    make_booking(space=other, starts_at=NOW + 3 * DAY)
    browser = Client()
    manager = add_member(venue=space.venue, role=MemberRole.MANAGER)
    browser.force_login(manager)

    context = browser.get(reverse("owners:earnings")).context
    assert [month.bookings for month in context["months"]] == [1]
    assert context["owed"] == []

    add_member(venue=other.venue, role=MemberRole.MANAGER, user=manager)
    context = browser.get(reverse("owners:earnings")).context
    assert [month.bookings for month in context["months"]] == [2]
    assert len(context["owed"]) == 1


def test_viewers_are_told_that_they_may_not(space: Space) -> None:
    browser = Client()
    browser.force_login(add_member(venue=space.venue, role=MemberRole.VIEWER))

    assert browser.get(reverse("owners:earnings")).status_code == 403
    assert "Earnings" not in browser.get(reverse("owners:home")).content.decode()


def test_others_find_nothing(cast: Cast, space: Space) -> None:
    browser = Client()
    assert browser.get(reverse("owners:earnings")).status_code == 302
    browser.force_login(cast.stranger)
    assert browser.get(reverse("owners:earnings")).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_page_takes_the_same_queries_at_any_length(
    client: Client, owner: User, django_assert_num_queries: Count, count: int
) -> None:
    for number in range(count):
        other = make_bookable(owner=owner)
        make_booking(space=other, starts_at=NOW + (number + 3) * DAY)

    # Session, person, bell, venues, requests of the rail, months, hidden venues, what is owed.
    with django_assert_num_queries(8):  # type: ignore[attr-defined]
        page(client)


# --- As a table to keep ---------------------------------------------------------------------------


def exported(client: Client) -> list[list[str]]:
    response = client.get(reverse("owners:earnings_export"))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    return list(csv.reader(response.content.decode("utf-8-sig").splitlines()))


def test_export_has_a_line_for_each_booking(client: Client, space: Space) -> None:
    later = make_booking(space=space, starts_at=NOW + 3 * DAY)
    earlier = make_booking(status=BookingStatus.COMPLETED, space=space, starts_at=NOW - 40 * DAY)

    head, *lines = exported(client)

    assert head[-3:] == ["Price", "Commission", "Yours"]
    assert [line[1] for line in lines] == [later.reference, earlier.reference]
    assert lines[1] == [
        "2026-05-02",
        earlier.reference,
        space.venue.name,
        space.name,
        "KZT",
        "65000.00",
        "9750.00",
        "55250.00",
    ]


def test_export_holds_only_what_one_may_see(cast: Cast, space: Space) -> None:
    other = make_bookable(owner=cast.other_owner)
    make_booking(space=space, starts_at=NOW + 3 * DAY)
    theirs = make_booking(space=other, starts_at=NOW + 3 * DAY)
    browser = Client()
    browser.force_login(cast.other_owner)
    assert [line[1] for line in exported(browser)[1:]] == [theirs.reference]

    browser.force_login(add_member(venue=space.venue, role=MemberRole.VIEWER))
    assert browser.get(reverse("owners:earnings_export")).status_code == 403
    browser.force_login(cast.stranger)
    assert browser.get(reverse("owners:earnings_export")).status_code == 404


def test_export_has_no_formulas(client: Client, space: Space) -> None:
    Space.objects.filter(pk=space.pk).update(name="=HYPERLINK(1)")
    make_booking(space=space, starts_at=NOW + 3 * DAY)

    assert exported(client)[1][3] == "'=HYPERLINK(1)"


def test_months_are_summed_up(client: Client, space: Space) -> None:
    for days in (-40, 3):
        make_booking(
            status=BookingStatus.COMPLETED if days < 0 else BookingStatus.CONFIRMED,
            space=space,
            starts_at=NOW + days * DAY,
        )

    (total,) = client.get(reverse("owners:earnings")).context["totals"]

    assert (total.bookings, total.paid.amount, total.earned.amount) == (2, 130_000_00, 110_500_00)
