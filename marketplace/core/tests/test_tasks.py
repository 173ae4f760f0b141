import pytest
from django.core.cache import cache
from django_q.models import OrmQ

from marketplace.core import outbox, tasks
from marketplace.core.models import IntegrityReport
from marketplace.core.outbox import DrainResult

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("more", "queued"), [(False, 0), (True, 1)])
def test_drain_outbox_asks_for_another_drain_only_when_some_is_left(
    monkeypatch: pytest.MonkeyPatch, more: bool, queued: int
) -> None:
    cache.clear()
    monkeypatch.setattr(outbox, "drain", lambda **_: DrainResult(more=more))

    tasks.drain_outbox()

    assert OrmQ.objects.count() == queued


def test_verify_integrity_keeps_a_report() -> None:
    tasks.verify_integrity()

    assert IntegrityReport.objects.get().ok
