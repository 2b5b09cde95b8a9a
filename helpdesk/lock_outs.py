"""Lock-outs of PIN entry, for somebody to see and lift (R3): who is locked out now, who failed a moment ago.

Numbers are masked, and a caller is named by their last failure, so that no telephone number stands in an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import gate
from helpdesk.customers import Unknown
from models import Audit, Call, PinFailure, PinGate
from models.values import masked


@dataclass(frozen=True, kw_only=True)
class LockOut:
    """A caller who cannot key a PIN until then. `failure` names their last failure, `call` is the call it was in.

    `locks` is how often they were locked out without a day between: each lock is twice as long as the one before.
    """

    failure: int
    caller: str
    call: str
    failed_at: datetime
    until: datetime
    locks: int


@dataclass(frozen=True, kw_only=True)
class Failures:
    """A caller's wrong PINs within the last 15 minutes, those that count; the `most`th locks."""

    caller: str
    call: str
    count: int
    most: int
    failed_at: datetime


@dataclass(frozen=True, kw_only=True)
class LockOuts:
    """What guards PIN entry now. `in_the_hour` counts the failures of the whole line; from `unusual_from` on it alarms."""

    locked: tuple[LockOut, ...]
    failing: tuple[Failures, ...]
    in_the_hour: int
    unusual_from: int


def lock_outs(session: Session, *, now: datetime) -> LockOuts:
    """Who is locked out, the longest first, and who failed in the last 15 minutes, the last first."""
    gates = session.scalars(select(PinGate).where(PinGate.locked_until > now).order_by(PinGate.locked_until.desc())).all()
    return LockOuts(
        locked=tuple(one for one in (_locked(session, found) for found in gates) if one),
        failing=tuple(_failing(session, now=now)),
        in_the_hour=gate.failures_in_the_hour(session, now=now),
        unusual_from=gate.UNUSUAL_RATE,
    )


def lift(session: Session, failure_id: int, *, actor: str, now: datetime) -> str:
    """Lets the caller of that failure key PINs again, as though the lock had not been; the masked number. Raises Unknown.

    Lifting what is not locked any more changes nothing.
    """
    failure = session.get(PinFailure, failure_id)
    if failure is None:
        raise Unknown(f"there is no failure {failure_id}")
    until = gate.lift(session, failure.caller, now=now)
    shown = masked(failure.caller)
    if until is not None:
        details = {"caller": shown, "before": until.isoformat(), "after": None}
        subject = f"call:{session.get_one(Call, failure.call_id).sid}"
        session.add(Audit(at=now, actor=actor, action="lock_out_lifted", subject=subject, call_id=failure.call_id, details=details))
    return shown


def _locked(session: Session, found: PinGate) -> LockOut | None:
    last = _last(session, found.caller)
    if last is None or found.locked_until is None:
        return None
    failure, sid = last
    return LockOut(
        failure=failure.id, caller=masked(found.caller), call=sid, failed_at=failure.at, until=found.locked_until, locks=found.locks
    )


def _failing(session: Session, *, now: datetime) -> list[Failures]:
    recent = (
        select(PinFailure.caller, func.count(), func.max(PinFailure.at))
        .where(PinFailure.at > now - gate.WINDOW, PinFailure.counted)
        .group_by(PinFailure.caller)
        .order_by(func.max(PinFailure.at).desc())
    )
    found = []
    for caller, count, at in session.execute(recent):
        if last := _last(session, caller):
            most = gate.most_failures(caller)
            found.append(Failures(caller=masked(caller), call=last[1], count=count, most=most, failed_at=at))
    return found


def _last(session: Session, caller: str) -> tuple[PinFailure, str] | None:
    """A caller's last failure, and its call."""
    query = select(PinFailure, Call.sid).join(Call, Call.id == PinFailure.call_id).where(PinFailure.caller == caller)
    found = session.execute(query.order_by(PinFailure.at.desc(), PinFailure.id.desc()).limit(1)).one_or_none()
    return (found[0], found[1]) if found else None
