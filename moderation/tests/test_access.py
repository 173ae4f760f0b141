"""Strangers do not learn that there is a moderators' face at all."""

import pytest
from django.test import Client

from marketplace.accounts.tests.factories import make_cast
from marketplace.trust.tests.factories import make_enquiry
from moderation.tests.factories import make_submission

pytestmark = pytest.mark.django_db

PAGES = ["/moderation/", "/moderation/listings/", "/moderation/enquiries/"]


@pytest.mark.parametrize("address", PAGES)
def test_guest_is_sent_to_log_in(client: Client, address: str) -> None:
    response = client.get(address)

    assert response.status_code == 302
    assert response.headers["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("address", PAGES)
def test_member_finds_nothing(client: Client, address: str) -> None:
    client.force_login(make_cast().owner)

    assert client.get(address).status_code == 404


def test_moderator_finds_no_enquiries(client: Client) -> None:
    enquiry = make_enquiry()
    client.force_login(make_cast().moderator)

    assert client.get("/moderation/enquiries/").status_code == 404
    assert client.get(f"/moderation/enquiries/{enquiry.pk}/").status_code == 404
    assert client.post(f"/moderation/enquiries/{enquiry.pk}/answer/").status_code == 404


def test_owner_finds_not_even_the_own_case(client: Client) -> None:
    cast = make_cast()
    case = make_submission(owner=cast.owner)
    client.force_login(cast.owner)

    assert client.get(f"/moderation/cases/{case.pk}/").status_code == 404
    assert client.post(f"/moderation/cases/{case.pk}/approve/").status_code == 404
