import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from marketplace.accounts.tests.factories import make_cast
from marketplace.bookings.enums import BookingStatus
from marketplace.bookings.models import Booking, Occupancy
from marketplace.bookings.tests.factories import make_block, make_booking, payment_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def administrator(client: Client) -> None:
    client.force_login(make_cast().administrator)


@pytest.mark.parametrize("model", ["booking", "occupancy", "block"])
def test_administrators_look_and_change_nothing(client: Client, model: str) -> None:
    booking = make_booking()
    rows = {"booking": booking, "occupancy": booking.occupancies.get(), "block": make_block()}
    row = rows[model]

    assert client.get(reverse(f"admin:bookings_{model}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:bookings_{model}_change", args=[row.pk])).status_code == 200
    assert client.get(reverse(f"admin:bookings_{model}_add")).status_code == 403
    assert client.post(reverse(f"admin:bookings_{model}_delete", args=[row.pk])).status_code == 403
    change = client.post(
        reverse(f"admin:bookings_{model}_change", args=[row.pk]), {"status": "cancelled"}
    )
    assert change.status_code == 403
    assert type(row)._default_manager.filter(pk=row.pk).exists()
    assert Booking.objects.get().status == BookingStatus.CONFIRMED


def test_page_of_a_booking_leads_to_its_money_and_tells_its_history(client: Client) -> None:
    booking = make_booking()
    page = client.get(reverse("admin:bookings_booking_change", args=[booking.pk]))

    trail = reverse("admin:payments_payment_change", args=[payment_of(booking).pk])
    assert trail in page.text
    assert "Paid and confirmed" in page.text
    assert "service_fee" in page.text


def test_page_of_a_hold_that_nobody_paid_says_so(client: Client) -> None:
    booking = make_booking(status=BookingStatus.EXPIRED)

    page = client.get(reverse("admin:bookings_booking_change", args=[booking.pk]))

    assert "Not paid in time" in page.text


@pytest.mark.parametrize("model", ["booking", "occupancy"])
def test_lists_take_as_many_queries_for_three_as_for_one(
    client: Client, model: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    address = reverse(f"admin:bookings_{model}_changelist")
    make_booking()
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    make_booking()
    make_booking()

    with django_assert_num_queries(len(one)):
        client.get(address)


def test_bookings_are_found_by_reference(client: Client) -> None:
    booking, _other = make_booking(), make_booking()

    page = client.get(reverse("admin:bookings_booking_changelist"), {"q": booking.reference})

    assert list(page.context["cl"].queryset) == [booking]
    assert Occupancy.objects.count() == 2
