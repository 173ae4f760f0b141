"""The sandbox's work by the clock: the net under its own wakes."""

from marketplace.core.schedules import Periodic, register

register(
    Periodic(
        "payments sandbox: deliver events",
        "marketplace.payments.sandbox.tasks.deliver_events",
        minutes=1,
    )
)
