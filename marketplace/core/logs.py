"""Pieces of structured logging: the request's id in every line."""

import logging
from contextvars import ContextVar
from datetime import UTC, datetime

from pythonjsonlogger.json import JsonFormatter as PlainJsonFormatter

# The id of the request being served, "-" outside of one.
request_id: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIdFilter(logging.Filter):
    """Puts `request_id` on every record that passes."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class JsonFormatter(PlainJsonFormatter):
    """A line of JSON a record. Times are UTC and say so, whatever the site's zone."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 -- logging's own name
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
