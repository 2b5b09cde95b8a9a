"""Who is told of a swap that is asked for, answered, withdrawn, lapsed or undone: by text message, and by letter to an address."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk import errands, recipients
from models import SwapRequest

Shifts = list[list[str]]


def asked(session: Session, one: SwapRequest, *, now: datetime) -> None:
    """The colleague, what they would get and give."""
    given, back = _shifts(one)
    values = {"name": one.supporter.name, "gets": given}
    if back:
        _tell(session, one, one.colleague_id, notice="swap_asked", values=values | {"gives": back}, now=now, about={"swap": one.id})
    else:
        _tell(session, one, one.colleague_id, notice="takeover_asked", values=values, now=now, about={"swap": one.id})


def agreed(session: Session, one: SwapRequest, *, now: datetime) -> None:
    """Whoever asked: it is as they wished."""
    given, back = _shifts(one)
    values = {"name": one.colleague.name, "gives": given}
    if back:
        _tell(session, one, one.supporter_id, notice="swap_agreed", values=values | {"gets": back}, now=now)
    else:
        _tell(session, one, one.supporter_id, notice="takeover_agreed", values=values, now=now)


def declined(session: Session, one: SwapRequest, *, now: datetime) -> None:
    """Whoever asked: the shift is still theirs."""
    values = {"name": one.colleague.name, "shift": _shifts(one)[0]}
    _tell(session, one, one.supporter_id, notice="swap_declined", values=values, now=now)


def withdrawn(session: Session, one: SwapRequest, *, now: datetime) -> None:
    """The colleague: there is nothing to answer any more."""
    values = {"name": one.supporter.name, "shift": _shifts(one)[0]}
    _tell(session, one, one.colleague_id, notice="swap_withdrawn", values=values, now=now)


def lapsed(session: Session, one: SwapRequest, *, now: datetime) -> None:
    """Whoever asked: nobody answered, and the shift is still theirs, unless it is long over."""
    if one.ends_at > now:
        values = {"name": one.colleague.name, "shift": _shifts(one)[0]}
        _tell(session, one, one.supporter_id, notice="swap_lapsed", values=values, now=now)


def undone(session: Session, one: SwapRequest, *, now: datetime) -> None:
    """Both: each has again what was theirs."""
    given, back = _shifts(one)
    if not back:
        values = {"name": one.colleague.name, "again": given}
        _tell(session, one, one.supporter_id, notice="takeover_undone", values=values, now=now)
        values = {"name": one.supporter.name, "gone": given}
        _tell(session, one, one.colleague_id, notice="takeover_over", values=values, now=now)
        return
    for supporter, other, again, no_more in (
        (one.supporter_id, one.colleague, given, back),
        (one.colleague_id, one.supporter, back, given),
    ):
        values = {"name": other.name, "again": again, "gone": no_more}
        _tell(session, one, supporter, notice="swap_undone", values=values, now=now)


def _shifts(one: SwapRequest) -> tuple[Shifts, Shifts]:
    """The shift that is given, and the one in return, as notices take them; nothing in return is no shift."""
    given = [[one.starts_at.isoformat(), one.ends_at.isoformat()]]
    if one.return_starts_at is None or one.return_ends_at is None:
        return given, []
    return given, [[one.return_starts_at.isoformat(), one.return_ends_at.isoformat()]]


def _tell(
    session: Session,
    one: SwapRequest,
    to: int,
    *,
    notice: str,
    values: dict[str, Any],
    now: datetime,
    about: dict[str, int] | None = None,
) -> None:
    key = f"swap:{one.id}:{one.state.value}"
    errands.notify(session, [recipients.supporter(to)], notice=notice, values=values, key=key, now=now, about=about)
