import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class OutboxMessage(models.Model):
    """Work promised by a transaction, done after it. Written only by `outbox.enqueue`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    topic = models.CharField(_("topic"), max_length=100)
    payload = models.JSONField(_("payload"), default=dict)
    key = models.CharField(_("key"), max_length=200, null=True, blank=True)  # noqa: DJ001 -- null: no key
    created_at = models.DateTimeField(_("created at"))
    available_at = models.DateTimeField(_("available at"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # Who holds the message, and until when. A claim outlives its worker by the lease at most.
    claim = models.UUIDField(_("claim"), null=True, blank=True)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    processed_at = models.DateTimeField(_("processed at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed at"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("outbox message")
        verbose_name_plural = _("outbox messages")
        constraints = [
            models.UniqueConstraint(fields=["topic", "key"], name="core_outbox_topic_key_unique"),
            models.CheckConstraint(
                condition=Q(processed_at__isnull=True) | Q(failed_at__isnull=True),
                name="core_outbox_processed_or_failed",
            ),
        ]
        indexes = [
            # The claim: open messages that are due, oldest first.
            models.Index(
                F("available_at"),
                F("created_at"),
                name="core_outbox_open",
                condition=Q(processed_at__isnull=True, failed_at__isnull=True),
            ),
            # The administrators' list of failures.
            models.Index(
                F("failed_at").desc(),
                name="core_outbox_failed",
                condition=Q(failed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.id}"


class StateChange(models.Model):
    """One step of one state machine. Append-only: the database refuses UPDATE and DELETE."""

    subject_kind = models.CharField(_("kind of subject"), max_length=100)
    subject_id = models.CharField(_("subject"), max_length=64)
    field = models.CharField(_("field"), max_length=64, default="status")
    from_state = models.CharField(_("from"), max_length=64)
    to_state = models.CharField(_("to"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty when the system did it."),
    )
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("state change")
        verbose_name_plural = _("state changes")
        indexes = [
            # The history of one subject, in order.
            models.Index(
                fields=["subject_kind", "subject_id", "id"], name="core_statechange_subject"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}: {self.from_state} → {self.to_state}"


class IntegrityReport(models.Model):
    """What the nightly run of every room's integrity checks found."""

    ran_at = models.DateTimeField(_("ran at"))
    ok = models.BooleanField(_("no breach"))
    breaches = models.JSONField(_("breaches"), default=list, blank=True)

    class Meta:
        verbose_name = _("integrity report")
        verbose_name_plural = _("integrity reports")
        ordering = ["-ran_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ok=True, breaches=[]) | (Q(ok=False) & ~Q(breaches=[])),
                name="core_integrityreport_ok_means_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ran_at:%Y-%m-%d %H:%M}: {'ok' if self.ok else len(self.breaches)}"
