"""Takes the provider's word of a call over, as a page asked: claimed in one transaction, heard outside any, written in another."""

from __future__ import annotations

import structlog
from structlog.contextvars import bind_contextvars

from app.carrier import Ports
from app.clock import Clock
from app.database import Database
from helpdesk import acceptances
from helpdesk.ports import PortFailed

log = structlog.get_logger()


def accept_one(database: Database, ports: Ports, clock: Clock) -> int:
    """The one that waits longest; 1, or 0 where none does. Without an answer it is asked again five minutes later."""
    with database.writing() as session:
        claimed = acceptances.claim(session, now=clock())
    if claimed is None:
        return 0
    bind_contextvars(call=claimed.sid)
    try:
        legs = ports.phone.legs(claimed.sid) if ports.phone is not None else None
    except PortFailed as problem:
        log.warning("provider_did_not_tell", problem=str(problem))
        legs = None
    if legs is not None:
        with database.writing() as session:
            acceptances.carry_out(session, claimed, legs, now=clock())
    log.info("call_accepted", answered=legs is not None)
    return 1
