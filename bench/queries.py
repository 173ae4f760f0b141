"""How many SQL queries each page asks, and how long the database takes for them.

    python -m bench.queries PATH...

Prints one JSON list for each path: queries, milliseconds. Runs in a process of its own, with
the settings of the site that is measured.
"""

from __future__ import annotations

import json
import os
import sys

import django


def count(paths: list[str]) -> dict[str, tuple[int, float]]:
    """On the second request of each page, when everything that is kept is kept."""
    from django.db import connection  # noqa: PLC0415  (after the settings)
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    result = {}
    for path in paths:
        client = Client(headers={"host": "127.0.0.1"})
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        took = sum(float(query["time"]) for query in asked.captured_queries) * 1000
        result[path] = (len(asked), took)
    return result


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(count(sys.argv[1:])))
