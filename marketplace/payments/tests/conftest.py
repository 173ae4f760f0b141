from collections.abc import Iterator

import pytest
import time_machine

from marketplace.payments import gateways

from .factories import NOW
from .fakes import FakeGateway


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    fake = FakeGateway()
    monkeypatch.setattr(gateways, "gateway", lambda: fake)
    return fake


@pytest.fixture
def at_noon() -> Iterator[None]:
    """The clock goes on from the factories' NOW."""
    with time_machine.travel(NOW):
        yield
