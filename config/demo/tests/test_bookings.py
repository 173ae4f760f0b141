"""The demo's bookings as they stand in the database."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from config.demo import bookings, catalogue
from config.demo.catalogue import VenueSeed
from config.demo.people import DANIYAR, RENTER
from config.demo.seed import finish, seed
from config.demo.stories import BLOCKS, LAST, NAMED
from config.demo.tests.test_seed import NOW, stored_without_encoding
from marketplace.accounts.models import User
from marketplace.bookings.enums import BookingStatus, Side
from marketplace.bookings.models import Block, Booking, Occupancy
from marketplace.notifications.models import Delivery, Notification
from marketplace.payments.enums import PaymentStatus, RefundStatus
from marketplace.payments.models import LedgerEntry, Payment, Refund
from marketplace.payments.sandbox import actions
from marketplace.payments.sandbox.models import SandboxEvent, SandboxObject

pytestmark = pytest.mark.django_db(databases=["default", "sandbox"])
# Those of the named stories, and no crowd anywhere else.
TOLD = {story.venue for story in (*NAMED, *BLOCKS, LAST)}


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> tuple[VenueSeed, ...]:
    call_command("load_reference", verbosity=0)
    monkeypatch.setattr("config.demo.seed.store_photo", stored_without_encoding)
    monkeypatch.setattr("config.demo.bookings.crowd", lambda _venues: ())
    return tuple(venue for venue in catalogue.venues() if venue.name in TOLD)


@pytest.fixture
def told(few: Sequence[VenueSeed]) -> None:
    seed(now=NOW, venues=few)


def rows() -> dict[str, int]:
    models: list[Any] = [
        Booking, Occupancy, Block, Payment, Refund, LedgerEntry, Notification, Delivery,
        SandboxObject, SandboxEvent,
    ]  # fmt: skip
    return {model.__name__: model.objects.count() for model in models}


def of(phone: str) -> dict[str, str]:
    """The state of each of the person's bookings, by venue."""
    mine = Booking.objects.of_renter(User.objects.get(phone=phone))
    return dict(mine.values_list("space__venue__name", "status"))


def test_aigerim_has_one_of_each(told: None) -> None:
    assert of(RENTER) == {
        "Linen House": BookingStatus.CONFIRMED,
        "Red Wall on Kabanbay": BookingStatus.REQUESTED,
        "White Cove Studio": BookingStatus.COMPLETED,
        "Three Nets": BookingStatus.CANCELLED,
    }
    refund = Refund.objects.get(payment__payer__phone=RENTER)
    assert (refund.status, refund.amount) == (RefundStatus.SETTLED, refund.payment.amount)


def test_daniyar_has_requests_to_answer_one_of_them_soon(told: None) -> None:
    waiting = Booking.objects.of_team_member(User.objects.get(phone=DANIYAR)).requested()

    left = sorted(it.answer_by - NOW for it in waiting if it.answer_by)
    assert len(left) == 4
    assert timedelta(hours=3) < left[0] < timedelta(hours=5)
    assert Payment.objects.filter(status=PaymentStatus.AUTHORISED).count() == 4


def test_whole_hall_takes_both_of_its_parts(told: None) -> None:
    whole = Booking.objects.get(space__name="Whole hall")

    names = set(whole.occupancies.values_list("space__name", flat=True))
    assert names == {"East Hall", "West Hall"}


def test_requests_ended_in_each_way(told: None) -> None:
    ended = Booking.objects.came_to_nothing().values_list("status", "ended_by")

    assert Counter(ended) == {
        (BookingStatus.CANCELLED, Side.RENTER): 1,
        (BookingStatus.CANCELLED, Side.OWNER): 1,
        (BookingStatus.DECLINED, Side.OWNER): 1,
        (BookingStatus.EXPIRED, Side.PLATFORM): 1,
    }
    assert not Booking.objects.held().exists()
    assert Block.objects.count() == len(BLOCKS)


def test_news_of_a_day_alone_is_sent(told: None) -> None:
    sent = Delivery.objects.filter(notification__kind__startswith="bookings.")
    unread = Notification.objects.unread().filter(kind__startswith="bookings.")

    assert {it.notification.created_at > NOW - timedelta(days=1) for it in sent} == {True}
    assert {it.created_at > NOW - timedelta(days=1) for it in unread} == {True}
    on_the_way = SandboxEvent.objects.filter(delivered_at=None)
    assert not on_the_way.filter(created_at__lte=NOW - timedelta(days=1)).exists()


def test_second_telling_adds_nothing(told: None, few: Sequence[VenueSeed]) -> None:
    before = rows()

    seed(now=NOW + timedelta(days=2), venues=few)
    finish()

    assert rows() == before


@pytest.mark.parametrize("step", range(1, 5))
def test_stopped_seeding_is_finished_by_the_next_start(
    few: Sequence[VenueSeed], step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A booking is stopped after its hold, at the checkout, when paid, before its refund."""
    where = ["services.describe_booking", "actions.complete_checkout", "payments.settle",
             "payments.refund_now"][step - 1]  # fmt: skip
    module, name = where.split(".")
    with monkeypatch.context() as patch:
        patch.setattr(getattr(bookings, module), name, _stops)
        with pytest.raises(InterruptedError):
            seed(now=NOW, venues=few)

    call_command("seed_demo", if_empty=True, stdout=StringIO())

    assert Booking.objects.count() == len(NAMED) + 1
    assert not Booking.objects.held().exists()
    assert not Refund.objects.pending().exists()
    said = StringIO()
    call_command("verify_integrity", stdout=said)
    assert "no breach" in said.getvalue()


def _stops(*_args: object, **_named: object) -> None:
    raise InterruptedError


def test_nothing_is_booked_at_a_real_provider(few: Sequence[VenueSeed], settings: Any) -> None:
    settings.PAYMENTS_SANDBOX = False

    assert seed(now=NOW, venues=few).bookings == 0


def test_sandbox_knows_each_payment(told: None) -> None:
    sessions = set(Payment.objects.values_list("session_id", flat=True))

    known = SandboxObject.objects.filter(kind="checkout.session")
    assert set(known.values_list("pk", flat=True)) == sessions
    shown = [actions.show_checkout(session, now=NOW).status for session in sessions]
    assert set(shown) == {"complete"}
