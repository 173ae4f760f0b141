"""Pieces of structured logging: the request's id in every line."""

import logging
from contextvars import ContextVar

# The id of the request being served, "-" outside of one.
request_id: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIdFilter(logging.Filter):
    """Puts `request_id` on every record that passes."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True
