"""Who is looking at which case: the only thing that this face remembers."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.trust.models import Case
from moderation.querysets import QueueClaimQuerySet


class QueueClaim(models.Model):
    """A moderator's hold on a case, so that two do not work on it at once.

    A hold ends by itself at `expires_at`; the row stays until somebody claims the case again or
    decides it.
    """

    case = models.OneToOneField(Case, models.CASCADE, related_name="claim")
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    claimed_at = models.DateTimeField(_("claimed at"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires at"))

    objects = QueueClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim on a case")
        verbose_name_plural = _("claims on cases")

    def __str__(self) -> str:
        return f"{self.case} · {self.moderator}"

    def is_live(self, now: datetime) -> bool:
        """Whether the hold has not run out."""
        return self.expires_at > now
