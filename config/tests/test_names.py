"""Wherever a person gives a name, it is one that others can read."""

import pytest
from django.forms import Form

from marketplace.accounts.forms import SignupForm
from marketplace.accounts.models import User
from marketplace.storefront.forms.contact import ContactForm
from marketplace.storefront.forms.profile import ProfileForm

pytestmark = pytest.mark.django_db

SPOOFS = ["\u200b\u200b", "Ann\u202egnihton", "Ann\x07", "Ann\nBcc: all", "Ann\u2028Owner", "…"]


def _forms(name: str) -> list[Form]:
    data = {"name": name}
    return [SignupForm(data), ProfileForm(data, user=User()), ContactForm(data)]


@pytest.mark.parametrize("name", SPOOFS)
def test_name_that_cannot_be_read_is_refused_everywhere(name: str) -> None:
    assert ["name" in form.errors for form in _forms(name)] == [True, True, True]


@pytest.mark.parametrize("name", ["Әйгерім Сәдуақасова", "O'Neil-Қайрат", "J. R.", "李小龙"])
def test_name_of_any_script_is_taken_everywhere(name: str) -> None:
    assert ["name" in form.errors for form in _forms(name)] == [False, False, False]
