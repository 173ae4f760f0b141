from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError, IllegalTransition


class TooEarly(DomainError):
    code = "too_early"
    default_message = _("Come back tomorrow.")


def test_domain_error_speaks_its_default_message() -> None:
    assert str(TooEarly()) == "Come back tomorrow."
    assert TooEarly().code == "too_early"


def test_domain_error_speaks_a_message_of_its_own() -> None:
    assert str(TooEarly("Come back at 18:00.")) == "Come back at 18:00."


def test_illegal_transition_names_the_way_for_programs() -> None:
    error = IllegalTransition(subject="venues.venue 7", from_state="draft", to_state="published")

    assert repr(error) == "IllegalTransition(venues.venue 7: 'draft' → 'published')"
    assert error.code == "illegal_transition"
