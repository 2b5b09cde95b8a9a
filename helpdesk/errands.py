"""Errands: what must be done outside a call, written down in the call's own transaction and carried out by the clock.

An errand is claimed (and its claim committed) before anything is sent, so that two clocks never send one twice; what became of it
is written afterwards. A message that may have gone out is never sent again by itself: it is `undecided`, for a person to see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import ledger
from helpdesk.ports import PortFailed
from models import Errand, Supporter
from models.values import ErrandKind, ErrandState

LEASE: Final = timedelta(minutes=2)
BACK_OFF: Final = timedelta(seconds=15)
MOST_TRIES: Final = 8
ALARM: Final = "alarm"
UNDER_WAY: Final = "under way"


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """An errand that is ours to carry out now."""

    id: int
    kind: ErrandKind
    payload: dict[str, Any]
    tries: int


def ask(
    session: Session, kind: ErrandKind, key: str, payload: dict[str, Any], *, now: datetime, call_id: int | None = None
) -> None:
    """Asks for an errand once, known by `key`."""
    values = {
        "key": key,
        "kind": kind,
        "state": ErrandState.DUE,
        "payload": payload,
        "asked_at": now,
        "due_at": now,
        "tries": 0,
        "call_id": call_id,
    }
    ledger.add_once(session, Errand, unique="key", values=values)


def notify(
    session: Session,
    recipients: list[str],
    *,
    notice: str,
    values: dict[str, Any],
    key: str,
    now: datetime,
    call_id: int | None = None,
) -> None:
    """Asks for a text message and a letter to each recipient: "supporter:3", or ALARM for whoever is alarmed."""
    for recipient in recipients:
        payload = {"to": recipient, "notice": notice, "values": values}
        for kind in (ErrandKind.TEXT, ErrandKind.MAIL):
            if _reachable(session, recipient, kind):
                ask(session, kind, f"{key}:{recipient}:{kind.value}", payload, now=now, call_id=call_id)


def claim(session: Session, *, now: datetime) -> Claimed | None:
    """The errand that is due longest, made ours until LEASE has passed; None where nothing is due.

    A message whose carrier was killed while it was being sent is not sent again: nobody knows whether it went out.
    """
    due = select(Errand).where(Errand.due_at <= now).order_by(Errand.due_at, Errand.id).limit(1).with_for_update(skip_locked=True)
    while (errand := session.scalar(due)) is not None:
        errand.tries += 1
        claimed = Claimed(id=errand.id, kind=errand.kind, payload=errand.payload, tries=errand.tries)
        if errand.outcome != UNDER_WAY:
            errand.due_at, errand.outcome = now + LEASE, UNDER_WAY
            return claimed
        _close(session, claimed, ErrandState.UNDECIDED, "whoever carried it out was stopped on the way", now=None)
        session.flush()
    return None


def done(session: Session, claimed: Claimed, outcome: str, *, now: datetime) -> None:
    """It is done."""
    _close(session, claimed, ErrandState.DONE, outcome, now=now)


def kept(session: Session, claimed: Claimed, why: str) -> None:
    """Nothing is configured to send it with: it stays, visibly not sent."""
    _close(session, claimed, ErrandState.KEPT, why, now=None)


def failed(session: Session, claimed: Claimed, problem: PortFailed, *, now: datetime) -> None:
    """It did not work: tried again later, given up, or undecided where it may have worked."""
    if problem.undecided:
        _close(session, claimed, ErrandState.UNDECIDED, str(problem), now=None)
    elif problem.permanent or claimed.tries >= MOST_TRIES:
        _close(session, claimed, ErrandState.FAILED, str(problem), now=None)
    else:
        errand = session.get_one(Errand, claimed.id)
        errand.due_at = now + BACK_OFF * 2 ** (claimed.tries - 1)
        errand.outcome = str(problem)[:500]


def _close(session: Session, claimed: Claimed, state: ErrandState, outcome: str, *, now: datetime | None) -> None:
    errand = session.get_one(Errand, claimed.id)
    errand.state, errand.due_at, errand.done_at, errand.outcome = state, None, now, outcome[:500]


def _reachable(session: Session, recipient: str, kind: ErrandKind) -> bool:
    """A supporter always has a telephone, and perhaps a mail address; whoever is alarmed is known only when it is sent."""
    if recipient == ALARM:
        return kind is ErrandKind.MAIL
    return kind is ErrandKind.TEXT or session.get_one(Supporter, int(recipient.split(":")[1])).email is not None
