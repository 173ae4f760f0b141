"""Telling the demo's bookings: by the services that renters and owners use, at the time of each.

The payments sandbox is asked as of the same times, so that it knows what a provider would. Each
step is found done or is done, and what was begun is gone on with, so that a seeding that was
stopped anywhere is finished by the next one. Nothing here runs inside a transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from config.demo.catalogue import VenueSeed
from config.demo.stories import BLOCKS, LAST, NAMED, BlockStory, Ending, Story, crowd
from marketplace.accounts.models import User
from marketplace.bookings import services
from marketplace.bookings.enums import BookingStatus, Side
from marketplace.bookings.models import Block, Booking
from marketplace.bookings.services.money import payable_of
from marketplace.core.models import OutboxMessage
from marketplace.core.period import Period
from marketplace.notifications.models import Delivery, Notification
from marketplace.payments import services as payments
from marketplace.payments.models import Payment, Refund
from marketplace.payments.sandbox import actions, moments
from marketplace.payments.sandbox.models import SandboxEvent
from marketplace.venues.models import Space

# Owners of the demo answer so soon.
_ANSWERED_AFTER: Final = timedelta(hours=3)
_PAID_AFTER: Final = timedelta(minutes=4)
# What is older than this was told long ago: no letter is sent about it, and it has been read.
_NEWS: Final = timedelta(days=1)
_MOMENT: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Teller:
    """Who is there, and when the demo began: what all times are counted from."""

    people: Mapping[str, User]
    spaces: Mapping[tuple[str, str], Space]
    began: datetime

    def time_at(self, space: Space, day: int, minutes: int, hours: int) -> Period:
        """So many hours on a day of the venue, from minutes past midnight on its wall."""
        zone = ZoneInfo(space.venue.time_zone)
        on = self.began.astimezone(zone).date() + timedelta(days=day)
        midnight = datetime.combine(on, time(), zone)
        start = midnight + timedelta(minutes=minutes)
        return Period(start, start + timedelta(hours=hours))

    def ago(self, days: float) -> datetime:
        """A moment before the beginning, to the minute."""
        return (self.began - timedelta(days=days)).replace(second=0, microsecond=0)


def tell_everything(
    venues: Iterable[VenueSeed], *, people: Mapping[str, User], began: datetime
) -> None:
    """Makes what is missing of the demo's bookings and blocked times; nothing the second time.

    Only in the payments sandbox: nothing is made up at a real provider.
    """
    teller = Teller(people, _spaces(people), began)
    if not settings.PAYMENTS_SANDBOX or _made(LAST, teller):
        return
    for story in (*NAMED, *crowd(venues)):
        _tell(story, teller)
    for block in BLOCKS:
        _tell_block(block, teller)
    _tell_of_news_alone(began)
    _tell(LAST, teller)


def _spaces(people: Mapping[str, User]) -> dict[tuple[str, str], Space]:
    owners = [person.pk for person in people.values()]
    rows = Space.objects.filter(venue__business__owner__in=owners)
    return {(row.venue.name, row.name): row for row in rows.select_related("venue__business")}


def _made(story: Story, teller: Teller) -> Booking | None:
    """The booking, if the story was begun before."""
    space = teller.spaces.get((story.venue, story.space))
    if space is None:
        return None
    starts = [period.start for period in _periods(story, space, teller)]
    made = Booking.objects.of_renter(teller.people[story.renter])
    return made.filter(space=space, starts_at__in=starts).order_by("starts_at").first()


def _periods(story: Story | BlockStory, space: Space, teller: Teller) -> list[Period]:
    days = range(story.day, story.day + story.tries)
    return [teller.time_at(space, day, story.starts, story.hours) for day in days]


def _tell(story: Story, teller: Teller) -> None:
    """From the hold to the end, each step at its own time."""
    booking = _made(story, teller) or _hold(story, teller)
    if booking is None:
        return
    made_at = booking.created_at
    if booking.status == BookingStatus.HELD:
        _pay(booking, story, made_at + _PAID_AFTER)
    if booking.status == BookingStatus.REQUESTED:
        _answer(booking, story, teller)
    if booking.status == BookingStatus.CONFIRMED:
        _end(booking, story, teller)
    _refund(booking)


def _hold(story: Story, teller: Teller) -> Booking | None:
    """On the first of the story's days that can be booked; None where there is none."""
    space = teller.spaces.get((story.venue, story.space))
    if space is None:
        return None
    for period in _periods(story, space, teller):
        with suppress(services.NotBookable, services.SlotTaken):
            return services.hold_slot(
                space=space,
                period=period,
                guests=story.guests,
                renter=teller.people[story.renter],
                expected_total=None,
                now=teller.ago(story.made_days_ago),
            )
    return None


def _pay(booking: Booking, story: Story, now: datetime) -> None:
    renter = booking.renter
    services.describe_booking(
        booking=booking, purpose=story.purpose, message=story.message, by=renter, now=now
    )
    pages = [
        settings.SITE_URL + reverse(f"storefront:{name}", args=[booking.reference])
        for name in ("checkout_return", "checkout")
    ]
    with moments.as_of(now):
        services.pay_url(
            booking=booking, by=renter, return_url=pages[0], cancel_url=pages[1], now=now
        )
        payment = _payment(booking)
        with suppress(actions.CheckoutOver):
            actions.complete_checkout(payment.session_id, now=now)
        payments.settle(payment_id=payment.pk, now=now)
    booking.refresh_from_db()


def _answer(booking: Booking, story: Story, teller: Teller) -> None:
    """What the owner said to a request, if anything."""
    if story.ending == Ending.WAITS or booking.requested_at is None:
        return
    owner, now = booking.space.venue.business.owner, booking.requested_at + _ANSWERED_AFTER
    if story.ending == Ending.UNANSWERED:
        now = booking.requested_at + timedelta(hours=booking.answer_hours) + _MOMENT
        services.expire_requests(now=now)
    elif story.ending == Ending.DECLINED:
        services.decline_request(booking=booking, by=owner, now=now, reason=story.reason)
    else:
        services.accept_request(booking=booking, by=owner, now=min(now, teller.began))
    with moments.as_of(now):
        payments.pursue(payment_id=_payment(booking).pk, now=now)
    booking.refresh_from_db()


def _end(booking: Booking, story: Story, teller: Teller) -> None:
    """It is cancelled, or over, or lies ahead."""
    at = teller.ago(story.ended_days_ago)
    if story.ending == Ending.CANCELLED_BY_RENTER:
        services.cancel_booking(booking=booking, by=booking.renter, side=Side.RENTER, now=at)
    elif story.ending == Ending.CANCELLED_BY_OWNER:
        owner = booking.space.venue.business.owner
        services.cancel_booking(
            booking=booking, by=owner, side=Side.OWNER, now=at, reason=story.reason
        )
    elif booking.ends_at <= teller.began:
        services.transition_to(
            booking=booking, to=BookingStatus.COMPLETED, by=None, now=booking.ends_at + _MOMENT
        )


def _refund(booking: Booking) -> None:
    for refund in Refund.objects.for_payable(*payable_of(booking)).pending():
        now = refund.created_at + _MOMENT
        with moments.as_of(now):
            payments.refund_now(refund_id=refund.pk, now=now)


def _payment(booking: Booking) -> Payment:
    """Its only payment: nobody in these stories tries twice."""
    return Payment.objects.for_payable(*payable_of(booking)).get()


def _tell_block(story: BlockStory, teller: Teller) -> None:
    space = teller.spaces.get((story.venue, story.space))
    if space is None or Block.objects.filter(space=space, note=story.note).exists():
        return
    for period in _periods(story, space, teller):
        with suppress(services.TimeTaken):
            services.block_time(
                space=space,
                period=period,
                note=story.note,
                by=teller.people[story.owner],
                now=teller.began,
            )
            return


@transaction.atomic
def _tell_of_news_alone(began: datetime) -> None:
    """Of what is older than a day no letter is left to send, in the list on the site it is read."""
    old = Notification.objects.filter(
        kind__startswith="bookings.", created_at__lt=began - _NEWS, read_at=None
    )
    unsent = Delivery.objects.unfinished().filter(notification__in=old)
    messages = list(unsent.values_list("outbox_message", flat=True))
    unsent.delete()
    OutboxMessage.objects.filter(pk__in=messages).delete()
    old.update(read_at=began - _NEWS)
    # The site has heard of all of it already.
    SandboxEvent.objects.filter(delivered_at=None, created_at__lte=began).update(
        delivered_at=F("created_at")
    )
