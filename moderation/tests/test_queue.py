from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.accounts.tests.factories import Cast, make_cast, make_user
from marketplace.trust.services import ChangeItem
from moderation import services
from moderation.queue import QueueTab, next_case, queue_list
from moderation.services import version_of
from moderation.tests.factories import SUBMITTED_AT, make_edit, make_submission

pytestmark = pytest.mark.django_db

NOW = SUBMITTED_AT + timedelta(hours=2)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def titles(tab: QueueTab) -> list[str]:
    """What a tab lists, in its order."""
    return [row.case.title for row in queue_list(tab=tab, page=1, now=NOW).rows]


def test_new_listings_are_listed_the_longest_waiting_first(cast: Cast) -> None:
    make_submission(owner=cast.owner, name="Second", now=NOW - timedelta(hours=1))
    make_submission(owner=cast.owner, name="First", now=NOW - timedelta(hours=2))
    make_edit(owner=cast.other_owner, name="Edited")

    assert titles(QueueTab.NEW) == ["First", "Second"]
    assert titles(QueueTab.EDITS) == ["Edited"]


def test_tabs_follow_the_state_of_a_case(cast: Cast) -> None:
    sent_back = make_submission(owner=cast.owner, name="Sent back")
    approved = make_submission(owner=cast.owner, name="Approved")
    services.request_changes(
        case=sent_back,
        by=cast.moderator,
        seen=version_of(sent_back),
        items=[ChangeItem("photos", "Show the entrance")],
        now=NOW,
    )
    services.approve(case=approved, by=cast.moderator, seen=version_of(approved), now=NOW)

    listed = queue_list(tab=QueueTab.WAITING, page=1, now=NOW)

    assert [row.case.title for row in listed.rows] == ["Sent back"]
    assert listed.rows[0].since == NOW
    assert titles(QueueTab.DECIDED) == ["Approved"]
    assert listed.counts == {"new": 0, "edits": 0, "waiting": 1, "decided": 1}


@pytest.mark.parametrize(("hours", "is_late"), [(24, False), (25, True)])
def test_row_is_late_after_a_day(cast: Cast, hours: int, is_late: bool) -> None:
    make_submission(owner=cast.owner, now=NOW - timedelta(hours=hours))

    listed = queue_list(tab=QueueTab.NEW, page=1, now=NOW)

    assert listed.rows[0].is_late is is_late
    assert listed.late == int(is_late)


def test_row_shows_who_holds_it_while_it_is_held(cast: Cast) -> None:
    case = make_submission(owner=cast.owner)
    services.claim_case(case=case, by=cast.moderator, now=NOW)

    held = queue_list(tab=QueueTab.NEW, page=1, now=NOW + timedelta(minutes=29)).rows[0]
    free = queue_list(tab=QueueTab.NEW, page=1, now=NOW + timedelta(minutes=30)).rows[0]

    assert (held.holder, free.holder) == (cast.moderator, None)


def test_next_case_passes_over_what_others_hold(cast: Cast) -> None:
    decided = make_submission(owner=cast.owner, now=NOW - timedelta(hours=4))
    held = make_submission(owner=cast.owner, now=NOW - timedelta(hours=3))
    free = make_submission(owner=cast.owner, now=NOW - timedelta(hours=2))
    services.claim_case(case=held, by=cast.administrator, now=NOW)

    assert next_case(after=decided, by=cast.moderator, now=NOW) == free
    assert next_case(after=decided, by=cast.administrator, now=NOW) == held


@pytest.mark.parametrize("tab", QueueTab.values)
def test_queue_page_answers_in_every_tab(client: Client, cast: Cast, tab: str) -> None:
    client.force_login(cast.moderator)

    response = client.get("/moderation/", {"tab": tab})

    assert response.status_code == 200


def test_queue_page_with_an_unknown_tab_shows_the_new_ones(client: Client, cast: Cast) -> None:
    make_submission(owner=cast.owner, name="Apple Hall")
    client.force_login(cast.moderator)

    response = client.get("/moderation/", {"tab": "nonsense", "page": "nonsense"})

    assert response.status_code == 200
    assert "Apple Hall" in response.content.decode()


@pytest.mark.parametrize("tab", ["new", "edits"])
def test_queue_page_queries_do_not_grow(
    client: Client, cast: Cast, tab: str, django_assert_num_queries: object
) -> None:
    client.force_login(cast.moderator)
    make = make_submission if tab == "new" else make_edit
    make(owner=make_user(), now=timezone.now())
    with_one = count_queries(client, f"/moderation/?tab={tab}")
    for _number in range(29):
        case = make(owner=make_user(), now=timezone.now())
        services.claim_case(case=case, by=cast.administrator, now=timezone.now())

    assert count_queries(client, f"/moderation/?tab={tab}") == with_one
    assert with_one <= 8


def count_queries(client: Client, address: str) -> int:
    """Every query of one request, session and cache included."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_list_knows_what_lies_around_a_case(cast: Cast) -> None:
    first, second, third = (
        make_submission(owner=cast.owner, now=NOW - timedelta(hours=hours)) for hours in (3, 2, 1)
    )
    other = make_edit(owner=cast.other_owner)
    listed = queue_list(tab=QueueTab.NEW, page=1, now=NOW)

    assert listed.around(second) == (first, third)
    assert listed.around(first) == (None, second)
    assert listed.around(third) == (second, None)
    assert listed.around(other) == (None, first)
