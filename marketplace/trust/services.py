"""What happens in a case: opened, sent back, sent again, decided, answered.

Each function is one transaction, or part of the caller's. The case is locked first (`FOR NO KEY
UPDATE`), so of two decisions at the same instant one is made and the other raises
IllegalTransition. What follows for the subject (a listing goes live) is the caller's to do, in
the same transaction: this room knows no subjects.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core import states
from marketplace.core.errors import DomainError
from marketplace.notifications.services import Address, notify
from marketplace.trust.enums import CASE_TRANSITIONS, CaseKind, CaseState, EntryKind
from marketplace.trust.models import Case, CaseEntry, RequestedChange
from marketplace.trust.notification_kinds import (
    ENQUIRY_ANSWERED,
    ENQUIRY_CONFIRMED,
    ENQUIRY_RECEIVED,
)
from marketplace.trust.selectors import administrators_to_tell


class CaseAlreadyOpen(DomainError):
    """The subject has an unresolved case of this kind."""

    code = "case_already_open"
    default_message = _("This is waiting for a decision already.")


class NothingToSay(DomainError):
    """A decision or an answer that gives the other side no reason, item or text."""

    code = "nothing_to_say"
    default_message = _("Write at least one thing that the other side can act on.")


@dataclass(frozen=True, slots=True)
class ChangeItem:
    """One thing to mend: the part of the subject (a word of its own room), and what about it."""

    section: str
    text: str


def transition_to(*, case: Case, to: str, by: User | None, now: datetime, reason: str = "") -> Case:
    """Moves the case along CASE_TRANSITIONS: the one door for its state.

    Keeps `waiting_since` (when it came back to us) and `resolved_at` in step with the state.
    Raises IllegalTransition.
    """
    changes: dict[str, object] = {}
    if to == CaseState.OPEN:
        changes["waiting_since"] = now
    if to == CaseState.RESOLVED:
        changes["resolved_at"] = now
    return states.transition(
        case,
        to=to,
        table=CASE_TRANSITIONS,
        field="state",
        by=by,
        now=now,
        reason=reason,
        changes=changes,
    )


@transaction.atomic
def open_case(
    *,
    kind: str,
    title: str,
    by: User | None,
    now: datetime,
    subject_kind: str = "",
    subject_id: int | None = None,
    text: str = "",
    contact_name: str = "",
    contact_email: str = "",
    contact_language: str = "en",
) -> Case:
    """Opens a case and writes its first entry.

    Raises CaseAlreadyOpen when the subject has an unresolved case of this kind.
    """
    try:
        with transaction.atomic():
            case = Case.objects.create(
                kind=kind,
                subject_kind=subject_kind,
                subject_id=subject_id,
                title=title,
                opened_by=by,
                contact_name=contact_name,
                contact_email=contact_email,
                contact_language=contact_language,
                opened_at=now,
                waiting_since=now,
            )
    except IntegrityError as error:
        if "case_one_unresolved_per_subject" in str(error):
            raise CaseAlreadyOpen from error
        raise
    _add_entry(case=case, kind=EntryKind.OPENED, by=by, now=now, text=text)
    return case


@transaction.atomic
def resubmit_case(*, case: Case, by: User, now: datetime, text: str = "") -> CaseEntry:
    """The other side has done its part: the case waits for us again, from now."""
    transition_to(case=case, to=CaseState.OPEN, by=by, now=now)
    return _add_entry(case=case, kind=EntryKind.RESUBMITTED, by=by, now=now, text=text)


@transaction.atomic
def record_changes_requested(
    *, case: Case, by: User, items: Sequence[ChangeItem], now: datetime, note: str = ""
) -> CaseEntry:
    """Sends the case back with a list of what to mend. Raises NothingToSay without items."""
    if not items:
        raise NothingToSay
    transition_to(case=case, to=CaseState.WAITING, by=by, now=now, reason=note)
    entry = _add_entry(case=case, kind=EntryKind.CHANGES_REQUESTED, by=by, now=now, text=note)
    RequestedChange.objects.bulk_create(
        RequestedChange(entry=entry, section=item.section, text=item.text, position=position)
        for position, item in enumerate(items)
    )
    return entry


@transaction.atomic
def record_approval(*, case: Case, by: User, now: datetime, note: str = "") -> CaseEntry:
    """Resolves the case in favour of who opened it."""
    transition_to(case=case, to=CaseState.RESOLVED, by=by, now=now, reason=note)
    return _add_entry(case=case, kind=EntryKind.APPROVED, by=by, now=now, text=note)


@transaction.atomic
def record_rejection(
    *, case: Case, by: User, reasons: Sequence[str], now: datetime, note: str = ""
) -> CaseEntry:
    """Resolves the case against who opened it. Raises NothingToSay without a reason."""
    if not reasons:
        raise NothingToSay
    transition_to(case=case, to=CaseState.RESOLVED, by=by, now=now, reason=note)
    return _add_entry(
        case=case, kind=EntryKind.REJECTED, by=by, now=now, text=note, reasons=reasons
    )


@transaction.atomic
def withdraw_case(*, case: Case, by: User, now: datetime, text: str = "") -> CaseEntry:
    """Who opened the case no longer wants it decided."""
    transition_to(case=case, to=CaseState.WITHDRAWN, by=by, now=now, reason=text)
    return _add_entry(case=case, kind=EntryKind.WITHDRAWN, by=by, now=now, text=text)


@transaction.atomic
def open_enquiry(
    *,
    name: str,
    email: str,
    subject: str,
    message: str,
    language: str,
    by: User | None,
    now: datetime,
) -> Case:
    """Opens an enquiry; tells each administrator by email, and the sender that it came.

    Where no administrator has a verified email address, the operator's own address is told. The
    sender's address is unproven, so what goes there repeats nothing that the sender wrote.
    """
    case = open_case(
        kind=CaseKind.ENQUIRY,
        title=subject,
        by=by,
        text=message,
        contact_name=name,
        contact_email=email,
        contact_language=language,
        now=now,
    )
    received = {
        "name": name,
        "email": email,
        "subject_line": subject,
        "message": message,
        "path": reverse("moderation:enquiry", args=[case.pk]),
    }
    administrators = administrators_to_tell()
    for administrator in administrators:
        notify(
            kind=ENQUIRY_RECEIVED,
            to=administrator,
            context=received,
            event_key=f"{ENQUIRY_RECEIVED}:{case.pk}:{administrator.pk}",
            now=now,
        )
    if not administrators:
        notify(
            kind=ENQUIRY_RECEIVED,
            to=Address(email=str(settings.OPERATOR["email"])),
            context=received,
            event_key=f"{ENQUIRY_RECEIVED}:{case.pk}:operator",
            now=now,
        )
    notify(
        kind=ENQUIRY_CONFIRMED,
        to=Address(email=email, language=language),
        context={},
        event_key=f"{ENQUIRY_CONFIRMED}:{case.pk}",
        now=now,
    )
    return case


@transaction.atomic
def answer_enquiry(*, case: Case, by: User, text: str, now: datetime) -> CaseEntry:
    """Answers by email, in the language of who asked, and resolves the case.

    Raises NothingToSay without a text, IllegalTransition when it was answered already.
    """
    if not text.strip():
        raise NothingToSay
    transition_to(case=case, to=CaseState.RESOLVED, by=by, now=now)
    entry = _add_entry(case=case, kind=EntryKind.REPLIED, by=by, now=now, text=text)
    question = case.entries.get(kind=EntryKind.OPENED)
    notify(
        kind=ENQUIRY_ANSWERED,
        to=Address(email=case.contact_email, language=case.contact_language),
        context={
            "name": case.contact_name,
            "subject_line": case.title,
            "message": question.text,
            "answer": text,
            "author": by.display_name,
            "path": reverse("storefront:contact"),
        },
        event_key=f"{ENQUIRY_ANSWERED}:{case.pk}",
        now=now,
    )
    return entry


def _add_entry(
    *,
    case: Case,
    kind: str,
    by: User | None,
    now: datetime,
    text: str = "",
    reasons: Sequence[str] = (),
) -> CaseEntry:
    return CaseEntry.objects.create(
        case=case, kind=kind, author=by, text=text, reasons=list(reasons), at=now
    )
