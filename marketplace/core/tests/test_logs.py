import json
import logging
from datetime import UTC, datetime

from django.conf import settings

from marketplace.core.logs import JsonFormatter


def test_json_line_tells_the_time_in_utc() -> None:
    record = logging.makeLogRecord({"msg": "hello", "name": "joytop"})
    record.created = datetime(2026, 12, 12, 13, 0, 0, 250_000, tzinfo=UTC).timestamp()
    configured = settings.LOGGING["formatters"]["json"]

    formatter = JsonFormatter(configured["format"], rename_fields=configured["rename_fields"])

    assert json.loads(formatter.format(record))["at"] == "2026-12-12T13:00:00.250+00:00"
