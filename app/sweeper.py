"""Asks the provider about calls that have gone silent (R20): claimed in one transaction, asked outside any, written in another."""

from __future__ import annotations

import structlog
from structlog.contextvars import bind_contextvars

from app.carrier import Ports
from app.clock import Clock
from app.database import Database
from helpdesk import sweep
from helpdesk.ports import PortFailed

log = structlog.get_logger()


def ask_about_one(database: Database, ports: Ports, clock: Clock) -> int:
    """Asks about the call that has been silent longest; 1, or 0 where none has."""
    with database.writing() as session:
        sid = sweep.claim(session, now=clock())
    if sid is None:
        return 0
    bind_contextvars(call=sid)
    try:
        legs = ports.phone.legs(sid) if ports.phone is not None else None
    except PortFailed as problem:
        log.warning("provider_did_not_tell", problem=str(problem))
        legs = None
    with database.writing() as session:
        if legs is None:
            sweep.unanswered(session, sid, has_account=ports.phone is not None, now=clock())
        else:
            sweep.answered(session, sid, legs, now=clock())
    log.info("call_asked_about", answered=legs is not None)
    return 1
