"""What is joined is undone with what is around it."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from marketplace.core.models import OutboxMessage
from marketplace.core.transactions import in_transaction, joining

from .factories import make_message


@pytest.mark.django_db(transaction=True)
def test_joining_opens_a_transaction_where_there_is_none() -> None:
    with joining():
        assert in_transaction()
    assert not in_transaction()


@pytest.mark.django_db(transaction=True)
def test_joining_an_open_transaction_asks_the_database_nothing() -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as queries, joining():
        pass

    assert len(queries) == 0


@pytest.mark.django_db(transaction=True)
def test_what_fails_inside_undoes_all_around_it_even_if_somebody_hides_it() -> None:
    def fail() -> None:
        with joining():
            make_message(topic="two")
            raise InterruptedError

    with transaction.atomic():
        make_message(topic="one")
        with pytest.raises(InterruptedError):
            fail()

    assert not OutboxMessage.objects.exists()
