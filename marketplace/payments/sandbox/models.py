"""What the sandbox remembers, as the provider would on machines of its own.

Reached through the database alias `sandbox` alone (`marketplace.payments.sandbox.router`), so that
it commits apart from the site, and a crash of the site leaves it as a crash would leave Stripe.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SandboxObject(models.Model):
    """One object of the provider's: a session, or an intent, a charge, a refund that came of it."""

    id = models.CharField(_("id"), max_length=255, primary_key=True)
    kind = models.CharField(_("kind"), max_length=64)
    # The session that it came of; empty for a session. Its row's lock guards all of them.
    session_id = models.CharField(_("session"), max_length=255, blank=True)
    data = models.JSONField(_("as the API shows it"))
    hidden = models.JSONField(_("what the API does not show"), default=dict)
    created_at = models.DateTimeField(_("created at"))
    # Of a session: when time alone changes it, or something that came of it.
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)

    class Meta:
        verbose_name = _("sandbox object")
        verbose_name_plural = _("sandbox objects")
        indexes = (
            # What came of a session.
            models.Index(
                fields=("session_id",),
                name="sandbox_object_family",
                condition=~Q(session_id=""),
            ),
            # What time has changed.
            models.Index(
                fields=("due_at",),
                name="sandbox_object_due",
                condition=Q(due_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.id


class SandboxRequest(models.Model):
    """An answer that is given again to the same idempotency key, as Stripe does for 24 hours."""

    key = models.CharField(_("idempotency key"), max_length=255, primary_key=True)
    fingerprint = models.CharField(_("of path and parameters"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"))
    body = models.TextField(_("body"))
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("sandbox request")
        verbose_name_plural = _("sandbox requests")

    def __str__(self) -> str:
        return self.key


class SandboxEvent(models.Model):
    """An event that the sandbox delivers, signed, to the site's webhook: from the worker."""

    # Beside it the row's own number: the order in which one change made several.
    event_id = models.CharField(_("id"), max_length=255, unique=True)
    type = models.CharField(_("type"), max_length=100)
    payload = models.JSONField(_("payload"))
    created_at = models.DateTimeField(_("created at"))
    due_at = models.DateTimeField(_("due at"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("sandbox event")
        verbose_name_plural = _("sandbox events")
        indexes = (
            # What is to be delivered.
            models.Index(
                fields=("due_at",),
                name="sandbox_event_due",
                condition=Q(delivered_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"
