"""Ends bridges whose points have run out (R11): claimed in one transaction, ended outside any, written down in another.

On its own, so that a letter that hangs never keeps a bridge from being ended in time.
"""

from __future__ import annotations

import structlog
from structlog.contextvars import bind_contextvars

from app.carrier import Ports
from app.clock import Clock
from app.database import Database
from helpdesk import running_out
from helpdesk.ports import PortFailed
from helpdesk.running_out import Cut

log = structlog.get_logger()


def cut_one(database: Database, ports: Ports, clock: Clock) -> int:
    """Ends the bridge that is due; 1, or 0 where none is. Out of reach, it is tried again in a few seconds."""
    with database.writing() as session:
        cut = running_out.cut_due(session, clock())
    if cut is None:
        return 0
    bind_contextvars(call=cut.call)
    problem = _ended(ports, cut)
    if problem is not None:
        log.warning("bridge_not_cut", problem=str(problem), permanent=problem.permanent)
        if not problem.permanent:
            return 1
    with database.writing() as session:
        if problem is None:
            running_out.was_cut(session, cut, now=clock())
        else:
            running_out.not_cut(session, cut, why=str(problem), now=clock())
    return 1


def _ended(ports: Ports, cut: Cut) -> PortFailed | None:
    """Sends the customer to the spoken end; what went wrong, or None."""
    if ports.phone is None:
        return PortFailed("TWILIO_ACCOUNT_SID is not set", permanent=True)
    try:
        ports.phone.redirect(cut.leg, cut.path)
    except PortFailed as problem:
        return problem
    return None
