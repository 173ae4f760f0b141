"""Settings of the worker that test_crash.py kills: the site's own, and the kinds of tests."""

from pathlib import Path

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, Q_CLUSTER, TEMPLATES

INSTALLED_APPS = [*INSTALLED_APPS, "marketplace.notifications.tests.apps.KindsOfTestsConfig"]
TEMPLATES[0]["DIRS"].insert(0, Path(__file__).parent / "templates")
Q_CLUSTER = {**Q_CLUSTER, "workers": 2, "poll": 0.1}
