"""Cases about anything, by kind and id: what was asked, what was decided, by whom."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.trust.enums import (
    UNRESOLVED_STATES,
    CaseKind,
    CaseState,
    EntryKind,
    RejectionReason,
)
from marketplace.trust.querysets import CaseQuerySet


class Case(models.Model):
    """One matter that a person of the platform has to decide or answer.

    The subject is named by kind ("venues.venue") and id, so that this room knows no other.
    An enquiry has no subject; it keeps how the person who asked can be reached.
    """

    kind = models.CharField(_("kind"), max_length=32, choices=CaseKind)
    state = models.CharField(_("state"), max_length=16, choices=CaseState, default=CaseState.OPEN)
    subject_kind = models.CharField(_("subject"), max_length=64, blank=True)
    subject_id = models.BigIntegerField(_("subject id"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=200)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="cases"
    )
    contact_name = models.CharField(_("name"), max_length=120, blank=True)
    contact_email = models.EmailField(_("email address"), blank=True)
    contact_language = models.CharField(_("language"), max_length=8, default="en")
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now)
    waiting_since = models.DateTimeField(_("waiting for us since"), default=timezone.now)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ("-opened_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=CaseState.values), name="case_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state=CaseState.RESOLVED, resolved_at__isnull=False)
                | (~models.Q(state=CaseState.RESOLVED) & models.Q(resolved_at__isnull=True)),
                name="case_resolved_at_iff_resolved",
            ),
            models.UniqueConstraint(
                fields=("kind", "subject_kind", "subject_id"),
                condition=models.Q(state__in=sorted(UNRESOLVED_STATES)),
                name="case_one_unresolved_per_subject",
            ),
        )
        indexes = (
            # The review queue: open cases, the longest waiting first.
            models.Index(fields=("kind", "state", "waiting_since"), name="case_queue"),
            # Every case about one listing.
            models.Index(fields=("subject_kind", "subject_id"), name="case_subject"),
        )

    def __str__(self) -> str:
        return self.title


class CaseEntry(models.Model):
    """One thing that happened in a case. Never edited and never deleted (database trigger)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="entries")
    kind = models.CharField(_("what"), max_length=32, choices=EntryKind)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.TextField(_("text"), blank=True)
    reasons = ArrayField(
        models.CharField(max_length=32, choices=RejectionReason),
        verbose_name=_("reasons"),
        default=list,
        blank=True,
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("case entry")
        verbose_name_plural = _("case entries")
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.get_kind_display()


class RequestedChange(models.Model):
    """One item of what an owner is asked to mend before a listing goes on.

    `section` is a word of the subject's own room.
    """

    entry = models.ForeignKey(CaseEntry, models.PROTECT, related_name="requested_changes")
    section = models.CharField(_("part of the listing"), max_length=32)
    text = models.CharField(_("what to change"), max_length=500)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("requested change")
        verbose_name_plural = _("requested changes")
        ordering = ("entry", "position", "id")

    def __str__(self) -> str:
        return self.text
