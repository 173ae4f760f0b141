"""Telling a real transaction from the one that a test wraps around itself."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction


class InsideTransaction(RuntimeError):
    """Something that leaves the process was asked for inside a transaction."""


class OutsideTransaction(RuntimeError):
    """Something that must be undone with its transaction was asked for outside of one."""


def in_transaction(using: str = "default") -> bool:
    """Whether a transaction of the program's own is open on this connection."""
    blocks = connections[using].atomic_blocks
    return any(not getattr(block, "_from_testcase", False) for block in blocks)


def require_transaction(what: str, using: str = "default") -> None:
    if not in_transaction(using):
        raise OutsideTransaction(f"{what} must be inside transaction.atomic()")


@contextmanager
def joining(using: str = "default") -> Iterator[None]:
    """A transaction, or the open one without a savepoint: what raises inside undoes all of it.

    For work that is never undone by itself. A savepoint would be two more round trips to the
    database, while the locks of the work are held.
    """
    with transaction.atomic(using=using, savepoint=not in_transaction(using)):
        yield


def forbid_transaction(what: str, using: str = "default") -> None:
    """Nothing leaves the process inside a transaction: a roll-back could not call it back."""
    if in_transaction(using):
        raise InsideTransaction(f"{what} must not be inside a transaction")
