"""A room that exists in tests alone, for workers: it registers the kinds of tests."""

from django.apps import AppConfig


class KindsOfTestsConfig(AppConfig):
    name = "marketplace.notifications.tests"
    label = "notifications_tests"

    def ready(self) -> None:
        from marketplace.notifications.kinds import register

        from .kinds import CODE, GREETING

        register(GREETING)
        register(CODE)
