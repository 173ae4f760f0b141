"""What this room does by the clock."""

from marketplace.core.schedules import Periodic, register

register(Periodic("payments: reconcile", "marketplace.payments.tasks.reconcile", minutes=2))
