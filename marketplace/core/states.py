"""The one door for changes of state: lock, check against the table, write, log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, router

from .errors import IllegalTransition
from .models import StateChange
from .transactions import joining, require_transaction

type TransitionTable = Mapping[str, frozenset[str]]


def subject_kind(subject: models.Model | type[models.Model]) -> str:
    """How logs and cases name the kind of a row, or of a model's rows: `venues.venue`."""
    return subject._meta.label_lower


def reread[M: models.Model](instance: M, locked: models.QuerySet[M]) -> M:
    """Reads the row again from `locked`, under its lock; attributes not saved are lost.

    Rows that it points to and that were read before stay beside it if it still points to them.
    """
    fields = instance._meta.concrete_fields
    links = [field for field in fields if isinstance(field, models.ForeignKey)]
    known = [
        (field, field.get_cached_value(instance)) for field in links if field.is_cached(instance)
    ]
    instance.refresh_from_db(using=locked.db, from_queryset=locked)
    for field, row in known:
        is_same = row is not None and getattr(instance, field.attname) == row.pk
        if is_same and not field.is_cached(instance):
            field.set_cached_value(instance, row)
    return instance


def transition[M: models.Model](
    instance: M,
    *,
    to: str,
    table: TransitionTable,
    field: str = "status",
    by: AbstractBaseUser | None,
    now: datetime,
    reason: str = "",
    changes: Mapping[str, object] | None = None,
    is_locked: bool = False,
) -> M:
    """Moves `instance` to state `to`, along `table` or not at all.

    Opens or joins a transaction and locks the row (`FOR NO KEY UPDATE`). The instance is
    re-read under the lock, so attributes not saved before are lost: what must change together
    with the state goes in `changes`. Writes only those columns, and one `StateChange` by
    `by` (`None`: the system).

    With `is_locked` the caller has read the instance under that lock, in the transaction that is
    open, so it is not read again; if it is in another state by now after all, nothing is written.

    Raises IllegalTransition when the table has no such way from the state found in the database.
    """
    values = dict(changes or {})
    if field in values:
        raise ValueError(f"{field} is changed by its transition alone")
    using = router.db_for_write(type(instance), instance=instance)
    # Not the room's own manager, which may hide rows.
    rows = models.QuerySet[M](type(instance), using=using)
    if is_locked:
        require_transaction("a transition of a locked row", using)
    with joining(using):
        if not is_locked:
            reread(instance, rows.select_for_update(no_key=True))
        from_state: Any = getattr(instance, field)
        if to not in table.get(from_state, frozenset()):
            raise _no_way(instance, from_state, to)
        for name, value in {**values, field: to}.items():
            setattr(instance, name, value)
        if not is_locked:
            instance.save(using=using, update_fields=[field, *values])
        elif not rows.filter(pk=instance.pk, **{field: from_state}).update(**values, **{field: to}):
            # Somebody moved it: the lock was not there.
            raise _no_way(instance, from_state, to)
        StateChange.objects.using(using).create(
            subject_kind=subject_kind(instance),
            subject_id=str(instance.pk),
            field=field,
            from_state=str(from_state),
            to_state=str(to),
            by_id=None if by is None else by.pk,
            reason=reason,
            at=now,
        )
    return instance


def _no_way(instance: models.Model, from_state: object, to: str) -> IllegalTransition:
    return IllegalTransition(
        subject=f"{subject_kind(instance)} {instance.pk}",
        from_state=str(from_state),
        to_state=str(to),
    )
