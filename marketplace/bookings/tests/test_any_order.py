"""Whatever people do, in whatever order: the site agrees with a market kept in memory.

Hypothesis plays: it searches, holds, pays, pays late, lets time pass, expires, accepts, declines,
cancels, blocks. After each step every booking and every amount is compared with the model, and all
integrity checks (promises P1, P3 to P6) run over the whole database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

import pytest
import time_machine
from django.db import connection, transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from config.testing import count
from marketplace.accounts.tests.factories import make_user
from marketplace.bookings import services
from marketplace.bookings.enums import Side
from marketplace.bookings.models import Block, Booking, Occupancy
from marketplace.bookings.selectors.calendars import load_calendar
from marketplace.bookings.tests.model_market import (
    HOLD,
    INSTANT,
    LEAD,
    Market,
    Money,
    Taken,
)
from marketplace.bookings.tests.stages import SITE, carry_out
from marketplace.core.errors import DomainError
from marketplace.core.integrity import run_checks
from marketplace.core.period import Period
from marketplace.discovery.search import SearchQuery, search
from marketplace.payments import services as payments
from marketplace.payments.models import Payment
from marketplace.payments.sandbox.actions import CheckoutOver, complete_checkout
from marketplace.venues.models import Space, Venue
from marketplace.venues.signals import listing_changed
from marketplace.venues.tests.factories import make_venue

# A Monday, 9:00 in Almaty; each play begins four weeks after the one before.
FIRST_BEGINNING: Final = datetime(2027, 3, 1, 4, 0, tzinfo=UTC)
# Starts to choose from: every hour of two days soon and one day far, within 9 to 22 o'clock.
_DAYS: Final = (1, 2, 9)
STEPS: Final = count(200, soak=2000)
SPACES: Final = ("whole", "one", "other", "desks")


class AnyOrder(RuleBasedStateMachine):
    """The site on one side, the model on the other."""

    plays: ClassVar[int] = 0
    steps: ClassVar[int] = 0
    outcomes: ClassVar[Counter[str]] = Counter()

    bookings = Bundle("bookings")
    blocks = Bundle("blocks")

    starts = st.builds(
        lambda day, hour: day * 1440 + hour * 60, st.sampled_from(_DAYS), st.integers(0, 10)
    )
    lengths = st.sampled_from((120, 150, 180))

    def __init__(self) -> None:
        super().__init__()
        self.beginning = FIRST_BEGINNING + timedelta(weeks=4) * AnyOrder.plays
        AnyOrder.plays += 1
        self.clock = time_machine.travel(self.beginning, tick=False)
        self.traveller = self.clock.start()

    def teardown(self) -> None:
        """Leaves nothing undone that the next play would find."""
        self.traveller.shift(timedelta(days=2))
        carry_out()
        self.clock.stop()
        if hasattr(self, "model"):
            AnyOrder.outcomes.update(it.status for it in self.model.taken.values())

    @initialize()
    def open_venue(self) -> None:
        """Three halls, one of them made of the others, and three desks; an instant venue."""
        venue = make_venue(spaces=4)
        self.venue = venue
        self.owner = venue.owners()[0]
        self.spaces: dict[str, Space] = dict(
            zip(SPACES, venue.spaces.order_by("position"), strict=True)
        )
        self.spaces["whole"].parts.set([self.spaces["one"], self.spaces["other"]])
        for space in self.spaces.values():
            space.minimum_minutes = 120
            space.units = 3 if space is self.spaces["desks"] else 1
            space.save()
        with transaction.atomic():
            listing_changed.send(sender=Venue, venue_id=venue.pk)
        self.names = {space.pk: name for name, space in self.spaces.items()}
        self.model = Market(
            leaves={
                "whole": ["one", "other"],
                "one": ["one"],
                "other": ["other"],
                "desks": ["desks"],
            },
            units={"one": 1, "other": 1, "desks": 3},
        )
        self.space_of: dict[int, str] = {}

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    @property
    def minute(self) -> int:
        return int((self.now - self.beginning).total_seconds()) // 60

    def moment_of(self, minutes: int) -> datetime:
        return self.beginning + timedelta(minutes=minutes)

    def expects(self, space: str, start: int, length: int) -> bool:
        """Whether the model lets somebody book this."""
        soon_enough = start - self.minute >= LEAD
        closes = (start // 1440) * 1440 + 13 * 60
        fits = start + length <= closes
        return (
            soon_enough and fits and self.model.is_free(space, start, start + length, self.minute)
        )

    # --- What people do --------------------------------------------------------------------

    @rule(target=bookings, space=st.sampled_from(SPACES), start=starts, length=lengths)
    def hold(self, space: str, start: int, length: int) -> Any:
        """A new renter wants a time: gets it exactly where the model says that it is free."""
        expected = self.expects(space, start, length)
        period = Period(self.moment_of(start), self.moment_of(start + length))
        row = Space.objects.get(pk=self.spaces[space].pk)
        shown = load_calendar(row, window=period, now=self.now).refusal(period) is None
        assert shown == expected
        try:
            booking = services.hold_slot(
                space=row,
                period=period,
                guests=1,
                renter=make_user(),
                expected_total=None,
                now=self.now,
            )
        except DomainError:
            assert not expected
            return multiple()
        assert expected
        for other in self.model.run_out_in_the_way(space, start, start + length + 30, self.minute):
            other.status = "expired"
        lines = dict(booking.lines.values_list("code", "amount_minor"))
        self.model.taken[booking.pk] = Taken(
            rows=[
                (self.names[it.space_id], it.unit)
                for it in Occupancy.objects.filter(booking=booking)
            ],
            start=start,
            end=start + length,
            padded_end=start + length + 30,
            status="held",
            asks_first=start - self.minute < INSTANT,
            held_until=self.minute + HOLD,
            hourly=lines["time"],
            cleaning=lines.get("cleaning", 0),
            fee=lines["service_fee"],
            total=booking.total_minor,
        )
        self.space_of[booking.pk] = space
        return booking.pk

    @rule(target=bookings, space=st.sampled_from(SPACES), start=starts, length=lengths)
    def book(self, space: str, start: int, length: int) -> Any:
        """Somebody who knows what they want: hold, checkout, card, and back."""
        pk = self.hold(space, start, length)
        if isinstance(pk, int):
            self.go_to_checkout(pk)
            self.pay(pk)
            self.come_back(pk)
        return pk

    @rule(pk=bookings)
    def go_to_checkout(self, pk: int) -> None:
        """The renter asks to pay: only while the slot is held."""
        it = self.model.taken[pk]
        expected = it.status == "held" and it.held_until > self.minute and it.money is Money.NONE
        try:
            services.pay_url(
                booking=Booking.objects.get(pk=pk),
                by=Booking.objects.get(pk=pk).renter,
                return_url=f"{SITE}/back/",
                cancel_url=f"{SITE}/",
                now=self.now,
            )
        except DomainError:
            assert not expected
        else:
            it.checkout = True

    @rule(pk=bookings)
    def pay(self, pk: int) -> None:
        """The card is taken at the provider, in time or late; the site does not know yet."""
        it = self.model.taken[pk]
        payment = Payment.objects.filter(payable_id=str(pk)).first()
        if payment is None or not payment.session_id:
            return
        try:
            complete_checkout(payment.session_id)
        except CheckoutOver:
            return
        it.money = Money.PAID

    @rule(pk=bookings)
    def come_back(self, pk: int) -> None:
        """The return page, or an event, or the reconciler: the site looks."""
        payment = Payment.objects.filter(payable_id=str(pk)).first()
        if payment is None:
            return
        payments.settle(payment_id=payment.pk, now=self.now)
        self._settled(pk)

    def _settled(self, pk: int) -> None:
        it = self.model.taken[pk]
        if it.money is Money.PAID:
            self.model.settled(it, self.space_of[pk], self.minute)
            self._note_rows(pk)

    def _note_rows(self, pk: int) -> None:
        """Which units a late payment was given is the site's choice."""
        it = self.model.taken[pk]
        if it.has_rows():
            rows = Occupancy.objects.filter(booking=pk)
            it.rows = [(self.names[row.space_id], row.unit) for row in rows]

    @rule(pk=bookings, side=st.sampled_from([Side.RENTER, Side.OWNER]))
    def cancel(self, pk: int, side: Side) -> None:
        """Either side calls it off."""
        it = self.model.taken[pk]
        has_begun = it.status == "confirmed" and it.start <= self.minute
        expected = it.status in {"held", "requested", "confirmed"} and not has_begun
        by = self.owner if side == Side.OWNER else Booking.objects.get(pk=pk).renter
        try:
            services.cancel_booking(
                booking=Booking.objects.get(pk=pk), by=by, side=side, now=self.now
            )
        except DomainError:
            assert not expected
            return
        assert expected
        if it.status == "confirmed":
            whole = side == Side.OWNER
            it.refunded = it.total if whole else self.model.refund_of(it, self.minute)
        elif it.money is Money.AUTHORISED:
            it.money = Money.RELEASED
        it.status = "cancelled"

    @rule(pk=bookings, yes=st.booleans())
    def answer(self, pk: int, yes: bool) -> None:
        """The owner accepts or declines."""
        it = self.model.taken[pk]
        expected = it.status == "requested" and it.answer_by > self.minute
        answer = services.accept_request if yes else services.decline_request
        try:
            answer(booking=Booking.objects.get(pk=pk), by=self.owner, now=self.now)
        except DomainError:
            assert not expected
            return
        if yes and it.status == "confirmed":
            return  # a second yes changes nothing
        assert expected
        if yes:
            carry_out()
            it.status, it.confirmed_at, it.money = "confirmed", self.minute, Money.CAPTURED
            self._work()
        else:
            it.status, it.money = "declined", Money.RELEASED

    @rule(target=blocks, space=st.sampled_from(SPACES), start=starts, length=lengths)
    def block(self, space: str, start: int, length: int) -> Any:
        """The owner keeps a time, without buffers, on every unit."""
        end = start + length
        expected = start >= self.minute and all(
            not self.model.busy_units(leaf, start, end, self.minute)
            for leaf in self.model.leaves[space]
        )
        try:
            made = services.block_time(
                space=Space.objects.get(pk=self.spaces[space].pk),
                period=Period(self.moment_of(start), self.moment_of(end)),
                note="",
                by=self.owner,
                now=self.now,
            )
        except DomainError:
            assert not expected
            return multiple()
        assert expected
        for other in self.model.run_out_in_the_way(space, start, end, self.minute):
            other.status = "expired"
        rows = [(self.names[it.space_id], it.unit) for it in made.occupancies.all()]
        self.model.taken[-made.pk] = Taken(rows, start, end, end, "block")
        return made.pk

    @rule(pk=consumes(blocks))
    def unblock(self, pk: int) -> None:
        """The owner frees it again."""
        services.unblock_time(block=Block.objects.get(pk=pk), by=self.owner, now=self.now)
        del self.model.taken[-pk]

    @rule(start=starts, length=lengths)
    def look_for(self, start: int, length: int) -> None:
        """Search finds the venue exactly where one of its spaces is free."""
        local = self.moment_of(start) + timedelta(hours=5)
        begins = local.hour * 60 + local.minute
        query = SearchQuery(date=local.date(), starts_minute=begins, ends_minute=begins + length)
        # The newest comes first, so what earlier plays left pushes nothing off the page.
        cards = search(query, now=self.now).cards
        found = self.venue.get_absolute_url() in {card.url.partition("?")[0] for card in cards}
        assert found == any(self.expects(space, start, length) for space in SPACES)

    # --- What the clock and the worker do --------------------------------------------------

    @rule(minutes=st.sampled_from((1, 5, 10, 15, 60, 300, 720)))
    def wait(self, minutes: int) -> None:
        """Time passes and nobody sweeps; what was promised before it is done."""
        self._work()
        self.traveller.shift(timedelta(minutes=minutes))

    @rule()
    def sweep(self) -> None:
        """What has run out is ended."""
        services.expire_holds(now=self.now)
        services.expire_requests(now=self.now)
        services.remind_of_requests(now=self.now)
        services.complete_bookings(now=self.now)
        for it in self.model.taken.values():
            if it.status == "held" and it.held_until <= self.minute:
                it.status = "expired"
            elif it.status == "requested" and it.answer_by <= self.minute:
                it.status, it.money = "expired", Money.RELEASED
            elif it.status == "confirmed" and it.end <= self.minute:
                it.status = "completed"

    @rule()
    def work(self) -> None:
        """The worker does what was promised: it closes checkouts and may find them paid."""
        self._work()

    def _work(self) -> None:
        carry_out()
        for pk, it in list(self.model.taken.items()):
            is_closing = it.status in {"expired", "cancelled"} and it.money is Money.PAID
            if is_closing:
                self._settled(pk)

    # --- What must be so -------------------------------------------------------------------

    @invariant()
    def agrees(self) -> None:
        """Each booking stands where the model has it, and its money too."""
        if not hasattr(self, "model"):
            return
        AnyOrder.steps += 1
        stored = dict(Booking.objects.filter(space__venue=self.venue).values_list("pk", "status"))
        expected = {pk: it.status for pk, it in self.model.taken.items() if pk > 0}
        assert stored == expected
        for pk, it in self.model.taken.items():
            rows = Occupancy.objects.filter(**({"booking": pk} if pk > 0 else {"block": -pk}))
            named = sorted((self.names[row.space_id], row.unit) for row in rows)
            assert named == (sorted(it.rows) if it.has_rows() else [])
        refunds = dict(
            Payment.objects.filter(
                refunded_minor__gt=0, payable_id__in=map(str, stored)
            ).values_list("payable_id", "refunded_minor")
        )
        assert refunds == {
            str(pk): it.refunded for pk, it in self.model.taken.items() if it.refunded
        }

    @invariant()
    def keeps_its_promises(self) -> None:
        """No two rows of a unit overlap (looked for without the constraint), no check complains."""
        if not hasattr(self, "model"):
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM bookings_occupancy one JOIN bookings_occupancy other"
                " ON one.id < other.id AND one.space_id = other.space_id"
                " AND one.unit = other.unit AND one.during && other.during"
            )
            assert cursor.fetchone()[0] == 0
        assert run_checks() == []


@pytest.mark.django_db(transaction=True, databases=["default", "sandbox"])
def test_site_agrees_with_the_model_in_any_order(
    record_property: Callable[[str, object], None],
) -> None:
    AnyOrder.steps = 0
    AnyOrder.outcomes.clear()

    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            # Shrinking a play of many steps takes longer than reading it.
            phases=(Phase.generate,),
            max_examples=count(6, soak=25),
            stateful_step_count=count(50, soak=100),
            deadline=None,
        ),
    )

    assert AnyOrder.steps >= STEPS
    record_property("says", f"{AnyOrder.steps} steps, ended as {dict(AnyOrder.outcomes)}")
