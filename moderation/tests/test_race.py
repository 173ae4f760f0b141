"""Two moderators decide at the same instant, on real connections."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import QuerySet

from marketplace.accounts.enums import Role
from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import make_user
from marketplace.core.errors import DomainError
from marketplace.trust.models import Case, CaseEntry
from marketplace.venues import services as venues
from moderation import services
from moderation.services import version_of
from moderation.tests.factories import SUBMITTED_AT, make_submission

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 50 if os.environ.get("JOYTOP_SOAK") else 5
MODERATORS = 4


def decide_at_once(case: Case, moderators: list[User]) -> list[str]:
    """Half approve and half reject; what each got: "done" or the code of the refusal."""
    together = threading.Barrier(len(moderators))
    seen = version_of(case)

    def decide(number: int) -> str:
        mine = Case.objects.get(pk=case.pk)
        decisions: tuple[Callable[[], None], ...] = (
            lambda: services.approve(case=mine, by=moderators[number], seen=seen, now=SUBMITTED_AT),
            lambda: services.reject(
                case=mine,
                by=moderators[number],
                seen=seen,
                reasons=["duplicate"],
                now=SUBMITTED_AT,
            ),
        )
        try:
            together.wait()
            decisions[number % 2]()
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(moderators)) as pool:
        return sorted(pool.map(decide, range(len(moderators))))


def final_entries(case: Case) -> int:
    """How often the case was decided."""
    return CaseEntry.objects.filter(case=case, kind__in=("approved", "rejected")).count()


def test_decisions_at_once_make_one() -> None:
    for _round in range(ROUNDS):
        moderators = [make_user(role=Role.MODERATOR) for _ in range(MODERATORS)]
        case = make_submission(owner=make_user())

        outcomes = decide_at_once(case, moderators)

        assert outcomes == ["case_not_open"] * (MODERATORS - 1) + ["done"]
        assert final_entries(case) == 1


def test_without_guards_the_same_race_decides_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The harness can fail: with row locks and the listing's own table of states off, it does."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *_args, **_kwargs: self.all())
    for service in ("publish_listing", "reject_listing"):
        monkeypatch.setattr(venues, service, lambda **_arguments: None)

    for _round in range(30):
        moderators = [make_user(role=Role.MODERATOR) for _ in range(MODERATORS)]
        case = make_submission(owner=make_user())
        decide_at_once(case, moderators)
        if final_entries(case) > 1:
            return

    pytest.fail("the race never happened: the test above proves nothing")
