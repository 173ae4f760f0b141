"""What administrators see of money, and the little that they may do."""

import pytest
from django.contrib.admin.utils import quote
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.accounts.tests.factories import Cast, make_cast
from marketplace.payments import services
from marketplace.payments.enums import PaymentProblem, RefundStatus
from marketplace.payments.models import LedgerEntry, LedgerTransaction, Payment, Refund
from marketplace.payments.selectors import trail_of
from marketplace.payments.services.transitions import flag_problem
from marketplace.payments.split import Split

from .factories import NOW, make_allocated, make_refund
from .fakes import FakeGateway
from .webhooks import about_payment, post

pytestmark = pytest.mark.django_db
MODELS = ["payment", "refund", "ledgertransaction", "ledgerentry", "providerevent", "creditor"]
NOTHING = Split.nothing("KZT")


@pytest.fixture
def cast(client: Client) -> Cast:
    cast = make_cast()
    client.force_login(cast.administrator)
    return cast


@pytest.fixture
def refund(provider: FakeGateway) -> Refund:
    refund = make_refund(make_allocated(provider), kept=NOTHING)
    post(about_payment(refund.payment))
    return services.refund_now(refund_id=refund.pk, now=NOW)


def page(client: Client, model: str, row: object = None) -> str:
    if row is None:
        address = reverse(f"admin:payments_{model}_changelist")
    else:
        address = reverse(f"admin:payments_{model}_change", args=[quote(row.pk)])  # type: ignore[attr-defined]
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.usefixtures("cast", "refund")
@pytest.mark.parametrize("model", MODELS)
def test_administrators_see_every_list_and_write_none(client: Client, model: str) -> None:
    assert page(client, model)
    assert client.get(reverse(f"admin:payments_{model}_add")).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_others_see_none(client: Client, model: str) -> None:
    cast = make_cast()
    for person in (cast.renter, cast.owner, cast.moderator, cast.stranger):
        client.force_login(person)
        address = reverse(f"admin:payments_{model}_changelist")
        assert client.get(address).status_code in {302, 403}


@pytest.mark.usefixtures("cast")
def test_payment_shows_its_whole_trail(client: Client, refund: Refund) -> None:
    shown = page(client, "payment", refund.payment)

    for model, row in [
        ("refund", refund),
        *(("ledgertransaction", written) for written in LedgerTransaction.objects.all()),
        *(("providerevent", event) for event in refund.payment.provider_events.all()),
    ]:
        assert reverse(f"admin:payments_{model}_change", args=[quote(row.pk)]) in shown
    for words in ("status: pending → captured", "status: pending → settled", "Owed to renters"):
        assert words in shown
    assert "checkout.test" not in shown
    assert "tests.thing" in shown


@pytest.mark.usefixtures("cast")
def test_capture_stands_before_its_allocation(client: Client, provider: FakeGateway) -> None:
    """They are of one instant, and have no order among their ids."""
    for _number in range(4):
        payment = make_allocated(provider)
        moved = ["capture", "allocation"]
        shown = page(client, "payment", payment)

        places = [shown.index(f"{kind}:{payment.pk}") for kind in moved]
        assert places == sorted(places)
        assert [written.kind for written in trail_of(payment).ledger] == moved
    # All are of one instant, and the newest come first.
    listed = client.get(reverse("admin:payments_ledgertransaction_changelist"))
    kinds = [written.kind for written in listed.context["cl"].result_list]
    assert kinds == ["allocation"] * 4 + ["capture"] * 4


@pytest.mark.usefixtures("cast")
def test_payment_leads_to_what_is_paid_for(client: Client, refund: Refund) -> None:
    payment = refund.payment
    Payment.objects.filter(pk=payment.pk).update(
        payable_kind="accounts.user", payable_id=str(payment.payer_id)
    )

    assert f'href="/admin/accounts/user/{payment.payer_id}/change/"' in page(
        client, "payment", payment
    )


@pytest.mark.usefixtures("cast")
def test_every_money_row_has_its_page(client: Client, refund: Refund) -> None:
    assert page(client, "refund", refund)
    assert page(client, "ledgertransaction", LedgerTransaction.objects.first())
    assert page(client, "ledgerentry", LedgerEntry.objects.first())
    assert page(client, "providerevent", refund.payment.provider_events.first())


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("model", MODELS)
def test_lists_ask_the_same_for_one_row_and_for_three(
    client: Client, provider: FakeGateway, model: str
) -> None:
    def add() -> None:
        refund = make_refund(make_allocated(provider), kept=NOTHING)
        post(about_payment(refund.payment))

    add()
    page(client, model)
    with CaptureQueriesContext(connection) as one:
        page(client, model)
    add()
    add()
    with CaptureQueriesContext(connection) as three:
        page(client, model)

    assert len(three) == len(one)


@pytest.mark.usefixtures("cast", "refund")
def test_payments_are_found_by_their_ids(client: Client, refund: Refund) -> None:
    payment = refund.payment
    for words in (
        str(payment.pk),
        payment.session_id,
        payment.payable_id,
        str(payment.payer.phone),
    ):
        response = client.get(reverse("admin:payments_payment_changelist"), {"q": words})
        assert payment.description in response.content.decode()
    for model, words in (("refund", refund.key), ("ledgertransaction", f"capture:{payment.pk}")):
        response = client.get(reverse(f"admin:payments_{model}_changelist"), {"q": words})
        assert words in response.content.decode()


def test_failed_refund_is_tried_again_by_an_administrator(
    client: Client, cast: Cast, provider: FakeGateway, refund: Refund
) -> None:
    provider.refuses = {"refund": "charge_disputed"}
    failed = make_refund(make_allocated(provider), kept=NOTHING)
    services.refund_now(refund_id=failed.pk, now=NOW)

    response = client.post(
        reverse("admin:payments_refund_changelist"),
        {"action": "retry", "_selected_action": [failed.pk, refund.pk]},
        follow=True,
    )

    again = Refund.objects.get(retry_of=failed)
    assert (again.status, again.requested_by) == (RefundStatus.PENDING, cast.administrator)
    shown = response.content.decode()
    assert "1 refund goes out again." in shown
    assert "1 refund was left as it is" in shown


def test_problem_is_closed_by_an_administrator(
    client: Client, cast: Cast, provider: FakeGateway
) -> None:
    payment, other = make_allocated(provider), make_allocated(provider)
    flag_problem(payment=payment, problem=PaymentProblem.STATE_DIFFERS, detail="odd", now=NOW)

    response = client.post(
        reverse("admin:payments_payment_changelist"),
        {"action": "close_problem", "_selected_action": [payment.pk, other.pk]},
        follow=True,
    )

    payment.refresh_from_db()
    assert payment.problem == ""
    shown = response.content.decode()
    assert "1 problem closed." in shown
    assert "1 payment was left as it is" in shown
    assert str(cast.administrator) in page(client, "payment", payment)


@pytest.mark.usefixtures("cast")
def test_owed_to_owners_is_listed_with_its_times(client: Client, provider: FakeGateway) -> None:
    payment = make_allocated(provider)

    shown = page(client, "creditor")

    assert payment.payee.name in shown
    assert "850\N{NO-BREAK SPACE}₸" in shown
