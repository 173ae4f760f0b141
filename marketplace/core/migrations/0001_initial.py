import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from marketplace.core.append_only import AppendOnly


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IntegrityReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ran_at", models.DateTimeField(verbose_name="ran at")),
                ("ok", models.BooleanField(verbose_name="no breach")),
                ("breaches", models.JSONField(blank=True, default=list, verbose_name="breaches")),
            ],
            options={
                "verbose_name": "integrity report",
                "verbose_name_plural": "integrity reports",
                "ordering": ["-ran_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("breaches", []), ("ok", True)),
                            models.Q(("ok", False), models.Q(("breaches", []), _negated=True)),
                            _connector="OR",
                        ),
                        name="core_integrityreport_ok_means_none",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("topic", models.CharField(max_length=100, verbose_name="topic")),
                ("payload", models.JSONField(default=dict, verbose_name="payload")),
                (
                    "key",
                    models.CharField(blank=True, max_length=200, null=True, verbose_name="key"),
                ),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("available_at", models.DateTimeField(verbose_name="available at")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("claim", models.UUIDField(blank=True, null=True, verbose_name="claim")),
                (
                    "leased_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="leased until"),
                ),
                (
                    "processed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="processed at"),
                ),
                (
                    "failed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="failed at"),
                ),
                ("last_error", models.TextField(blank=True, verbose_name="last error")),
            ],
            options={
                "verbose_name": "outbox message",
                "verbose_name_plural": "outbox messages",
                "indexes": [
                    models.Index(
                        models.F("available_at"),
                        models.F("created_at"),
                        condition=models.Q(
                            ("failed_at__isnull", True), ("processed_at__isnull", True)
                        ),
                        name="core_outbox_open",
                    ),
                    models.Index(
                        models.OrderBy(models.F("failed_at"), descending=True),
                        condition=models.Q(("failed_at__isnull", False)),
                        name="core_outbox_failed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("topic", "key"), name="core_outbox_topic_key_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("processed_at__isnull", True),
                            ("failed_at__isnull", True),
                            _connector="OR",
                        ),
                        name="core_outbox_processed_or_failed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StateChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject_kind", models.CharField(max_length=100, verbose_name="kind of subject")),
                ("subject_id", models.CharField(max_length=64, verbose_name="subject")),
                ("field", models.CharField(default="status", max_length=64, verbose_name="field")),
                ("from_state", models.CharField(max_length=64, verbose_name="from")),
                ("to_state", models.CharField(max_length=64, verbose_name="to")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty when the system did it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "state change",
                "verbose_name_plural": "state changes",
                "indexes": [
                    models.Index(
                        fields=["subject_kind", "subject_id", "id"], name="core_statechange_subject"
                    )
                ],
            },
        ),
        AppendOnly("core_statechange"),
    ]
