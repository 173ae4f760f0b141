from typing import Any

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

_WHEN: Any = models.Func(
    "starts_at",
    "ends_at",
    function="tstzrange",
    output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
)


class Migration(migrations.Migration):
    dependencies = [
        ("discovery", "0002_booking_terms"),
        ("venues", "0003_booking_terms"),
        # The constraint needs btree_gist, which comes with it.
        ("bookings", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Promotion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "starts_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="starts"),
                ),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        help_text="What was agreed, for administrators alone.",
                        max_length=200,
                        verbose_name="note",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="created at",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="promotions",
                        to="venues.venue",
                    ),
                ),
            ],
            options={
                "verbose_name": "promotion",
                "verbose_name_plural": "promotions",
                "ordering": ("-starts_at", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="promotion_ends_after_it_starts",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=(("venue", "="), (_WHEN, "&&")),
                        name="promotion_once_at_a_time",
                        violation_error_message="This venue is promoted in that time already.",
                    ),
                ],
            },
        ),
    ]
