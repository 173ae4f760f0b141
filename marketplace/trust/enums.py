"""Words and states of the trust room."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseKind(models.TextChoices):
    """What a case is about."""

    LISTING_SUBMISSION = "listing_submission", _("New listing")
    LISTING_EDIT = "listing_edit", _("Edit of a published listing")
    ENQUIRY = "enquiry", _("Enquiry")


class CaseState(models.TextChoices):
    """Where a case stands. `waiting` means that the other side has to do something first."""

    OPEN = "open", _("Open")
    WAITING = "waiting", _("Waiting for the owner")
    RESOLVED = "resolved", _("Resolved")
    WITHDRAWN = "withdrawn", _("Withdrawn")


CASE_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    CaseState.OPEN: frozenset({CaseState.WAITING, CaseState.RESOLVED, CaseState.WITHDRAWN}),
    CaseState.WAITING: frozenset({CaseState.OPEN, CaseState.RESOLVED, CaseState.WITHDRAWN}),
    CaseState.RESOLVED: frozenset(),
    CaseState.WITHDRAWN: frozenset(),
}
UNRESOLVED_STATES: Final = frozenset({CaseState.OPEN, CaseState.WAITING})


class EntryKind(models.TextChoices):
    """What happened in a case, one entry each."""

    OPENED = "opened", _("Opened")
    RESUBMITTED = "resubmitted", _("Sent again")
    CHANGES_REQUESTED = "changes_requested", _("Changes asked for")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    REPLIED = "replied", _("Answered")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class RejectionReason(models.TextChoices):
    """Why a listing was not accepted; a note may say more."""

    DUPLICATE = "duplicate", _("The venue is listed already")
    CONTACT_DETAILS = "contact_details", _("Contact details or links in the text")
    MISLEADING_PHOTOS = "misleading_photos", _("Photos do not show the venue")
    PROHIBITED = "prohibited", _("Something that is not allowed here")
    INCOMPLETE = "incomplete", _("Important information is missing")
