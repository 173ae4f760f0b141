from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries, Settings

from marketplace.accounts.enums import ActivityKind
from marketplace.accounts.models import Activity, User
from marketplace.accounts.services import verify_email
from marketplace.accounts.tests.factories import make_user
from marketplace.accounts.tests.steps import code_sent_to, count_of_messages, messages_to
from marketplace.storefront.forms.profile import ProfileForm, zone_choices, zone_names

pytestmark = pytest.mark.django_db

PROFILE = "/profile/"
EMAIL = "/profile/email/"
CODE = "/profile/email/code/"
REMOVE = "/profile/email/remove/"
ADDRESS = "aizhan@example.com"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def member() -> User:
    return make_user(name="Aizhan Omar", phone="+77011234567")


@pytest.fixture
def visitor(client: Client, member: User) -> Client:
    client.force_login(member)
    return client


def _text(response: Any) -> str:
    page: str = response.content.decode()
    return unescape(page)


def _said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("path", [PROFILE, EMAIL, CODE, REMOVE, "/profile/activity/"])
def test_profile_is_for_members(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.headers["Location"] == f"/accounts/login/?next={path}"


@pytest.mark.parametrize("path", [EMAIL, CODE, REMOVE])
def test_profile_steps_lead_back_to_the_page(visitor: Client, path: str) -> None:
    assert visitor.get(path).headers["Location"] == PROFILE


def test_profile_shows_what_is_known(visitor: Client) -> None:
    page = _text(visitor.get(PROFILE))

    assert 'value="Aizhan Omar"' in page
    assert "+7 701 123 45 67" in page
    assert 'value="Asia/Almaty"' in page
    assert reverse("account_change_phone") in page


def test_profile_shows_the_clock_of_the_person(visitor: Client, member: User) -> None:
    User.objects.filter(pk=member.pk).update(time_zone="Asia/Tokyo")
    with time_machine.travel("2026-05-04T09:30:00+00:00", tick=False):
        visitor.force_login(member)
        page = _text(visitor.get(PROFILE))

    assert '<option value="Asia/Tokyo" selected>Tokyo, 18:30</option>' in page


def test_profile_saves_and_says_so(visitor: Client, member: User) -> None:
    response = visitor.post(
        PROFILE, {"name": "Aizhan O.", "language": "en", "time_zone": "Asia/Tokyo"}, follow=True
    )

    member.refresh_from_db()
    assert response.redirect_chain == [(PROFILE, 302)]
    assert _said(response) == ["Saved."]
    assert (member.name, member.time_zone) == ("Aizhan O.", "Asia/Tokyo")
    assert Activity.objects.of(member)[0].kind == ActivityKind.PROFILE_CHANGED


def test_profile_saved_by_htmx_answers_with_its_part(visitor: Client) -> None:
    response = visitor.post(
        PROFILE,
        {"name": "Aizhan O.", "language": "en", "time_zone": "Asia/Almaty"},
        headers=HTMX,
    )

    page = _text(response)
    assert response.status_code == 200
    assert "<html" not in page
    assert 'id="profile-details"' in page
    assert "Saved." in page


def test_profile_reloads_when_the_time_zone_changes(visitor: Client) -> None:
    response = visitor.post(
        PROFILE,
        {"name": "Aizhan Omar", "language": "en", "time_zone": "Asia/Tokyo"},
        headers=HTMX,
    )

    assert response.headers["HX-Redirect"] == PROFILE


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("name", "zone", "wrong"),
    [
        ("", "Asia/Almaty", {"name": ["Give a name."]}),
        (
            "Aizhan",
            "Narnia",
            {"time_zone": ["Choose a city from the list."]},
        ),
    ],
)
def test_profile_keeps_what_was_typed_when_it_cannot_be_saved(  # noqa: PLR0917
    visitor: Client,
    member: User,
    headers: dict[str, str],
    name: str,
    zone: str,
    wrong: dict[str, list[str]],
) -> None:
    response = visitor.post(
        PROFILE, {"name": name, "language": "en", "time_zone": zone}, headers=headers
    )

    form = response.context["profile_form"]
    assert response.status_code == 422
    assert form.errors == wrong
    assert (form["name"].value(), form["time_zone"].value()) == (name, zone)
    assert ("<html" in _text(response)) is (not headers)
    member.refresh_from_db()
    assert member.name == "Aizhan Omar"


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("asia/tokyo", "Asia/Tokyo"),
        (" tokyo ", "Asia/Tokyo"),
        ("New York", "America/New_York"),
        ("UTC", "UTC"),
    ],
)
def test_profile_finds_the_zone_of_a_city(member: User, typed: str, zone: str) -> None:
    form = ProfileForm({"name": "A", "language": "en", "time_zone": typed}, user=member)

    assert form.is_valid()
    assert form.cleaned_data["time_zone"] == zone


def test_zones_are_shown_with_their_clocks() -> None:
    now = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)

    assert ("Asia/Almaty", "Almaty, 14:30") in zone_choices(now, also="Asia/Almaty")
    assert "US/Pacific" not in zone_names()


def test_places_are_called_as_the_language_calls_them_and_once() -> None:
    now = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
    with override("ru"):
        choices = zone_choices(now, also="Asia/Calcutta")

    assert ("Asia/Almaty", "Алматы, 14:30") in choices
    assert [name for name, label in choices if label == "Калькутта, 15:00"] == ["Asia/Calcutta"]


def test_profile_offers_no_language_where_there_is_one(visitor: Client, settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English")]

    page = _text(visitor.get(PROFILE))

    assert 'name="language" ' not in page.replace('name="language" value', "")


def test_profile_saves_a_language_and_speaks_it(
    visitor: Client, member: User, settings: Settings
) -> None:
    settings.LANGUAGES = [("en", "English"), ("ru", "Russian")]

    response = visitor.post(
        PROFILE, {"name": "Aizhan Omar", "language": "ru", "time_zone": "Asia/Almaty"}
    )

    member.refresh_from_db()
    assert member.language == "ru"
    assert response.cookies[django_settings.LANGUAGE_COOKIE_NAME].value == "ru"
    assert visitor.get(PROFILE).headers["Content-Language"] == "ru"


def test_profile_refuses_a_language_that_is_not_offered(
    visitor: Client, member: User, settings: Settings
) -> None:
    settings.LANGUAGES = [("en", "English"), ("ru", "Russian")]

    response = visitor.post(
        PROFILE, {"name": "Aizhan Omar", "language": "kk", "time_zone": "Asia/Almaty"}
    )

    assert response.status_code == 422
    member.refresh_from_db()
    assert member.language == "en"


def test_email_is_added_by_a_code(visitor: Client, member: User) -> None:
    asked = visitor.post(EMAIL, {"email": "Aizhan@Example.com"})
    waiting = _text(visitor.get(PROFILE))
    member.refresh_from_db()
    before = member.email
    answered = visitor.post(CODE, {"code": code_sent_to(ADDRESS)}, follow=True)

    assert asked.headers["Location"] == PROFILE
    assert f"We have sent a code to <strong>{ADDRESS}</strong>" in waiting
    assert before == ""
    assert answered.redirect_chain == [(PROFILE, 302)]
    assert _said(answered) == [f"{ADDRESS} is your address now."]
    member.refresh_from_db()
    assert member.email == ADDRESS
    kinds = [activity.kind for activity in Activity.objects.of(member)[:2]]
    assert kinds == [ActivityKind.EMAIL_VERIFIED, ActivityKind.EMAIL_ADDED]


def test_email_is_added_by_htmx(visitor: Client, member: User) -> None:
    asked = visitor.post(EMAIL, {"email": ADDRESS}, headers=HTMX)
    answered = visitor.post(CODE, {"code": code_sent_to(ADDRESS)}, headers=HTMX)

    assert asked.status_code == 200
    assert _text(asked).lstrip().startswith('<section class="panel" id="profile-email"')
    assert answered.headers["HX-Redirect"] == PROFILE
    member.refresh_from_db()
    assert member.email == ADDRESS


@pytest.mark.parametrize("typed", ["", "nobody", "a@b"])
def test_email_that_is_none_is_kept_and_refused(visitor: Client, typed: str) -> None:
    response = visitor.post(EMAIL, {"email": typed})

    assert response.status_code == 422
    assert response.context["email_form"]["email"].value() == typed
    assert count_of_messages() == 0


def test_email_that_is_the_accounts_already_is_refused(visitor: Client, member: User) -> None:
    verify_email(user=member, email=ADDRESS, request=None, now=timezone.now())

    response = visitor.post(EMAIL, {"email": ADDRESS.upper()})

    assert response.context["email_form"].errors == {"email": ["This is your address already."]}


def test_email_of_another_account_is_told_only_to_its_reader(visitor: Client, member: User) -> None:
    verify_email(user=make_user(), email=ADDRESS, request=None, now=timezone.now())

    asked = visitor.post(EMAIL, {"email": ADDRESS})
    answered = visitor.post(CODE, {"code": code_sent_to(ADDRESS)})

    assert asked.status_code == 302
    assert answered.status_code == 422
    assert "Another account uses this address." in _text(answered)
    member.refresh_from_db()
    assert member.email == ""


def test_email_code_that_is_wrong_may_be_tried_three_times(visitor: Client, member: User) -> None:
    visitor.post(EMAIL, {"email": ADDRESS})
    right = code_sent_to(ADDRESS)
    wrong = "000000" if right != "000000" else "111111"

    answers = [visitor.post(CODE, {"code": wrong}) for _ in range(3)]
    too_late = visitor.post(CODE, {"code": right})

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert answers[0].context["code_form"].errors == {
        "code": ["That is not the code that we sent. Look at the newest email."]
    }
    assert "This code no longer works." in _text(answers[2])
    assert too_late.status_code == 422
    member.refresh_from_db()
    assert member.email == ""


def test_email_code_ends_with_its_time(visitor: Client, member: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        visitor.post(EMAIL, {"email": ADDRESS})
        code = code_sent_to(ADDRESS)
        clock.shift(timedelta(minutes=15))
        response = visitor.post(CODE, {"code": code})

    assert response.status_code == 422
    member.refresh_from_db()
    assert member.email == ""


def test_email_code_sent_again_replaces_the_first(visitor: Client, member: User) -> None:
    visitor.post(EMAIL, {"email": ADDRESS})

    again = visitor.post(CODE, {"action": "resend"})

    assert again.headers["Location"] == PROFILE
    assert len(messages_to(ADDRESS)) == 2
    visitor.post(CODE, {"code": code_sent_to(ADDRESS)})
    member.refresh_from_db()
    assert member.email == ADDRESS


def test_email_codes_are_sent_again_twice_at_most(visitor: Client) -> None:
    visitor.post(EMAIL, {"email": ADDRESS})

    statuses = [visitor.post(CODE, {"action": "resend"}).status_code for _ in range(3)]

    assert statuses == [302, 302, 422]
    assert len(messages_to(ADDRESS)) == 3


def test_email_codes_are_limited_for_one_address(visitor: Client, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"confirm_email": "1/m/key"}
    visitor.post(EMAIL, {"email": ADDRESS})
    visitor.post(CODE, {"action": "cancel"})

    response = visitor.post(EMAIL, {"email": ADDRESS})

    assert response.status_code == 422
    assert "a lot of codes" in _text(response)
    assert len(messages_to(ADDRESS)) == 1


def test_email_that_waits_can_be_given_up(visitor: Client) -> None:
    visitor.post(EMAIL, {"email": ADDRESS})

    visitor.post(CODE, {"action": "cancel"})

    assert 'id="id_email"' in _text(visitor.get(PROFILE))


def test_email_code_does_not_lie_open_in_the_session(visitor: Client) -> None:
    visitor.post(EMAIL, {"email": ADDRESS})

    assert code_sent_to(ADDRESS) not in str(dict(visitor.session))


def test_email_is_removed(visitor: Client, member: User) -> None:
    verify_email(user=member, email=ADDRESS, request=None, now=timezone.now())

    response = visitor.post(REMOVE, follow=True)

    assert _said(response) == ["The email address is removed."]
    member.refresh_from_db()
    assert member.email == ""


def test_profile_shows_the_newest_of_the_own_activity(visitor: Client, member: User) -> None:
    Activity.objects.all().delete()
    Activity.objects.create(user=make_user(), kind=ActivityKind.LOGIN_FAILED)
    for _ in range(12):
        Activity.objects.create(user=member, kind=ActivityKind.LOGGED_IN)

    page = _text(visitor.get(PROFILE))

    assert page.count(">Logged in") == 3
    assert "A login failed" not in page


def test_activity_is_paged(visitor: Client, member: User) -> None:
    Activity.objects.all().delete()
    for _ in range(31):
        Activity.objects.create(user=member, kind=ActivityKind.LOGGED_IN)

    first, second = (
        _text(visitor.get("/profile/activity/", {"page": page})).count(">Logged in")
        for page in (1, 2)
    )

    assert (first, second) == (30, 1)


@pytest.mark.parametrize("rows", [1, 30])
def test_activity_asks_the_database_as_often_for_many_rows(
    visitor: Client,
    member: User,
    rows: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(rows):
        Activity.objects.create(user=member, kind=ActivityKind.LOGGED_IN)

    with django_assert_max_num_queries(6):
        visitor.get(PROFILE)
    with django_assert_max_num_queries(6):
        visitor.get("/profile/activity/")
