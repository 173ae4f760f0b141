import pytest
from django.core.paginator import Paginator

from marketplace.core.templatetags.pages import numbers_around

GAP = Paginator.ELLIPSIS


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, [1, 2, 3, GAP, 20]),
        (11, [1, GAP, 9, 10, 11, 12, 13, GAP, 20]),
        (20, [1, GAP, 18, 19, 20]),
    ],
)
def test_the_page_that_is_shown_is_among_its_numbers(
    number: int, expected: list[int | str]
) -> None:
    page = Paginator(range(200), 10).page(number)

    assert list(numbers_around(page)) == expected
