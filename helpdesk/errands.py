"""Errands: what must be done outside a call, written down in the call's own transaction and carried out by the clock.

An errand is claimed (and its claim committed) before anything is sent, so that two clocks never send one twice; what became of it
is written afterwards. A message that may have gone out is never sent again by itself (pitfall C6). It is `undecided`: a text
message is looked up at the provider, and three times more; what is not found there, and every letter, waits for a person.

    due ──── claim ──── done · kept · failed
     ↑  tried again ──┘    └── undecided ── looked up ── done
     └────────────────── a person sends it again (helpdesk.resending)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from billing import ledger
from helpdesk import recipients
from helpdesk.ports import PortFailed
from models import Errand
from models.values import ErrandKind, ErrandState, masked_within

# Longer than the longest that carrying one out may take, time-outs included: whoever holds it still then was stopped.
LEASE: Final[Mapping[ErrandKind, timedelta]] = {
    ErrandKind.TEXT: timedelta(minutes=2),
    ErrandKind.MAIL: timedelta(minutes=5),
}
ANY: Final = tuple(ErrandKind)
AT_ONCE: Final = timedelta(0)
BACK_OFF: Final = timedelta(seconds=15)
MOST_TRIES: Final = 8
LOOK_AGAIN: Final = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
LONGEST_DOUBT: Final = timedelta(days=1)
LONGEST_OUTCOME: Final = 500
ALARM: Final = recipients.ALARM
UNDER_WAY: Final = "under way"
STOPPED: Final = "whoever carried it out was stopped on the way"
NEXT: Final = (
    select(Errand)
    .where(Errand.due_at <= bindparam("now"), Errand.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(Errand.due_at, Errand.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
IN_HAND: Final = select(Errand).where(Errand.id == bindparam("errand")).with_for_update().execution_options(populate_existing=True)


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """An errand that is ours to carry out now; one `in_doubt` is not to be sent, only looked up."""

    id: int
    key: str
    kind: ErrandKind
    payload: dict[str, Any]
    asked_at: datetime
    tries: int
    in_doubt: bool


def ask(
    session: Session,
    kind: ErrandKind,
    key: str,
    payload: dict[str, Any],
    *,
    now: datetime,
    call_id: int | None = None,
    wait: timedelta = AT_ONCE,
) -> None:
    """Asks for an errand once, known by `key`, to be carried out when `wait` has passed."""
    values = {
        "key": key,
        "kind": kind,
        "state": ErrandState.DUE,
        "payload": payload,
        "asked_at": now,
        "due_at": now + wait,
        "tries": 0,
        "call_id": call_id,
    }
    ledger.add_once(session, Errand, unique="key", values=values)


def notify(
    session: Session,
    to: list[str],
    *,
    notice: str,
    values: dict[str, Any],
    key: str,
    now: datetime,
    call_id: int | None = None,
    about: dict[str, Any] | None = None,
    wait: timedelta = AT_ONCE,
) -> None:
    """Asks for a message to each recipient (helpdesk.recipients), in every way that reaches them: text message and letter.

    `about` says whether it is still wanted when it is sent: `task` (not once that is taken), `version` (not once it was
    replaced), `talk` (not once that call is over), `swap` (not once it is asked for no more).
    """
    for recipient in to:
        payload = {"to": recipient, "notice": notice, "values": values, **(about or {})}
        for kind in recipients.ways(session, recipient):
            ask(session, kind, f"{key}:{recipient}:{kind.value}", payload, now=now, call_id=call_id, wait=wait)


def claim(session: Session, *, now: datetime, kinds: Collection[ErrandKind] = ANY) -> Claimed | None:
    """The errand of these kinds that is due longest, made ours until its lease has passed; None where nothing is due.

    A message whose carrier was killed with it in hand is not sent again: nobody knows whether it went out.
    """
    errand = session.scalar(NEXT, {"now": now, "kinds": list(kinds)})
    if errand is None:
        return None
    if errand.state is ErrandState.DUE and errand.outcome == UNDER_WAY:
        _doubt(errand, STOPPED, now=now)
    errand.tries += 1
    errand.due_at, errand.outcome = now + LEASE[errand.kind], UNDER_WAY
    return Claimed(
        id=errand.id,
        key=errand.key,
        kind=errand.kind,
        payload=errand.payload,
        asked_at=asked_at(errand),
        tries=errand.tries,
        in_doubt=errand.state is ErrandState.UNDECIDED,
    )


def asked_at(errand: Errand) -> datetime:
    """When it was asked for, the last time: what went out before that is another message."""
    again = errand.payload.get("asked_again_at")
    return datetime.fromisoformat(again) if again else errand.asked_at


def done(session: Session, claimed: Claimed, outcome: str, *, now: datetime) -> None:
    """It is done, whatever anybody else thought of it meanwhile."""
    errand = session.scalars(IN_HAND, {"errand": claimed.id}).one()
    errand.done_at = now
    _end(errand, ErrandState.DONE, outcome)


def kept(session: Session, claimed: Claimed, why: str) -> None:
    """Nothing is configured to send it with: it stays, visibly not sent; or undecided, where nothing is to look it up with."""
    if errand := _ours(session, claimed):
        _end(errand, ErrandState.UNDECIDED if claimed.in_doubt else ErrandState.KEPT, why)


def failed(session: Session, claimed: Claimed, problem: PortFailed, *, now: datetime, findable: bool = False) -> None:
    """It did not work: tried again later, given up, or undecided where it may have worked.

    `findable` says whether the provider can be asked for it; while that does not work it is asked again, less and less, for a day.
    """
    errand = _ours(session, claimed)
    if errand is None:
        return
    why = masked_within(str(problem))
    if claimed.in_doubt or problem.undecided:
        _undecided(errand, why, now=now, again=findable and not (claimed.in_doubt and problem.permanent))
    elif problem.permanent or claimed.tries >= MOST_TRIES:
        _end(errand, ErrandState.FAILED, why)
    else:
        errand.due_at = now + BACK_OFF * 2 ** (claimed.tries - 1)
        errand.outcome = why[:LONGEST_OUTCOME]


def not_found(session: Session, claimed: Claimed, *, now: datetime) -> None:
    """The provider does not know of it, yet: it is looked up again, three times; then it waits for a person."""
    errand = _ours(session, claimed)
    if errand is None:
        return
    doubt = errand.payload["doubt"]
    looks = doubt["looks"]
    errand.payload = {**errand.payload, "doubt": {**doubt, "looks": looks + 1}}
    if looks < len(LOOK_AGAIN):
        errand.due_at = now + LOOK_AGAIN[looks]
        errand.outcome = f"{doubt['why']}; not found at the provider yet"[:LONGEST_OUTCOME]
    else:
        _end(errand, ErrandState.UNDECIDED, f"{doubt['why']}; not found at the provider")


def _undecided(errand: Errand, why: str, *, now: datetime, again: bool) -> None:
    _doubt(errand, why, now=now)
    since = datetime.fromisoformat(errand.payload["doubt"]["at"])
    errand.outcome = why[:LONGEST_OUTCOME]
    errand.due_at = now + max(BACK_OFF, now - since) if again and now - since < LONGEST_DOUBT else None


def _doubt(errand: Errand, why: str, *, now: datetime) -> None:
    """From now on it may have gone out. Why, and since when, stays what it was at first."""
    errand.state = ErrandState.UNDECIDED
    if "doubt" not in errand.payload:
        errand.payload = {**errand.payload, "doubt": {"at": now.isoformat(), "why": why[:LONGEST_OUTCOME], "looks": 0}}


def _end(errand: Errand, state: ErrandState, outcome: str) -> None:
    errand.state, errand.due_at, errand.outcome = state, None, outcome[:LONGEST_OUTCOME]


def _ours(session: Session, claimed: Claimed) -> Errand | None:
    """The errand, unless our lease passed and somebody else had it since: then what they found out stands."""
    errand = session.scalars(IN_HAND, {"errand": claimed.id}).one()
    return errand if errand.tries == claimed.tries and errand.outcome == UNDER_WAY else None
