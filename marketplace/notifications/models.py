import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import OutboxMessage

from .enums import CARRIED, Channel, DeliveryState
from .querysets import DeliveryQuerySet, NotificationQuerySet, SandboxMessageQuerySet


class Notification(models.Model):
    """One event told to one person. The address and language are as they were at that moment.

    With `is_in_app` it is also a line of the person's list on the site: it is there as soon as
    its transaction is, once for its event, and `read_at` says since when it is read.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=100)
    event_key = models.CharField(_("event"), max_length=200, unique=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recipient"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="notifications",
    )
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("email"), blank=True)
    language = models.CharField(_("language"), max_length=10)
    time_zone = models.CharField(_("time zone"), max_length=64)
    context = models.JSONField(_("facts"), default=dict, blank=True)
    # Login codes and the like: the facts are erased once every delivery is final.
    is_secret = models.BooleanField(_("secret"), default=False)
    is_in_app = models.BooleanField(_("on the site"), default=False)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_in_app=True) | Q(read_at__isnull=True),
                name="notif_read_on_the_site",
            ),
            models.CheckConstraint(
                condition=~Q(is_in_app=True, is_secret=True), name="notif_secret_not_on_the_site"
            ),
        ]
        indexes = [
            # What one person was told, latest first.
            models.Index("recipient", F("created_at").desc(), name="notif_recipient_latest"),
            # The number on the bell of every page.
            models.Index(
                fields=("recipient",),
                name="notif_recipient_unread",
                condition=Q(is_in_app=True, read_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_key}"


class Delivery(models.Model):
    """One notification on its way over one channel, and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notification = models.ForeignKey(
        Notification,
        verbose_name=_("notification"),
        on_delete=models.CASCADE,
        related_name="deliveries",
    )
    event_key = models.CharField(_("event"), max_length=200)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    outbox_message = models.OneToOneField(
        OutboxMessage,
        verbose_name=_("outbox message"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState, default=DeliveryState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    gateway_id = models.CharField(_("gateway's id"), max_length=200, blank=True)
    error = models.TextField(_("error"), blank=True)
    created_at = models.DateTimeField(_("created at"))
    sending_at = models.DateTimeField(_("last tried at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["event_key", "channel"], name="notif_delivery_event_channel_unique"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="notif_delivery_state_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=sorted(CARRIED)), name="notif_delivery_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.SENT, sent_at__isnull=False)
                | (~Q(state=DeliveryState.SENT) & Q(sent_at__isnull=True)),
                name="notif_delivery_sent_has_time",
            ),
        ]
        indexes = [
            # The administrators' list of what did not arrive, latest first.
            models.Index(
                F("created_at").desc(),
                name="notif_delivery_trouble",
                condition=Q(state__in=[DeliveryState.FAILED, DeliveryState.AMBIGUOUS]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.event_key} ({self.state})"

    @property
    def address(self) -> str:
        """Where it goes: the phone number or the email address."""
        told = self.notification
        return told.phone if self.channel == Channel.SMS else told.email


class SandboxMessage(models.Model):
    """An SMS or email that the sandbox took instead of a gateway, exactly as sent."""

    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    to = models.CharField(_("to"), max_length=320)
    subject = models.CharField(_("subject"), max_length=998, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    message_id = models.CharField(_("message id"), max_length=200, blank=True)
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    sent_at = models.DateTimeField(_("sent at"))

    objects = SandboxMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("sandbox message")
        verbose_name_plural = _("sandbox messages")
        indexes = [
            # The sandbox's page: newest first, of everyone or of one recipient.
            models.Index(F("sent_at").desc(), F("id").desc(), name="notif_sandbox_latest"),
            models.Index("to", F("sent_at").desc(), name="notif_sandbox_to_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} → {self.to}"


class SandboxAttachment(models.Model):
    """A file that came with an email which the sandbox took, exactly as sent."""

    message = models.ForeignKey(
        SandboxMessage,
        verbose_name=_("sandbox message"),
        on_delete=models.CASCADE,
        related_name="attachments",
    )
    filename = models.CharField(_("file name"), max_length=200)
    mimetype = models.CharField(_("kind of file"), max_length=200)
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("attachment of a sandbox message")
        verbose_name_plural = _("attachments of sandbox messages")
        ordering = ["message", "pk"]

    def __str__(self) -> str:
        return self.filename
