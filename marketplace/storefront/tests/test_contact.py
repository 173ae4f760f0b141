import pytest
from django.core.cache import cache
from django.test import Client

from marketplace.accounts.enums import Role
from marketplace.accounts.tests.factories import make_user
from marketplace.notifications.models import Notification
from marketplace.trust.models import Case

pytestmark = pytest.mark.django_db

MESSAGE = {
    "name": "Gulnara Guest",
    "email": "gulnara@example.com",
    "subject": "searching",
    "message": "Is there a hall with a piano?",
}


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


def test_contact_page_asks_a_guest_for_everything(client: Client) -> None:
    page = client.get("/contact/")

    assert page.status_code == 200
    assert page.context["form"].initial == {}


def test_contact_page_knows_who_is_logged_in(client: Client) -> None:
    client.force_login(make_user(name="Rauan Renter", email="rauan@example.com"))

    page = client.get("/contact/").content.decode()

    assert 'value="Rauan Renter"' in page
    assert 'value="rauan@example.com"' in page


def test_message_becomes_a_case_and_reaches_the_administrators(client: Client) -> None:
    make_user(role=Role.ADMINISTRATOR, email="ainur@joytop.example")

    response = client.post("/contact/", MESSAGE)

    assert (response.status_code, response.headers["Location"]) == (302, "/contact/sent/")
    case = Case.objects.get()
    assert (case.kind, case.title, case.contact_name, case.contact_email, case.opened_by) == (
        "enquiry",
        "Finding a venue",
        "Gulnara Guest",
        "gulnara@example.com",
        None,
    )
    assert case.entries.get().text == "Is there a hall with a piano?"
    assert sorted(Notification.objects.values_list("kind", "email")) == [
        ("trust.enquiry_confirmed", "gulnara@example.com"),
        ("trust.enquiry_received", "ainur@joytop.example"),
    ]


def test_message_of_a_member_names_the_member(client: Client) -> None:
    renter = make_user()
    client.force_login(renter)

    client.post("/contact/", MESSAGE)

    assert Case.objects.get().opened_by == renter


def test_success_page_says_that_it_arrived(client: Client) -> None:
    page = client.post("/contact/", MESSAGE, follow=True)

    assert "Your message arrived" in page.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("name", "", "Give a name"),
        ("email", "", "Give an email address"),
        ("email", "gulnara", "Enter a valid email address."),
        ("subject", "nonsense", "Select a valid choice."),
        ("message", " ", "Write what it is about."),
        ("message", "x" * 4001, "at most 4000 characters"),
    ],
)
def test_message_that_cannot_be_answered_comes_back(
    client: Client, field: str, value: str, complaint: str
) -> None:
    response = client.post("/contact/", MESSAGE | {field: value})

    page = response.content.decode()
    assert response.status_code == 422
    assert complaint in page
    if field != "message":
        assert "Is there a hall with a piano?" in page
    assert Case.objects.count() == 0


def test_message_of_a_program_is_dropped_without_a_word(client: Client) -> None:
    response = client.post("/contact/", MESSAGE | {"website": "https://spam.example"})

    assert (response.status_code, response.headers["Location"]) == (302, "/contact/sent/")
    assert Case.objects.count() == 0
    assert Notification.objects.count() == 0


def test_sixth_message_in_an_hour_has_to_wait_and_is_kept(client: Client) -> None:
    for _number in range(5):
        assert client.post("/contact/", MESSAGE).status_code == 302

    response = client.post("/contact/", MESSAGE)

    page = response.content.decode()
    assert response.status_code == 429
    assert "That was a lot of messages at once." in page
    assert "Is there a hall with a piano?" in page
    assert Case.objects.count() == 5


def test_messages_that_cannot_be_answered_are_not_counted(client: Client) -> None:
    for _number in range(8):
        client.post("/contact/", MESSAGE | {"message": ""})

    assert client.post("/contact/", MESSAGE).status_code == 302
