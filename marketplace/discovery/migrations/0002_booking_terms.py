from typing import Any

import django.contrib.postgres.fields
from django.db import migrations, models

# What stands in the tables of listings, as `refresh_search_entries` would write it.
FILL = """
    UPDATE discovery_searchentry AS entry
    SET time_zone = venue.time_zone,
        granularity_minutes = space.granularity_minutes,
        buffer_before_minutes = space.buffer_before_minutes,
        buffer_after_minutes = space.buffer_after_minutes,
        lead_hours = space.lead_hours,
        horizon_days = space.horizon_days,
        minimum_minutes = space.granularity_minutes
            * ceil(space.minimum_minutes::numeric / space.granularity_minutes),
        leaf_ids = ARRAY[space.id],
        leaf_units = ARRAY[space.units]
    FROM venues_space AS space
    JOIN venues_venue AS venue ON venue.id = space.venue_id
    WHERE space.id = entry.space_id
"""


def _added(name: str, field: models.Field[Any, Any]) -> migrations.AddField:
    return migrations.AddField(
        model_name="searchentry", name=name, field=field, preserve_default=False
    )


class Migration(migrations.Migration):
    dependencies = [
        ("discovery", "0001_entries"),
        ("venues", "0003_booking_terms"),
    ]

    operations = [
        _added("time_zone", models.CharField(default="", max_length=64, verbose_name="time zone")),
        _added(
            "granularity_minutes",
            models.PositiveSmallIntegerField(default=30, verbose_name="starts every, minutes"),
        ),
        _added(
            "buffer_before_minutes",
            models.PositiveSmallIntegerField(
                default=0, verbose_name="time before a booking, minutes"
            ),
        ),
        _added(
            "buffer_after_minutes",
            models.PositiveSmallIntegerField(
                default=0, verbose_name="time after a booking, minutes"
            ),
        ),
        _added(
            "lead_hours",
            models.PositiveSmallIntegerField(default=2, verbose_name="book at least, hours ahead"),
        ),
        _added(
            "horizon_days",
            models.PositiveSmallIntegerField(default=365, verbose_name="book at most, days ahead"),
        ),
        _added(
            "longest_minutes",
            models.PositiveSmallIntegerField(
                default=10_080, verbose_name="longest booking, minutes"
            ),
        ),
        _added(
            "leaf_ids",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, verbose_name="takes units of"
            ),
        ),
        _added(
            "leaf_units",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(),
                default=list,
                verbose_name="units of each",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
