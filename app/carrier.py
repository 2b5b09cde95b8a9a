"""Carries errands out: claimed in one transaction, done outside any, written down in another (helpdesk.errands).

What there is to do, with everything that it needs from the database in hand, is a deed (app.deeds). The transaction that writes
down what became of one errand claims the next: each has one, and there is never more than one in hand.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from structlog.contextvars import bind_contextvars

from app import deeds
from app.clock import Clock
from app.database import Database
from app.deeds import Deed, NotConfigured, NotFound, Ports
from helpdesk import errands
from helpdesk.errands import Claimed
from helpdesk.ports import PortFailed
from models.values import ErrandKind

__all__ = ["Ports", "carry"]
log = structlog.get_logger()
Writing = Callable[[Session], None]


def carry(
    database: Database,
    ports: Ports,
    clock: Clock,
    *,
    kinds: Collection[ErrandKind] = errands.ANY,
    goes_on: Callable[[], bool] = lambda: False,
) -> int:
    """Carries out the errand of these kinds that is due longest, and the next ones for as long as it `goes_on`; how many."""
    count = 0
    with database.writing() as session:
        claimed = errands.claim(session, now=clock(), kinds=kinds)
    while claimed is not None:
        bind_contextvars(errand=claimed.id, kind=claimed.kind.value)
        write, claimed = _carried_out(database, ports, clock, claimed), None
        count += 1
        try:
            with database.writing() as session:
                write(session)
                if goes_on():
                    session.flush()
                    claimed = errands.claim(session, now=clock(), kinds=kinds)
        except Exception:  # what was done must not be forgotten because no other can be claimed
            with database.writing() as session:
                write(session)
            raise
    return count


def _carried_out(database: Database, ports: Ports, clock: Clock, claimed: Claimed) -> Writing:
    """What is to be written about an errand that is in hand, when it was carried out or could not be."""
    try:
        with database.reading() as session:
            deed = deeds.deed(session, ports, claimed, now=clock())
    except NotConfigured as why:
        return _kept(claimed, why)
    except PortFailed as problem:
        return _failed(claimed, problem, clock)
    except SQLAlchemyError as problem:  # a look that could not begin is put off: it may be found yet
        return _failed(claimed, PortFailed(f"the database failed: {type(problem).__name__}", permanent=False), clock, findable=True)
    except Exception as problem:  # An errand that cannot even be put into words must not hold up the others.
        log.exception("errand_broken")
        return _failed(claimed, PortFailed(repr(problem), permanent=True), clock)
    return _carried(claimed, deed, clock)


def _carried(claimed: Claimed, deed: Deed, clock: Clock) -> Writing:
    """Does it; what is to be written about it. Whatever is raised here may have been raised behind the sending."""
    try:
        outcome = deed.act()
    except NotConfigured as why:
        return _kept(claimed, why)
    except NotFound:
        log.warning("errand_not_found")
        return lambda session: errands.not_found(session, claimed, now=clock())
    except PortFailed as problem:
        return _failed(claimed, problem, clock, findable=deed.findable)
    except Exception as problem:
        log.exception("errand_broken")
        undecided = PortFailed(repr(problem), permanent=False, undecided=True)
        return _failed(claimed, undecided, clock, findable=deed.findable)
    return _done(claimed, outcome, clock)


def _done(claimed: Claimed, outcome: str, clock: Clock) -> Writing:
    log.info("errand_done")
    return lambda session: errands.done(session, claimed, outcome, now=clock())


def _kept(claimed: Claimed, why: NotConfigured) -> Writing:
    log.warning("errand_kept", why=str(why))
    return lambda session: errands.kept(session, claimed, str(why))


def _failed(claimed: Claimed, problem: PortFailed, clock: Clock, *, findable: bool = False) -> Writing:
    log.warning(
        "errand_failed",
        problem=str(problem),
        permanent=problem.permanent,
        undecided=problem.undecided,
    )
    return lambda session: errands.failed(session, claimed, problem, now=clock(), findable=findable)
