import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.state import ProjectState

from marketplace.core.append_only import AppendOnly
from marketplace.core.models import StateChange

from .factories import make_state_change


@pytest.mark.django_db
def test_append_only_refuses_update() -> None:
    make_state_change(reason="as it was")

    with (
        pytest.raises(IntegrityError, match="core_statechange is append-only"),
        transaction.atomic(),
    ):
        StateChange.objects.update(reason="prettier")

    assert StateChange.objects.get().reason == "as it was"


@pytest.mark.django_db
def test_append_only_refuses_delete() -> None:
    change = make_state_change()

    with (
        pytest.raises(IntegrityError, match="core_statechange is append-only"),
        transaction.atomic(),
    ):
        change.delete()

    assert StateChange.objects.count() == 1


@pytest.mark.django_db
def test_append_only_permits_truncate_so_that_test_databases_can_be_emptied() -> None:
    make_state_change()

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE core_statechange")

    assert not StateChange.objects.exists()


@pytest.mark.django_db
def test_append_only_is_reversible() -> None:
    make_state_change(reason="as it was")
    operation = AppendOnly("core_statechange")
    state = ProjectState()

    with connection.schema_editor(atomic=False) as editor:
        operation.database_backwards("core", editor, state, state)
    StateChange.objects.update(reason="prettier")
    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("core", editor, state, state)

    with pytest.raises(IntegrityError), transaction.atomic():
        StateChange.objects.update(reason="again")
    assert StateChange.objects.get().reason == "prettier"


def test_append_only_is_written_to_migrations_with_its_table_alone() -> None:
    assert AppendOnly("shop_log").deconstruct() == ("AppendOnly", ["shop_log"], {})
