"""A talk that nears the end of what can be paid: its supporter is told five minutes and one minute before, an alarm says so (R11).

The end is the carrier's time limit, which is what could be paid when the call was rung, or the cut that a refused hold has set
(helpdesk.running_out), whichever comes first. Points bought meanwhile save a call from the cut; the carrier's limit stands.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session
from structlog.contextvars import bind_contextvars

from billing import meter, quarters
from helpdesk import alarms, errands, recipients
from helpdesk.alarms import Matter
from models import Call
from models.alarms import AlarmKind
from models.due import first_due

AHEAD: Final = (timedelta(minutes=5), timedelta(minutes=1))
MINUTE: Final = timedelta(minutes=1)
WARN_DUE: Final = first_due(Call.warn_at)


def next_at(call: Call, *, now: datetime) -> datetime | None:
    """When the supporter of a running call is to be told next; None where its points never end it, or all was told."""
    ends = ends_at(call)
    return None if ends is None else next((ends - ahead for ahead in AHEAD if ends - ahead > now), None)


def ends_at(call: Call) -> datetime | None:
    """When a running call ends because nobody can pay more; None where it does not, or only after the longest a call may last."""
    if call.accepted_at is None or call.time_limit is None or meter.floor(call) is None:
        return None
    limit = call.accepted_at + timedelta(seconds=call.time_limit) if call.time_limit < quarters.LONGEST_CALL else None
    if call.cut_at is None or call.cut_quarter is None:
        return limit
    cut = quarters.starts_at(meter.begins(call), call.cut_quarter)
    return cut if limit is None else min(cut, limit)


def warn_due(session: Session, now: datetime) -> int:
    """Warns the supporter of one call; how many it did. Scheduler's unit of work."""
    call = session.scalar(WARN_DUE, {"now": now})
    if call is None:
        return 0
    bind_contextvars(call=call.sid)
    ends = ends_at(call)
    if ends is not None and now < ends and not _is_saved(session, call):
        _warn(session, call, ends, now=now)
    call.warn_at = next_at(call, now=now)
    return 1


def _warn(session: Session, call: Call, ends: datetime, *, now: datetime) -> None:
    """Tells the supporter; and an alarm, unless points that came since would pay for more than the carrier's limit lets through."""
    told = {"company": call.customer.name if call.customer else "", "at": ends.isoformat()}
    to, values = [recipients.supporter(call.supporter_id or 0)], told | {"left": -((now - ends) // MINUTE)}
    more: dict[str, Any] = {"now": now, "call_id": call.id, "about": {"talk": call.id}}
    key = f"last-minutes:{call.id}:{call.warn_at}"
    if call.cut_at is None and meter.is_payable(session, call, (call.granted_quarters or 0) + 1):
        errands.notify(session, to, notice="last_minutes_of_limit", values=values, key=key, **more)
        return
    alarms.sound(session, Matter(kind=AlarmKind.POINTS, key=call.sid, notice="points_ending", told=told), now=now)
    errands.notify(session, to, notice="last_minutes", values=values, key=key, **more)


def _is_saved(session: Session, call: Call) -> bool:
    """Whether the quarter that could not be held can be paid after all: points were bought, or a parallel call gave some back."""
    return call.cut_at is not None and call.cut_quarter is not None and meter.is_payable(session, call, call.cut_quarter)
