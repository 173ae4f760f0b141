"""Ids as Stripe makes them: what it is, and letters and digits."""

import secrets
import string
from typing import Final

_CHARACTERS: Final = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 24) -> str:
    return f"{prefix}_{''.join(secrets.choice(_CHARACTERS) for _ in range(length))}"
