"""What this room says no to, in sentences for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from marketplace.bookings.availability import Refusal
from marketplace.bookings.models import Booking
from marketplace.core.errors import DomainError
from marketplace.core.money import Money
from marketplace.core.period import Period
from marketplace.core.templatetags.formats import quoted


class SlotTaken(DomainError):
    """Somebody else has this time; `nearest` are the free times of the same length around it."""

    code = "slot_taken"
    default_message = _("Somebody has just taken this time.")

    def __init__(self, nearest: Sequence[Period] = ()) -> None:
        super().__init__()
        self.nearest = tuple(nearest)


class NotBookable(DomainError):
    """The rules of the space refuse this time; `refusal` says which."""

    code = "not_bookable"

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.label)


class PriceChanged(DomainError):
    """The page showed `old`; now it costs `new`. Nothing was written."""

    code = "price_changed"

    def __init__(self, *, old: Money, new: Money) -> None:
        self.old = old
        self.new = new
        super().__init__(
            _("The price has changed from %(old)s to %(new)s. Please look at it again.")
            % {"old": old.format(), "new": new.format()}
        )


class TooManyHolds(DomainError):
    """The renter keeps as many unpaid times as one may; `holds` are these."""

    code = "too_many_holds"

    def __init__(self, holds: Sequence[Booking]) -> None:
        self.holds = tuple(holds)
        super().__init__(
            _(
                "You already hold %(count)s times that are not paid yet (%(references)s). "
                "Pay for one of them or let it go first."
            )
            % {
                "count": len(self.holds),
                "references": ", ".join(hold.reference for hold in self.holds),
            }
        )


class OwnVenue(DomainError):
    """Nobody books a venue of whose team they are."""

    code = "own_venue"
    default_message = _(
        "You are in the team of this venue. To keep a time for yourself, block it in its calendar."
    )


class PhoneNotVerified(DomainError):
    """Only people with a verified phone number book."""

    code = "phone_not_verified"
    default_message = _("Confirm your phone number first: the venue needs a way to reach you.")


class HoldOver(DomainError):
    """The time to pay has run out, or the booking is not waiting for payment."""

    code = "hold_over"
    default_message = _("This time is no longer held for you. Please choose it again.")


class HasContactDetails(DomainError):
    """A text for the other side, before the booking stands; the message names the words."""

    code = "has_contact_details"

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        super().__init__(
            _(
                "Take out phone numbers and links (%(words)s): you learn how to reach each other "
                "when the booking is confirmed."
            )
            % {"words": ", ".join(map(quoted, self.words))}
        )


class RequestOver(DomainError):
    """The time to answer has run out."""

    code = "request_over"
    default_message = _("The time to answer this request has run out.")


class AcceptanceUnderWay(DomainError):
    """The owner has said yes and the money is being collected."""

    code = "acceptance_under_way"
    default_message = _(
        "The request has been accepted and the payment is being collected. "
        "Please try again in a minute."
    )


class AlreadyStarted(DomainError):
    """What has begun is not cancelled by its renter or its owner."""

    code = "already_started"
    default_message = _(
        "This booking has already started, so it cannot be cancelled here. Please write to us."
    )
