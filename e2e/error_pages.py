"""The pages of errors that nobody can bring about from outside, as HTML: `{name: page}` in JSON.

A process of its own, which `make screenshots` asks: it reads the settings and needs no database.
"""

import json
import os
import sys

import django


def main() -> None:
    """Write them all to standard output."""
    os.environ.update(
        JOYTOP_MODE="test",
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
        DJANGO_SETTINGS_MODULE="config.settings",
    )
    django.setup()
    from django.contrib.auth.models import AnonymousUser
    from django.shortcuts import render
    from django.test import RequestFactory

    request = RequestFactory().get("/somewhere/")
    request.user = AnonymousUser()
    names = ("400", "403", "403_csrf", "404", "429", "500")
    # What the foot of the page would ask the database for is left out.
    pages = {
        name: render(request, f"{name}.html", {"footer_links": ()}).content.decode()
        for name in names
    }
    json.dump(pages, sys.stdout)


if __name__ == "__main__":
    main()
