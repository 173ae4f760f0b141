import pytest

from marketplace.payments import gateways

from .fakes import FakeGateway


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    fake = FakeGateway()
    monkeypatch.setattr(gateways, "gateway", lambda: fake)
    return fake
