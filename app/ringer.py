"""Rings supporters' telephones, as a test or to ring a customer.

Claimed in one transaction, rung or asked about outside any, written down in another.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from sqlalchemy.orm import Session
from structlog.contextvars import bind_contextvars

from app.carrier import Ports
from app.clock import Clock
from app.database import Database
from helpdesk import ringing
from helpdesk.ports import Phone, PortFailed, Ringing
from helpdesk.ringing import Claimed, For, What
from ivr import addresses, twiml

log = structlog.get_logger()
Writing = Callable[[Session], None]


def ring_one(database: Database, ports: Ports, clock: Clock, *, why: For) -> int:
    """Does what is due about one telephone; 1, or 0 where nothing is."""
    with database.writing() as session:
        claimed = ringing.claim(session, why, now=clock())
    if claimed is None:
        return 0
    bind_contextvars(call=claimed.sid or None, **{claimed.why.value: claimed.id})
    write = _done(ports.phone, claimed, clock)
    with database.writing() as session:
        write(session)
    return 1


def _done(phone: Phone | None, claimed: Claimed, clock: Clock) -> Writing:
    """Does it; what is to be written about it."""
    if phone is None:
        return _failed(claimed, PortFailed("TWILIO_ACCOUNT_SID is not set", permanent=True), clock)
    try:
        return _acted(phone, claimed, clock)
    except PortFailed as problem:
        return _failed(claimed, problem, clock)


def _acted(phone: Phone, claimed: Claimed, clock: Clock) -> Writing:
    match claimed.what:
        case What.RING:
            sid = phone.ring(_wanted(claimed))
            log.info("telephone_rung")
            return lambda session: ringing.rung(session, claimed, sid, now=clock())
        case What.LOOK_UP:
            sids = phone.rung(claimed.phone, claimed.shown, since=claimed.since)
            return lambda session: ringing.found(session, claimed, sids, now=clock())
        case What.ASK:
            leg, *_dialled = phone.legs(claimed.sid)
            return lambda session: ringing.told(session, claimed, leg, now=clock())


def _failed(claimed: Claimed, problem: PortFailed, clock: Clock) -> Writing:
    """It is not known to ring; where it was only asked about, nobody knows more than before."""
    log.warning("telephone_not_rung", what=claimed.what.value, problem=str(problem), undecided=problem.undecided)
    failed = problem if claimed.what is What.RING else PortFailed(str(problem), permanent=False, undecided=True)
    return lambda session: ringing.not_rung(session, claimed, failed, now=clock())


def _wanted(claimed: Claimed) -> Ringing:
    """It rings as long as it would for a caller (R12). Only of a test is it asked whether a machine picked up (pitfall A6)."""
    path = addresses.rung_path(claimed.why.value, claimed.id)
    is_test = claimed.why is For.READINESS
    return Ringing(
        to=claimed.phone,
        shown=claimed.shown,
        seconds=claimed.rings - twiml.RINGS_LONGER,
        turn_path=f"{path}/1",
        fallback_path="/twilio/fallback/readiness" if is_test else "/twilio/fallback",
        status_path=f"{path}/status",
        listens=is_test,
    )
