"""When and how a space can be booked: rules that fit each other."""

from typing import Protocol

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError
from marketplace.core.templatetags.formats import length_in_words
from marketplace.venues.week import MINUTES_A_DAY

HOURS_A_DAY = 24
LONGEST_HORIZON_DAYS = 730


class TermsImpossible(DomainError):
    """Booking rules by which nobody could book, or that contradict each other."""

    code = "terms_impossible"
    default_message = _("These booking rules do not fit each other.")


class BookingTerms(Protocol):
    """What both a form's details and a stored space look like."""

    @property
    def minimum_minutes(self) -> int: ...
    @property
    def granularity_minutes(self) -> int: ...
    @property
    def buffer_before_minutes(self) -> int: ...
    @property
    def buffer_after_minutes(self) -> int: ...
    @property
    def lead_hours(self) -> int: ...
    @property
    def horizon_days(self) -> int: ...


def require_terms_possible(terms: BookingTerms) -> None:
    """Raises TermsImpossible, with a sentence that says what to change."""
    if terms.minimum_minutes % terms.granularity_minutes:
        raise TermsImpossible(
            _("Bookings start every %(step)s, so the shortest one is a multiple of that.")
            % {"step": length_in_words(terms.granularity_minutes)}
        )
    if max(terms.buffer_before_minutes, terms.buffer_after_minutes) > MINUTES_A_DAY:
        raise TermsImpossible(_("Keep a day free around a booking at most."))
    if not 1 <= terms.horizon_days <= LONGEST_HORIZON_DAYS:
        raise TermsImpossible(_("Take bookings for two years ahead at most."))
    if terms.lead_hours >= terms.horizon_days * HOURS_A_DAY:
        raise TermsImpossible(
            _("Nobody could book: the notice that you ask for is longer than you take bookings.")
        )
