"""The words that other rooms use to ask for cases."""

from typing import Self

from django.db import models

from marketplace.trust.enums import UNRESOLVED_STATES, CaseKind, CaseState

LISTING_KINDS = (CaseKind.LISTING_SUBMISSION, CaseKind.LISTING_EDIT)


class CaseQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about cases."""

    def about(self, subject_kind: str, subject_id: int) -> Self:
        """Every case about one thing."""
        return self.filter(subject_kind=subject_kind, subject_id=subject_id)

    def about_listings(self) -> Self:
        """What moderators decide: submissions and edits."""
        return self.filter(kind__in=LISTING_KINDS)

    def enquiries(self) -> Self:
        """What people asked through the contact page."""
        return self.filter(kind=CaseKind.ENQUIRY)

    def unresolved(self) -> Self:
        """Open, or waiting for the other side."""
        return self.filter(state__in=UNRESOLVED_STATES)

    def unresolved_about(self, kind: str, subject_kind: str, subject_id: int) -> Self:
        """The one unresolved case of this kind about one thing, if there is one."""
        return self.about(subject_kind, subject_id).of_kind(kind).unresolved()

    def of_kind(self, kind: str) -> Self:
        """Cases of one kind."""
        return self.filter(kind=kind)

    def waiting_for_owner(self) -> Self:
        """Cases that were sent back, the latest first, with `sent_back_at`."""
        return (
            self.filter(state=CaseState.WAITING)
            .annotate(sent_back_at=models.Max("entries__at"))
            .order_by("-sent_back_at", "-id")
        )

    def decided(self) -> Self:
        """Resolved cases, the latest first."""
        return self.filter(state=CaseState.RESOLVED).order_by("-resolved_at", "-id")

    def waiting_for_us(self) -> Self:
        """Open cases, the oldest first."""
        return self.filter(state=CaseState.OPEN).order_by("waiting_since", "id")
