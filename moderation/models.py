"""Who is looking at which case: the only thing that this face remembers."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.trust.models import Case


class QueueClaim(models.Model):
    """A moderator's hold on a case, so that two do not decide it at once."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="claim")
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    claimed_at = models.DateTimeField(_("claimed at"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires at"))

    class Meta:
        verbose_name = _("claim on a case")
        verbose_name_plural = _("claims on cases")

    def __str__(self) -> str:
        return f"{self.case} · {self.moderator}"
