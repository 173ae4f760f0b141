"""Every breach is planted by raw SQL, with what guards against it off, and must be named."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from marketplace.accounts.tests.factories import make_user
from marketplace.core.integrity import Breach, run_checks
from marketplace.trust.enums import CaseState
from marketplace.trust.models import Case
from marketplace.trust.services import resubmit_case
from marketplace.trust.tests.factories import OPENED_AT, make_case, make_enquiry

pytestmark = pytest.mark.django_db


def plant(sql: str, *params: int | datetime, without: str = "") -> None:
    """Runs raw SQL with triggers off, and without this constraint or index."""
    with connection.cursor() as cursor:
        # What is checked at commit is checked now: a table with checks pending cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        if without:
            cursor.execute(f"ALTER TABLE trust_case DROP CONSTRAINT IF EXISTS {without}")
            cursor.execute(f"DROP INDEX IF EXISTS {without}")
        cursor.execute(sql, params)
        cursor.execute("SET LOCAL session_replication_role = origin")


def found(check: str) -> list[Breach]:
    """What this check says now."""
    return [breach for breach in run_checks() if breach.check == check]


def found_by_trust() -> list[Breach]:
    """What all checks of the room say now."""
    return [breach for breach in run_checks() if breach.check.startswith("trust.")]


def case_in(state: CaseState) -> Case:
    return make_case(by=make_user(), state=state)


def test_checks_are_silent_about_cases_in_every_state() -> None:
    for state in CaseState:
        case_in(state)
    again = case_in(CaseState.WAITING)
    resubmit_case(case=again, by=make_user(), now=OPENED_AT + timedelta(days=1))
    make_enquiry()

    assert found_by_trust() == []


def test_case_without_an_opening_is_named() -> None:
    case = case_in(CaseState.OPEN)
    plant("DELETE FROM trust_caseentry WHERE case_id = %s", case.pk)

    assert found("trust.case_begins_once") == [
        Breach(
            "trust.case_begins_once",
            str(case.pk),
            "the case has 0 opening entries, or another entry comes before it",
        )
    ]


def test_case_that_is_not_where_its_last_entry_led_is_named() -> None:
    case = case_in(CaseState.OPEN)
    plant("UPDATE trust_case SET state = 'waiting' WHERE id = %s", case.pk)

    assert found("trust.state_follows_entries") == [
        Breach(
            "trust.state_follows_entries",
            str(case.pk),
            "the case is waiting, but its last entry is opened",
        )
    ]


def test_case_decided_twice_is_named() -> None:
    case = case_in(CaseState.RESOLVED)
    plant(
        "INSERT INTO trust_caseentry (case_id, kind, text, reasons, at)"
        " VALUES (%s, 'approved', '', '{}', %s)",
        case.pk,
        OPENED_AT,
    )

    assert found("trust.decided_once") == [
        Breach("trust.decided_once", str(case.pk), "1 entries follow the final one")
    ]


def test_entries_that_go_back_in_time_are_named() -> None:
    case = case_in(CaseState.WAITING)
    last = case.entries.get(kind="changes_requested")
    plant(
        "UPDATE trust_caseentry SET at = at - interval '1 day' WHERE id = %s",
        last.pk,
    )

    (breach,) = found("trust.entries_in_order")
    assert breach.subject == str(last.pk)
    assert breach.message.startswith(f"the entry of case {case.pk} is dated 2026-03-01")


def test_changes_requested_without_a_list_are_named() -> None:
    case = case_in(CaseState.WAITING)
    entry = case.entries.get(kind="changes_requested")
    plant("DELETE FROM trust_requestedchange")

    assert found("trust.changes_are_listed") == [
        Breach(
            "trust.changes_are_listed",
            str(entry.pk),
            f"the entry of case {case.pk} is changes_requested and lists 0 changes",
        )
    ]


def test_rejection_without_reasons_is_named() -> None:
    case = case_in(CaseState.RESOLVED)
    entry = case.entries.get(kind="rejected")
    plant("UPDATE trust_caseentry SET reasons = '{}' WHERE id = %s", entry.pk)

    assert found("trust.rejections_give_reasons") == [
        Breach(
            "trust.rejections_give_reasons",
            str(entry.pk),
            f"the entry of case {case.pk} is rejected and gives 0 reasons",
        )
    ]


def test_resolution_without_its_time_is_named() -> None:
    case = case_in(CaseState.RESOLVED)
    plant(
        "UPDATE trust_case SET resolved_at = NULL WHERE id = %s",
        case.pk,
        without="case_resolved_at_iff_resolved",
    )

    assert found("trust.resolved_at_iff_resolved") == [
        Breach(
            "trust.resolved_at_iff_resolved",
            str(case.pk),
            "the case is resolved, and its time of resolution says otherwise",
        )
    ]


def test_second_unresolved_case_about_one_thing_is_named() -> None:
    case_in(CaseState.OPEN)
    case_in(CaseState.OPEN)
    plant(
        "UPDATE trust_case SET subject_id = 7",
        without="case_one_unresolved_per_subject",
    )

    assert found("trust.one_unresolved_per_subject") == [
        Breach(
            "trust.one_unresolved_per_subject",
            "venues.venue 7",
            "2 unresolved cases of kind listing_submission",
        )
    ]
