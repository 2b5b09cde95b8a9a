"""Rounds: what the clock goes and looks at by itself: shifts that begin, are over or lie ahead, gaps, and all that nobody reports.

A round is due at a moment and says itself when it is due again. Each is a job of its own, so that none keeps another. What it finds
becomes errands, each asked for once per matter, so a round that goes twice tells nobody twice. Whoever was told nothing while the
clock stood still is not told of what is long over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import ledger
from helpdesk import errands, gaps, look_ahead, recipients, swaps
from models import Audit, Round, Supporter, User
from models.local import from_local, to_local
from models.supporters import ShiftNotice
from models.values import ErrandKind, Flow, Role
from oncall import duty_hours, roster
from oncall.rota import Span

LOOKS: Final = "looks"
EARLY: Final = timedelta(hours=1)
OFTEN: Final = timedelta(minutes=15)
"""A plan that somebody changes is looked at again by then."""
LATE: Final = timedelta(minutes=30)
AROUND: Final = timedelta(days=1)
FORTNIGHT: Final = timedelta(days=14)
FRIDAY: Final = 5
MORNING: Final = time(9)
MOST_GAPS: Final = 20
STALE: Final = timedelta(hours=12)


def choose(session: Session, supporter_id: int, notice: ShiftNotice, *, week_ahead: bool, by: str, now: datetime) -> None:
    """How a supporter wants to be told of their shifts."""
    me = session.get_one(Supporter, supporter_id, with_for_update=True)
    if (me.shift_notice, me.week_ahead) != (notice, week_ahead):
        me.shift_notice, me.week_ahead = notice, week_ahead
        details = {"shift_notice": notice.value, "week_ahead": week_ahead}
        session.add(Audit(at=now, actor=by, action="supporter_notices_set", subject=f"supporter:{me.id}", details=details))


def go_due(session: Session, now: datetime, *, name: str) -> int:
    """Goes a round, if it is due; how much it did. One that never went is due at its next proper time. Scheduler's unit of work."""
    ledger.add_once(session, Round, unique="name", values={"name": name, "due_at": FIRST[name](now)})
    one = session.scalar(select(Round).where(Round.name == name, Round.due_at <= now).with_for_update(skip_locked=True))
    if one is None:
        return 0
    did, one.due_at = ROUNDS[name](session, one.due_at, now)
    return did


def _shifts(session: Session, _since: datetime, now: datetime) -> tuple[int, datetime]:
    """Who begins within an hour, and who has just ended; again when the next does, or a quarter of an hour later."""
    people = session.scalars(select(Supporter).where(Supporter.shift_notice != ShiftNotice.NONE).order_by(Supporter.id)).all()
    duty = _duty(session, Span(starts_at=now - AROUND, ends_at=now + AROUND)) if people else {}
    moments, asked = [now + OFTEN], 0
    for me in people:
        for one in duty.get(me.id, []):
            moments += [at for at in (one.starts_at - EARLY, one.ends_at) if at > now]
            if one.starts_at - EARLY <= now < one.starts_at:
                ends = _ends(session, me, one.starts_at, now=now)
                values = {"starts": one.starts_at.isoformat(), "ends": ends.isoformat()}
                asked += _tell(session, me, values, notice="shift_begins", key=f"shift:{one.starts_at.isoformat()}", now=now)
            elif one.ends_at <= now < one.ends_at + LATE:
                values = {"ends": one.ends_at.isoformat()}
                asked += _tell(session, me, values, notice="shift_over", key=f"shift_over:{one.ends_at.isoformat()}", now=now)
    return asked, min(moments)


def _week(session: Session, since: datetime, now: datetime) -> tuple[int, datetime]:
    """On Friday morning: a fortnight's shifts for whoever wants that, each line's gaps of eight weeks for administrators."""
    if now - since > STALE:
        return 0, _next_friday(now)
    key, asked = f"week:{to_local(now):%G-%V}", 0
    people = session.scalars(select(Supporter).where(Supporter.week_ahead).order_by(Supporter.id)).all()
    around = Span(starts_at=now - roster.AHEAD, ends_at=now + FORTNIGHT + roster.AHEAD)  # each shift from its beginning to its end
    duty = _duty(session, around) if people else {}
    for me in people:
        mine = [one for one in duty.get(me.id, []) if one.ends_at > now and one.starts_at < now + FORTNIGHT]
        asked += _write(session, me, {"shifts": gaps.plain(mine)}, notice="week_ahead", key=key, now=now)
    chiefs = select(User.id).where(User.role == Role.ADMINISTRATOR, User.ended_at.is_(None)).order_by(User.id)
    to = [recipients.user(number) for number in session.scalars(chiefs)]
    for line, found in gaps.of_lines(session, Span(starts_at=now, ends_at=now + roster.AHEAD)):
        if found:
            values = {"line": line.name, "gaps": gaps.plain(found[:MOST_GAPS])}
            errands.notify(session, to, notice="gaps_ahead", values=values, key=f"{key}:{line.number}", now=now)
            asked += len(to)
    return asked, _next_friday(now)


def _swaps(session: Session, _since: datetime, now: datetime) -> tuple[int, datetime]:
    """Requests that nobody answered before a shift began are open no more."""
    swaps.lapse(session, now=now)
    return 0, now + OFTEN


def _looks(session: Session, _since: datetime, now: datetime) -> tuple[int, datetime]:
    """Matters that nobody reports, every five minutes; one look."""
    look_ahead.look(session, now=now)
    return 1, now + look_ahead.EVERY


def _duty(session: Session, during: Span) -> Mapping[int, list[Span]]:
    """When each is on duty, on whatever line; what goes on without a break is one."""
    found: dict[int, list[Span]] = {}
    for line in Flow:
        for one in roster.stretches(session, during, line=line):
            found.setdefault(one.duty.supporter, []).append(one.span)
    return {number: duty_hours.blocks(spans) for number, spans in found.items()}


def _ends(session: Session, me: Supporter, starts_at: datetime, *, now: datetime) -> datetime:
    """When the duty that begins then is over, as far as one looks ahead."""
    coming = _duty(session, Span(starts_at=now, ends_at=now + roster.AHEAD))
    return next(one.ends_at for one in coming[me.id] if starts_at in one)


def _tell(session: Session, me: Supporter, values: dict[str, Any], *, notice: str, key: str, now: datetime) -> int:
    if me.shift_notice is ShiftNotice.MAIL:
        return _write(session, me, values, notice=notice, key=key, now=now)
    to = recipients.supporter(me.id)
    errands.ask(session, ErrandKind.TEXT, f"{key}:{to}:text", {"to": to, "notice": notice, "values": values}, now=now)
    return 1


def _write(session: Session, me: Supporter, values: dict[str, Any], *, notice: str, key: str, now: datetime) -> int:
    """A letter to the log-in of a supporter, which has an address for certain."""
    log_in = session.scalar(select(User.id).where(User.supporter_id == me.id, User.ended_at.is_(None)))
    if log_in is None:
        return 0
    errands.notify(session, [recipients.user(log_in)], notice=notice, values=values, key=key, now=now)
    return 1


def _next_friday(now: datetime) -> datetime:
    """The next Friday morning behind now, local time."""
    local = to_local(now)
    day = local.date() + timedelta(days=(FRIDAY - local.isoweekday()) % 7)
    at = from_local(datetime.combine(day, MORNING))
    return at if at > now else from_local(datetime.combine(day + timedelta(days=7), MORNING))


def _at_once(now: datetime) -> datetime:
    return now


ROUNDS: Final[Mapping[str, Callable[[Session, datetime, datetime], tuple[int, datetime]]]] = {
    "shifts": _shifts,
    "week": _week,
    "swaps": _swaps,
    LOOKS: _looks,
}
FIRST: Final[Mapping[str, Callable[[datetime], datetime]]] = dict.fromkeys(ROUNDS, _at_once) | {"week": _next_friday}
