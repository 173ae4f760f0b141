import pytest

from marketplace.pricing.cancellation import TERMS, Terms, terms_of, time_ahead
from marketplace.venues.enums import CancellationPolicy


def test_every_policy_has_terms() -> None:
    assert set(TERMS) == set(CancellationPolicy)


def test_flexible_gives_all_back_a_week_before_and_half_a_day_before() -> None:
    assert terms_of("flexible") == Terms(full_until=168, half_until=24)


@pytest.mark.parametrize("policy", CancellationPolicy)
def test_half_comes_back_for_longer_than_all(policy: CancellationPolicy) -> None:
    terms = TERMS[policy]

    assert terms.half_until is None or terms.half_until < terms.full_until


@pytest.mark.parametrize(
    ("hours", "words"), [(1, "1 hour"), (24, "24 hours"), (36, "36 hours"), (168, "7 days")]
)
def test_time_ahead_says_whole_days_from_two_on(hours: int, words: str) -> None:
    assert time_ahead(hours) == words
