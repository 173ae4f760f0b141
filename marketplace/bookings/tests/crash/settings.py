"""Settings of the site that test_crash.py kills: its own, and obedience to orders to die."""

from config.settings import *  # noqa: F403
from config.settings import Q_CLUSTER
from marketplace.bookings.tests.crash.orders import obey

Q_CLUSTER = {**Q_CLUSTER, "workers": 2, "poll": 0.1}

obey()
