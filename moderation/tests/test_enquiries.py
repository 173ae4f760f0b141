import pytest
from django.test import Client

from marketplace.accounts.tests.factories import Cast, make_cast
from marketplace.notifications.models import Notification
from marketplace.trust import services as trust
from marketplace.trust.enums import CaseState
from marketplace.trust.models import Case
from marketplace.trust.tests.factories import OPENED_AT, make_enquiry
from moderation.tests.test_queue import count_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def administrator(client: Client, cast: Cast) -> Client:
    client.force_login(cast.administrator)
    return client


def test_enquiries_are_listed_until_they_are_answered(administrator: Client, cast: Cast) -> None:
    case = make_enquiry(name="Gulnara Guest")
    assert "Gulnara Guest" in administrator.get("/moderation/enquiries/").content.decode()

    trust.answer_enquiry(case=case, by=cast.administrator, text="Yes.", now=OPENED_AT)

    assert "Gulnara Guest" not in administrator.get("/moderation/enquiries/").content.decode()
    answered = administrator.get("/moderation/enquiries/", {"tab": "answered"})
    assert "Gulnara Guest" in answered.content.decode()


def test_enquiry_shows_what_was_asked(administrator: Client) -> None:
    case = make_enquiry(message="Is there a hall with a <piano>?")

    page = administrator.get(f"/moderation/enquiries/{case.pk}/").content.decode()

    assert "Is there a hall with a &lt;piano&gt;?" in page
    assert "gulnara@example.com" in page


def test_answer_is_sent_and_kept_in_the_history(administrator: Client) -> None:
    case = make_enquiry()

    response = administrator.post(
        f"/moderation/enquiries/{case.pk}/answer/", {"text": "Yes, at Apple Hall."}, follow=True
    )

    assert response.redirect_chain == [("/moderation/enquiries/", 302)]
    assert "Your answer is on its way to gulnara@example.com." in response.content.decode()
    assert Notification.objects.filter(kind="trust.enquiry_answered").count() == 1
    assert Case.objects.get().state == CaseState.RESOLVED
    page = administrator.get(f"/moderation/enquiries/{case.pk}/").content.decode()
    assert "Yes, at Apple Hall." in page
    assert "Send the answer by email" not in page


def test_empty_answer_is_refused(administrator: Client) -> None:
    case = make_enquiry()

    response = administrator.post(f"/moderation/enquiries/{case.pk}/answer/", {"text": ""})

    assert response.status_code == 422
    assert Case.objects.get().state == CaseState.OPEN


def test_second_answer_is_refused(administrator: Client, cast: Cast) -> None:
    case = make_enquiry()
    trust.answer_enquiry(case=case, by=cast.administrator, text="Yes.", now=OPENED_AT)

    response = administrator.post(f"/moderation/enquiries/{case.pk}/answer/", {"text": "No."})

    assert response.status_code == 409
    assert Notification.objects.filter(kind="trust.enquiry_answered").count() == 1


def test_enquiries_queries_do_not_grow(administrator: Client) -> None:
    make_enquiry()
    with_one = count_queries(administrator, "/moderation/enquiries/")
    for _number in range(29):
        make_enquiry()

    assert count_queries(administrator, "/moderation/enquiries/") == with_one
    assert with_one <= 6
