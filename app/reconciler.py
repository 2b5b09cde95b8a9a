"""Holds our calls against the provider's records: a day claimed in one transaction, listed outside any, written in others.

Stopped halfway it is done again: what was settled no longer differs, and what was found is kept once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import structlog

from app.carrier import Ports
from app.clock import Clock
from app.database import Database
from helpdesk import discrepancies, reconciliation
from helpdesk.ports import LegRecord, PortFailed
from helpdesk.reconciliation import Run

log = structlog.get_logger()


def reconcile_one(database: Database, ports: Ports, clock: Clock) -> int:
    """Reconciles the day that is due longest; 1, or 0 where none is. Without an answer it is tried again."""
    with database.writing() as session:
        run = reconciliation.claim(session, now=clock())
    if run is None:
        return 0
    try:
        reconcile(database, ports, clock, run)
    except PortFailed as problem:
        log.warning("not_reconciled", day=run.day.isoformat(), problem=str(problem))
    return 1


def reconcile(database: Database, ports: Ports, clock: Clock, run: Run) -> None:
    """Reconciles a day. Raises PortFailed where the provider does not tell all of it; that is kept, and nothing is compared."""
    try:
        legs = discrepancies.by_call(_listed(ports, run))
    except PortFailed as problem:
        with database.writing() as session:
            reconciliation.failed(session, run, str(problem), now=clock())
        raise
    with database.reading() as session:
        compared, differing = discrepancies.different(session, run, legs, now=clock())
    broken = [sid for sid in differing if not _settled(database, run, legs, sid, now=clock())]
    with database.writing() as session:
        unpriced = discrepancies.keep_costs(session, legs, now=clock())
        if broken:
            reconciliation.failed(session, run, f"not compared because of an error: {', '.join(broken)}", now=clock())
        else:
            reconciliation.finish(session, run, compared=compared, unpriced=unpriced, now=clock())
    log.info("day_reconciled", day=run.day.isoformat(), compared=compared, differing=len(differing), unpriced=unpriced)


def _settled(database: Database, run: Run, legs: Mapping[str, list[LegRecord]], sid: str, *, now: datetime) -> bool:
    """Whether one call could be looked at; an error is logged, and holds up no other."""
    try:
        with database.writing() as session:
            discrepancies.settle(session, run, sid, legs.get(sid, []), now=now)
    except Exception:
        log.exception("call_not_reconciled", call=sid)
        return False
    return True


def _listed(ports: Ports, run: Run) -> list[LegRecord]:
    if ports.phone is None:
        raise PortFailed("TWILIO_ACCOUNT_SID is not set", permanent=True)
    return ports.phone.listed(*run.utc_days)
