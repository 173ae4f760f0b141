import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from marketplace.accounts.enums import Role
from marketplace.accounts.models import Activity, User
from marketplace.accounts.tests.factories import Cast, make_business, make_cast, make_user
from marketplace.accounts.tests.steps import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def administrator(client: Client, cast: Cast) -> Client:
    client.force_login(cast.administrator)
    return client


def _fields(user: User, **changed: str) -> dict[str, str]:
    return {
        "phone": user.phone or "",
        "name": user.name,
        "language": user.language,
        "time_zone": user.time_zone,
        "role": user.role,
        "is_active": "on",
        **changed,
    }


def test_admin_sends_visitors_to_our_login_and_back(client: Client, cast: Cast) -> None:
    asked = client.get(reverse("admin:index"), follow=True)
    answered = log_in(client, cast.administrator.phone or "", next="/admin/")

    assert asked.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2F"
    assert answered.headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("role", ["renter", "owner", "moderator"])
def test_admin_is_for_administrators(client: Client, cast: Cast, role: str) -> None:
    client.force_login(getattr(cast, role))

    response = client.get(reverse("admin:index"), follow=True)

    assert response.status_code == 403


@pytest.mark.parametrize(
    "page", ["accounts_user", "accounts_business", "accounts_activity", "account_emailaddress"]
)
def test_admin_lists_and_searches(administrator: Client, cast: Cast, page: str) -> None:
    make_business(owner=cast.owner)

    response = administrator.get(reverse(f"admin:{page}_changelist"), {"q": "701"})

    assert response.status_code == 200


def test_admin_has_no_groups() -> None:
    assert not admin.site.is_registered(Group)


def test_admin_shows_a_person_with_the_log(administrator: Client, cast: Cast) -> None:
    response = administrator.get(reverse("admin:accounts_user_change", args=[cast.owner.pk]))

    assert response.status_code == 200


def test_admin_gives_a_role_through_the_service(administrator: Client, cast: Cast) -> None:
    address = reverse("admin:accounts_user_change", args=[cast.stranger.pk])

    administrator.post(address, _fields(cast.stranger, role=Role.MODERATOR) | _inline_management())

    cast.stranger.refresh_from_db()
    assert cast.stranger.role == Role.MODERATOR
    assert Activity.objects.of(cast.stranger)[0].details["by"] == cast.administrator.pk


def test_admin_cannot_change_the_own_role(administrator: Client, cast: Cast) -> None:
    address = reverse("admin:accounts_user_change", args=[cast.administrator.pk])

    administrator.post(address, _fields(cast.administrator, role=Role.MEMBER, name="New"))

    cast.administrator.refresh_from_db()
    assert cast.administrator.role == Role.ADMINISTRATOR


def test_admin_makes_a_person_whose_number_is_unproven(administrator: Client) -> None:
    administrator.post(
        reverse("admin:accounts_user_add"),
        {
            "phone": "8 701 123 45 67",
            "name": "New Moderator",
            "language": "en",
            "time_zone": "Asia/Almaty",
            "role": Role.MODERATOR,
            "is_active": "on",
        },
    )

    made = User.objects.get(phone="+77011234567")
    assert made.role == Role.MODERATOR
    assert not made.has_verified_phone
    assert not made.has_usable_password()


def test_admin_takes_the_proof_with_the_number(administrator: Client, cast: Cast) -> None:
    address = reverse("admin:accounts_user_change", args=[cast.renter.pk])

    administrator.post(address, _fields(cast.renter, phone="+77015550000") | _inline_management())

    cast.renter.refresh_from_db()
    assert cast.renter.phone == "+77015550000"
    assert not cast.renter.has_verified_phone


def test_admin_refuses_a_zone_that_does_not_exist(administrator: Client, cast: Cast) -> None:
    address = reverse("admin:accounts_user_change", args=[cast.renter.pk])

    response = administrator.post(
        address, _fields(cast.renter, time_zone="Mars/Olympus") | _inline_management()
    )

    assert response.context["errors"] == [["There is no such time zone."]]


@pytest.mark.parametrize("what", ["user", "activity"])
def test_admin_deletes_no_people_and_no_history(administrator: Client, what: str) -> None:
    user = make_user()
    row = user if what == "user" else Activity.objects.create(user=user, kind="logged_in")

    response = administrator.post(
        reverse(f"admin:accounts_{what}_delete", args=[row.pk]), {"post": "yes"}
    )

    assert response.status_code == 403


def test_admin_writes_no_history(administrator: Client) -> None:
    assert administrator.get(reverse("admin:accounts_activity_add")).status_code == 403


def _inline_management() -> dict[str, str]:
    return {"activities-TOTAL_FORMS": "0", "activities-INITIAL_FORMS": "0"}
