"""Plain factories of the trust room."""

from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

from marketplace.accounts.models import User
from marketplace.trust import services
from marketplace.trust.enums import CaseKind, CaseState, RejectionReason
from marketplace.trust.models import Case
from marketplace.trust.services import ChangeItem

OPENED_AT: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_numbers = count(1)


def make_case(*, by: User, state: CaseState = CaseState.OPEN, **fields: Any) -> Case:
    """A case about a thing of its own, brought to `state` by the services."""
    number = next(_numbers)
    fields.setdefault("kind", CaseKind.LISTING_SUBMISSION)
    fields.setdefault("title", f"Case {number}")
    if fields["kind"] != CaseKind.ENQUIRY:
        fields.setdefault("subject_kind", "venues.venue")
        fields.setdefault("subject_id", 1_000_000 + number)
    fields.setdefault("now", OPENED_AT)
    case = services.open_case(by=by, **fields)
    if state == CaseState.WAITING:
        items = [ChangeItem("photos", "Show the entrance")]
        services.record_changes_requested(case=case, by=by, items=items, now=OPENED_AT)
    elif state == CaseState.RESOLVED:
        services.record_rejection(
            case=case, by=by, reasons=[RejectionReason.DUPLICATE], now=OPENED_AT
        )
    elif state == CaseState.WITHDRAWN:
        services.withdraw_case(case=case, by=by, now=OPENED_AT)
    return case


def make_enquiry(**fields: Any) -> Case:
    """A question from somebody without an account."""
    fields.setdefault("name", "Gulnara Guest")
    fields.setdefault("email", "gulnara@example.com")
    fields.setdefault("subject", "Finding a venue")
    fields.setdefault("message", "Is there a hall with a piano?")
    fields.setdefault("language", "en")
    fields.setdefault("by", None)
    fields.setdefault("now", OPENED_AT)
    return services.open_enquiry(**fields)
