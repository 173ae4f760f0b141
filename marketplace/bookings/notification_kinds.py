"""What the bookings room tells renters and owners."""


def register_kinds() -> None:
    """Called once, when the apps are ready."""
