"""Each breach is planted behind the constraints' back, and must be called by its name."""

import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from marketplace.core import integrity
from marketplace.core.integrity import Breach, record_report, run_checks
from marketplace.core.models import IntegrityReport, OutboxMessage, StateChange

from .factories import NOW, make_message, make_state_change

pytestmark = pytest.mark.django_db


def drop_constraint(table: str, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')


def names() -> list[str]:
    return [breach.check for breach in run_checks()]


def test_clean_database_has_no_breach() -> None:
    make_message(available_at=timezone.now())
    make_message(processed_at=NOW)
    make_message(failed_at=NOW)

    assert run_checks() == []


def test_message_processed_and_failed_at_once_is_named() -> None:
    drop_constraint("core_outboxmessage", "core_outbox_processed_or_failed")
    message = make_message(processed_at=NOW, failed_at=NOW)

    assert run_checks() == [
        Breach(
            "core.outbox_one_outcome",
            str(message.pk),
            "message of tests.topic is processed and failed at once",
        )
    ]


def test_message_due_for_longer_than_an_hour_is_named() -> None:
    make_message(available_at=timezone.now() - timedelta(minutes=59))
    stuck = make_message(available_at=timezone.now() - timedelta(minutes=61))

    [breach] = run_checks()

    assert (breach.check, breach.subject) == ("core.outbox_not_stuck", str(stuck.pk))


def test_closed_message_that_is_still_claimed_is_named() -> None:
    make_message(processed_at=NOW, claim=uuid.uuid4(), leased_until=NOW)

    assert names() == ["core.outbox_closed_is_free"]


def test_gap_in_the_log_of_states_is_named() -> None:
    message = make_message(topic="closed", available_at=timezone.now())
    make_state_change(subject_id=str(message.pk), from_state="draft", to_state="open")
    make_state_change(subject_id=str(message.pk), from_state="review", to_state="closed")

    assert run_checks() == [
        Breach(
            "core.state_changes_chain",
            f"core.outboxmessage {message.pk}",
            "topic went to open and then left review",
        )
    ]


def test_state_changed_behind_the_log_is_named() -> None:
    message = make_message(topic="open", available_at=timezone.now())
    make_state_change(subject_id=str(message.pk), from_state="draft", to_state="open")
    assert run_checks() == []

    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_outboxmessage SET topic = 'closed'")

    assert run_checks() == [
        Breach(
            "core.state_matches_log",
            f"core.outboxmessage {message.pk}",
            "topic was logged as open and is closed",
        )
    ]


@pytest.mark.parametrize(
    ("kind", "field"), [("core.gone", "state"), ("core.outboxmessage", "gone")]
)
def test_log_of_a_machine_that_is_gone_is_named(kind: str, field: str) -> None:
    make_state_change(subject_kind=kind, field=field)

    assert run_checks() == [Breach("core.state_matches_log", kind, f"there is no {kind}.{field}")]


def test_check_that_cannot_run_is_a_breach(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> list[Breach]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM there_is_no_such_table")
        return []

    monkeypatch.setattr(integrity, "_registry", {**integrity._registry, "core.broken": broken})

    [breach] = run_checks()

    assert breach.check == "core.broken"
    assert breach.message.startswith("the check could not run: relation")


def test_two_checks_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integrity, "_registry", {})
    integrity.check("tests.one")(list)

    with pytest.raises(RuntimeError, match="two integrity checks"):
        integrity.check("tests.one")(tuple)


def test_command_is_quiet_about_a_clean_database(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_integrity")

    output = capsys.readouterr()
    assert output.out.endswith("integrity checks, no breach\n")
    assert output.err == ""


def test_command_prints_a_line_a_breach_and_exits_1(capsys: pytest.CaptureFixture[str]) -> None:
    message = make_message(processed_at=NOW, claim=uuid.uuid4())

    with pytest.raises(SystemExit) as stop:
        call_command("verify_integrity")

    assert stop.value.code == 1
    assert capsys.readouterr().err == (
        f"core.outbox_closed_is_free: {message.pk}: "
        "closed message of tests.topic is still claimed\n"
    )


def test_report_keeps_what_was_found(caplog: pytest.LogCaptureFixture) -> None:
    message = make_message(processed_at=NOW, claim=uuid.uuid4())

    report = record_report(now=NOW)

    assert IntegrityReport.objects.get() == report
    assert (report.ran_at, report.ok) == (NOW, False)
    assert report.breaches == [
        {
            "check": "core.outbox_closed_is_free",
            "subject": str(message.pk),
            "message": "closed message of tests.topic is still claimed",
        }
    ]
    assert "integrity breach: core.outbox_closed_is_free" in caplog.text


def test_report_of_a_clean_database_is_ok() -> None:
    assert record_report(now=NOW).ok
    assert not OutboxMessage.objects.exists()
    assert not StateChange.objects.exists()
