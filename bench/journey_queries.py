"""The queries of one whole booking, counted in a process of its own; see bench/booking.py."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from urllib.parse import urlsplit

import django

from bench.journey import SESSION_COOKIE, Answer, whole_booking
from bench.stage import FreeSlot, Renter


class Inside:
    """A visitor without a network: the test client of Django."""

    def __init__(self, renter: Renter) -> None:
        from django.test import Client  # noqa: PLC0415  (after the settings)

        self.client = Client(headers={"host": "127.0.0.1"})
        self.client.cookies[SESSION_COOKIE] = renter.session

    def get(self, path: str, headers: Mapping[str, str] = {}) -> Answer:
        return _answer(self.client.get(path, headers=headers))

    def post(self, path: str, data: Mapping[str, str]) -> Answer:
        return _answer(self.client.post(path, data))


def _answer(response: object) -> Answer:
    where = urlsplit(response.headers.get("Location") or "")  # type: ignore[attr-defined]
    location = where.path + (f"?{where.query}" if where.query else "")
    return Answer(response.status_code, location, response.content.decode())  # type: ignore[attr-defined]


def main(renter: Renter, slot: FreeSlot) -> tuple[dict[str, int], float]:
    """How many queries each step asks, and the milliseconds that all of them took."""
    from django.db import connections  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    steps: dict[str, int] = {}
    visitor = Inside(renter)
    visitor.get("/search/")  # what is kept is kept
    with ExitStack() as stack:
        asked = [stack.enter_context(CaptureQueriesContext(it)) for it in connections.all()]

        def lap(step: str) -> None:
            steps[step] = sum(map(len, asked)) - sum(steps.values())

        whole_booking(visitor, slot, lap)
        took = sum(float(query["time"]) for it in asked for query in it.captured_queries)
    return steps, took * 1000


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    said_renter, said_slot = json.load(sys.stdin)
    print(json.dumps(main(Renter(*said_renter), FreeSlot(*said_slot))))
