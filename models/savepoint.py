"""A part of a unit of work that may fail while the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.orm import Session


class PartFailed(Exception):
    """It raised, and what it wrote is undone; its cause is what it raised. The transaction goes on."""


@contextmanager
def part(session: Session) -> Iterator[None]:
    """In a savepoint. Raises PartFailed; but a broken connection as it is: on that nothing more can be done or written."""
    try:
        with session.begin_nested():
            yield
    except PendingRollbackError:
        raise
    except Exception as problem:
        if isinstance(problem, DBAPIError) and problem.connection_invalidated:
            raise
        raise PartFailed(repr(problem)[:500]) from problem
