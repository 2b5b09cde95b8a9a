"""Tells endpoints what happened: a delivery is claimed in one transaction, sent outside any, and written down in another."""

from __future__ import annotations

import structlog
from structlog.contextvars import bind_contextvars

from app.clock import Clock
from app.database import Database
from app.deeds import Ports
from helpdesk import deliveries
from helpdesk.ports import PortFailed
from helpdesk.sealing import SealBroken

log = structlog.get_logger()


def tell_one(database: Database, ports: Ports, clock: Clock) -> int:
    """Sends the delivery that is due longest; 1, or 0 where nothing is due, or no SECRET_KEY is there to sign with."""
    hook = ports.hook
    if hook is None:
        return 0
    with database.writing() as session:
        claimed = deliveries.claim(session, now=clock())
    if claimed is None:
        return 0
    bind_contextvars(delivery=claimed.id)
    try:
        outcome = hook.tell(claimed, now=clock())
    except (PortFailed, SealBroken) as problem:
        log.warning("webhook_failed", problem=str(problem), tries=claimed.tries)
        why = str(problem)
        with database.writing() as session:
            deliveries.not_taken(session, claimed, why, now=clock())
        return 1
    log.info("webhook_taken", answer=outcome)
    with database.writing() as session:
        deliveries.taken(session, claimed, outcome, now=clock())
    return 1
