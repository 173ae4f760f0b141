from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from marketplace.accounts.enums import Role
from marketplace.accounts.tests.factories import Cast, make_cast, make_user
from marketplace.core.errors import IllegalTransition
from marketplace.core.models import StateChange
from marketplace.notifications.models import Delivery, Notification
from marketplace.notifications.rendering import render_email
from marketplace.trust import services
from marketplace.trust.enums import (
    CASE_TRANSITIONS,
    CaseKind,
    CaseState,
    EntryKind,
    RejectionReason,
)
from marketplace.trust.models import Case, CaseEntry, RequestedChange
from marketplace.trust.services import CaseAlreadyOpen, ChangeItem, NothingToSay
from marketplace.trust.tests.factories import OPENED_AT, make_case, make_enquiry

pytestmark = pytest.mark.django_db

LATER = OPENED_AT + timedelta(hours=5)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.mark.parametrize(("from_state", "to_state"), list(product(CaseState, CaseState)))
def test_transition_to_follows_the_table(
    cast: Cast, from_state: CaseState, to_state: CaseState
) -> None:
    case = make_case(by=cast.owner, state=from_state)
    logged = StateChange.objects.count()

    if to_state in CASE_TRANSITIONS[from_state]:
        services.transition_to(case=case, to=to_state, by=cast.moderator, now=LATER)
        assert Case.objects.get(pk=case.pk).state == to_state
        assert StateChange.objects.count() == logged + 1
    else:
        with pytest.raises(IllegalTransition):
            services.transition_to(case=case, to=to_state, by=cast.moderator, now=LATER)
        assert Case.objects.get(pk=case.pk).state == from_state
        assert StateChange.objects.count() == logged


def test_table_names_every_state() -> None:
    assert set(CASE_TRANSITIONS) == set(CaseState)


def test_transition_logs_who_and_when(cast: Cast) -> None:
    case = make_case(by=cast.owner)

    services.record_approval(case=case, by=cast.moderator, now=LATER, note="Lovely.")

    change = StateChange.objects.get(subject_kind="trust.case", subject_id=str(case.pk))
    assert (change.field, change.from_state, change.to_state) == ("state", "open", "resolved")
    assert (change.by, change.at, change.reason) == (cast.moderator, LATER, "Lovely.")


def test_open_case_writes_the_first_entry(cast: Cast) -> None:
    case = services.open_case(
        kind=CaseKind.LISTING_SUBMISSION,
        subject_kind="venues.venue",
        subject_id=7,
        title="Apple Hall",
        by=cast.owner,
        text="Please look at it.",
        now=OPENED_AT,
    )

    entry = case.entries.get()
    assert (entry.kind, entry.author, entry.text) == ("opened", cast.owner, "Please look at it.")
    assert (case.state, case.opened_at, case.waiting_since) == ("open", OPENED_AT, OPENED_AT)


def test_open_case_refuses_a_second_one_about_the_same_thing(cast: Cast) -> None:
    make_case(by=cast.owner, subject_id=7)

    with pytest.raises(CaseAlreadyOpen):
        make_case(by=cast.owner, subject_id=7)

    assert Case.objects.count() == 1
    assert CaseEntry.objects.count() == 1


def test_open_case_after_a_decision_opens_another(cast: Cast) -> None:
    make_case(by=cast.owner, subject_id=7, state=CaseState.RESOLVED)

    make_case(by=cast.owner, subject_id=7)

    assert Case.objects.count() == 2


def test_resubmitted_case_waits_for_us_from_now(cast: Cast) -> None:
    case = make_case(by=cast.owner, state=CaseState.WAITING)

    entry = services.resubmit_case(case=case, by=cast.owner, text="Done.", now=LATER)

    assert (case.state, case.waiting_since, case.opened_at) == ("open", LATER, OPENED_AT)
    assert (entry.kind, entry.text) == (EntryKind.RESUBMITTED, "Done.")


def test_requested_changes_keep_their_order(cast: Cast) -> None:
    case = make_case(by=cast.owner)
    items = [ChangeItem("photos", "Show the entrance"), ChangeItem("hours", "Closed on Sunday?")]

    entry = services.record_changes_requested(
        case=case, by=cast.moderator, items=items, note="Nearly there.", now=LATER
    )

    assert case.state == CaseState.WAITING
    assert entry.text == "Nearly there."
    assert list(entry.requested_changes.values_list("position", "section", "text")) == [
        (0, "photos", "Show the entrance"),
        (1, "hours", "Closed on Sunday?"),
    ]


def test_requesting_no_change_is_refused(cast: Cast) -> None:
    case = make_case(by=cast.owner)

    with pytest.raises(NothingToSay):
        services.record_changes_requested(case=case, by=cast.moderator, items=[], now=LATER)

    assert Case.objects.get().state == CaseState.OPEN


def test_rejection_keeps_its_reasons(cast: Cast) -> None:
    case = make_case(by=cast.owner)
    reasons = [RejectionReason.DUPLICATE, RejectionReason.INCOMPLETE]

    entry = services.record_rejection(case=case, by=cast.moderator, reasons=reasons, now=LATER)

    assert CaseEntry.objects.get(pk=entry.pk).reasons == ["duplicate", "incomplete"]
    assert (case.state, case.resolved_at) == (CaseState.RESOLVED, LATER)


def test_rejection_without_a_reason_is_refused(cast: Cast) -> None:
    case = make_case(by=cast.owner)

    with pytest.raises(NothingToSay):
        services.record_rejection(case=case, by=cast.moderator, reasons=[], now=LATER)

    assert Case.objects.get().state == CaseState.OPEN


def test_withdrawn_case_is_not_resolved(cast: Cast) -> None:
    case = make_case(by=cast.owner)

    services.withdraw_case(case=case, by=cast.owner, now=LATER)

    assert (case.state, case.resolved_at) == (CaseState.WITHDRAWN, None)


def test_second_decision_is_refused_and_leaves_no_entry(cast: Cast) -> None:
    case = make_case(by=cast.owner, state=CaseState.RESOLVED)
    entries = case.entries.count()

    with pytest.raises(IllegalTransition):
        services.record_approval(case=case, by=cast.moderator, now=LATER)

    assert case.entries.count() == entries


@pytest.mark.parametrize(
    "attack",
    [
        lambda: CaseEntry.objects.update(text="Something else"),
        lambda: CaseEntry.objects.all()._raw_delete("default"),
        lambda: RequestedChange.objects.update(text="Something else"),
        lambda: RequestedChange.objects.all()._raw_delete("default"),
    ],
)
def test_entries_are_append_only(cast: Cast, attack: object) -> None:
    make_case(by=cast.owner, state=CaseState.WAITING)
    assert callable(attack)

    with pytest.raises(IntegrityError), transaction.atomic():
        attack()


def told(kind: str) -> list[tuple[str, str]]:
    """Who was told this kind of thing: (email, language)."""
    notifications = Notification.objects.filter(kind=kind).order_by("email")
    return list(notifications.values_list("email", "language"))


def test_enquiry_reaches_each_administrator_and_confirms_to_the_sender() -> None:
    make_user(role=Role.ADMINISTRATOR, email="first@joytop.example")
    make_user(role=Role.ADMINISTRATOR, email="second@joytop.example", language="en")
    make_user(role=Role.ADMINISTRATOR)
    make_user(role=Role.ADMINISTRATOR, email="gone@joytop.example", is_active=False)
    make_user(role=Role.MODERATOR, email="moderator@joytop.example")

    case = make_enquiry(language="ru")

    assert told("trust.enquiry_received") == [
        ("first@joytop.example", "en"),
        ("second@joytop.example", "en"),
    ]
    assert told("trust.enquiry_confirmed") == [("gulnara@example.com", "ru")]
    assert (case.kind, case.subject_id, case.contact_language) == ("enquiry", None, "ru")


def test_enquiry_reaches_the_operator_where_no_administrator_has_an_address() -> None:
    make_user(role=Role.ADMINISTRATOR)

    make_enquiry()

    assert told("trust.enquiry_received") == [("hello@joytop.example", "en")]


def test_answer_goes_by_email_and_resolves(cast: Cast) -> None:
    case = make_enquiry()

    services.answer_enquiry(case=case, by=cast.administrator, text="Yes, at Apple Hall.", now=LATER)

    assert told("trust.enquiry_answered") == [("gulnara@example.com", "en")]
    assert (case.state, case.resolved_at) == (CaseState.RESOLVED, LATER)
    assert list(case.entries.order_by("id").values_list("kind", "text")) == [
        ("opened", "Is there a hall with a piano?"),
        ("replied", "Yes, at Apple Hall."),
    ]


def test_second_answer_is_refused_and_not_sent(cast: Cast) -> None:
    case = make_enquiry()
    services.answer_enquiry(case=case, by=cast.administrator, text="Yes.", now=LATER)

    with pytest.raises(IllegalTransition):
        services.answer_enquiry(case=case, by=cast.administrator, text="No.", now=LATER)

    assert len(told("trust.enquiry_answered")) == 1
    assert case.entries.count() == 2


def test_empty_answer_is_refused(cast: Cast) -> None:
    case = make_enquiry()

    with pytest.raises(NothingToSay):
        services.answer_enquiry(case=case, by=cast.administrator, text="  ", now=LATER)

    assert Case.objects.get().state == CaseState.OPEN


@pytest.mark.parametrize(
    ("kind", "subject", "words"),
    [
        (
            "trust.enquiry_received",
            "Gulnara Guest wrote to JoyTop: Finding a venue",
            ["Is there a hall with a piano?", "gulnara@example.com", "/moderation/enquiries/"],
        ),
        (
            "trust.enquiry_confirmed",
            "Your message to JoyTop arrived",
            ["http://127.0.0.1:8000", "Mon 2 Mar, 14:00"],
        ),
        (
            "trust.enquiry_answered",
            "JoyTop's answer: Finding a venue",
            ["Yes, & at Apple Hall.", "Is there a hall with a piano?", "/contact/"],
        ),
    ],
)
def test_letters_say_the_same_in_both_parts(
    cast: Cast, kind: str, subject: str, words: list[str]
) -> None:
    case = make_enquiry()
    services.answer_enquiry(
        case=case, by=cast.administrator, text="Yes, & at Apple Hall.", now=LATER
    )

    letter = render_email(Delivery.objects.get(notification__kind=kind))

    assert letter.subject == subject
    for word in words:
        assert word in letter.text
        assert word.replace("&", "&amp;") in letter.html


def test_confirmation_to_an_unproven_address_repeats_nothing_that_was_written() -> None:
    make_enquiry(name="Win A Prize", subject="Click here", message="http://prize.example")

    letter = render_email(Delivery.objects.get(notification__kind="trust.enquiry_confirmed"))

    for part in (letter.subject, letter.text, letter.html):
        for written in ("Win A Prize", "Click here", "prize.example"):
            assert written not in part
