"""Swaps between supporters: one asks a colleague to take a shift over or to swap it for one of theirs, and the colleague answers.

What they agree on becomes a part of the rota as `[[swap]]` says it, and is reckoned with every other; so it follows a shift whose
hours are edited later. Whatever stands against it (helpdesk.swap_checks) is found when it is asked for, and anew when it is
answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from helpdesk import rotas as publishing
from helpdesk import swap_notices
from helpdesk.rotas import NoRota
from helpdesk.swap_checks import (
    Answered,
    AskedAlready,
    Begun,
    Change,
    HandedOn,
    Named,
    NoColleague,
    NoSuchSwap,
    NotTheirs,
    offered,
    resting,
    theirs,
    without_conflict,
)
from models import Audit, SwapRequest, User
from models.swaps import SwapState
from models.values import Flow
from oncall import roster
from oncall.held import Held
from oncall.rota_file import BadRota

KEPT: Final = timedelta(weeks=4)
"""How long one that is over stands in lists."""


def of_people(session: Session, *, now: datetime) -> dict[tuple[Flow, int], list[Held]]:
    """The shifts of the coming eight weeks that can be handed on, by line and supporter."""
    found: dict[tuple[Flow, int], list[Held]] = {}
    for line in Flow:
        for one in offered(session, line, now=now):
            found.setdefault((line, one.supporter), []).append(one)
    return found


def colleagues(session: Session, supporter_id: int) -> Mapping[int, str]:
    """Who can be asked: every other supporter who can log in, by name."""
    others = select(User.supporter_id).where(User.ended_at.is_(None), User.supporter_id != supporter_id)
    names = roster.names(session, {one for one in session.scalars(others) if one is not None})
    return dict(sorted(names.items(), key=lambda one: (one[1], one[0])))


def listed(session: Session, *, now: datetime, supporter: int | None = None) -> Sequence[SwapRequest]:
    """Requests about shifts that are not long over, the newest first; of one supporter, those that they made or have to answer."""
    about = select(SwapRequest).where(or_(SwapRequest.ends_at > now - KEPT, SwapRequest.return_ends_at > now - KEPT))
    if supporter is not None:
        about = about.where(or_(SwapRequest.supporter_id == supporter, SwapRequest.colleague_id == supporter))
    return session.scalars(about.order_by(SwapRequest.id.desc())).all()


def first_of(one: SwapRequest) -> datetime:
    """When the first of its shifts begins: until then it can be answered and undone."""
    return min(one.starts_at, one.return_starts_at or one.starts_at)


def ask(session: Session, shift: Named, *, of: int, colleague: int, back: Named | None, by: str, now: datetime) -> SwapRequest:
    """A supporter (`of`) asks a colleague to take a shift over, or to swap it for their shift `back`. Raises SwapRefused."""
    if colleague not in colleagues(session, of):
        raise NoColleague(str(colleague))
    _alone(session, shift.line)
    gives, gets = _agreed_on(session, (shift, back), of, colleague, now=now)
    same = (SwapRequest.line == shift.line, SwapRequest.layer == gives.layer, SwapRequest.starts == _text(gives))
    if session.scalar(select(SwapRequest.id).where(*same, SwapRequest.state == SwapState.ASKED)) is not None:
        raise AskedAlready(gives.layer)
    made = SwapRequest(
        line=shift.line,
        state=SwapState.ASKED,
        supporter_id=of,
        colleague_id=colleague,
        asked_at=now,
        **_columns(gives),
        **(_columns(gets, "return_") if gets else {}),
    )
    session.add(made)
    session.flush()
    session.refresh(made)
    _note(session, made, "swap_asked", by=by, now=now)
    swap_notices.asked(session, made, now=now)
    return made


def agree(session: Session, number: int, *, colleague: int, by: str, now: datetime) -> SwapRequest:
    """The colleague says yes: from now on it is a part of the rota. Raises SwapRefused."""
    found = _open(session, number, colleague=colleague)
    if first_of(found) <= now:
        raise Begun(str(number))
    content = _alone(session, found.line)
    gives, gets = _agreed_on(session, _names(found), found.supporter_id, colleague, now=now)
    as_now = _columns(gives) | (_columns(gets, "return_") if gets else {})
    if any(getattr(found, name) != value for name, value in as_now.items()):
        raise NotTheirs(found.layer)
    said = _said(found)
    try:
        published = publishing.changed(
            session, {**content, "swap": [*content.get("swap", []), said]}, {"to": {"swap": said}}, by=by, now=now
        )
    except BadRota as bad:  # A shift that begins in the hour that is jumped over cannot be named.
        raise NotTheirs(found.layer) from bad
    found.rota_id = published.rota
    found.state, found.answered_at, found.answered_by = SwapState.AGREED, now, by
    _note(session, found, "swap_agreed", by=by, now=now)
    swap_notices.agreed(session, found, now=now)
    return found


def decline(session: Session, number: int, *, colleague: int, by: str, now: datetime) -> None:
    """The colleague says no. Raises SwapRefused."""
    found = _open(session, number, colleague=colleague)
    found.state, found.answered_at, found.answered_by = SwapState.DECLINED, now, by
    _note(session, found, "swap_declined", by=by, now=now)
    swap_notices.declined(session, found, now=now)


def withdraw(session: Session, number: int, *, supporter: int, by: str, now: datetime) -> None:
    """Whoever asked has thought better of it. Raises SwapRefused."""
    found = _open(session, number, supporter=supporter)
    found.state, found.answered_at, found.answered_by = SwapState.WITHDRAWN, now, by
    _note(session, found, "swap_withdrawn", by=by, now=now)
    swap_notices.withdrawn(session, found, now=now)


def undo(session: Session, number: int, *, by: str, now: datetime) -> None:
    """An administrator takes an agreed one out of the rota again, before either shift begins. Raises SwapRefused.

    One whose shift was handed on since stays: whoever has it now was told of their own swap alone.
    """
    found = session.get(SwapRequest, number, with_for_update={"of": SwapRequest})
    if found is None:
        raise NoSuchSwap(str(number))
    if found.state is not SwapState.AGREED:
        raise Answered(str(number))
    if first_of(found) <= now:
        raise Begun(str(number))
    content, said = _alone(session, found.line), _said(found)
    swaps = list(content.get("swap", []))
    if said in swaps:
        del swaps[-1 - swaps[::-1].index(said)]  # What went to and fro and away again stands there twice.
        rested = resting(session, found.line)
        publishing.changed(session, {**content, "swap": swaps}, {"from": {"swap": said}}, by=by, now=now)
        if _is_repeated(session, found) or resting(session, found.line) - rested:
            raise HandedOn(str(number))
    found.state, found.answered_at, found.answered_by = SwapState.UNDONE, now, by
    _note(session, found, "swap_undone", by=by, now=now)
    swap_notices.undone(session, found, now=now)


def lapse(session: Session, *, now: datetime) -> None:
    """Nobody answered before one of the shifts began: whoever asked is told so."""
    unanswered = select(SwapRequest).where(
        SwapRequest.state == SwapState.ASKED, or_(SwapRequest.starts_at <= now, SwapRequest.return_starts_at <= now)
    )
    for one in session.scalars(unanswered.with_for_update(of=SwapRequest, skip_locked=True)).all():
        one.state, one.answered_at, one.answered_by = SwapState.LAPSED, now, "clock"
        swap_notices.lapsed(session, one, now=now)


def _alone(session: Session, line: Flow) -> dict[str, Any]:
    """What the newest rota says; whoever else is at it waits for this transaction. Raises NotTheirs where there is none."""
    try:
        return publishing.newest(session, line).content
    except NoRota as none:
        raise NotTheirs(line.value) from none


def _agreed_on(
    session: Session, named: tuple[Named, Named | None], of: int, colleague: int, *, now: datetime
) -> tuple[Held, Held | None]:
    """The shift that is given, and the one in return, as they are now and without anything against it. Raises SwapRefused."""
    shift, back = named
    gives = theirs(session, shift, of, now=now)
    gets = theirs(session, back, colleague, now=now) if back else None
    for change in (Change(supporter=of, gives=gives, gets=gets), Change(supporter=colleague, gives=gets, gets=gives)):
        without_conflict(session, shift.line, change)
    return gives, gets


def _open(session: Session, number: int, **who: int) -> SwapRequest:
    """The request of that number which is theirs. Whoever else answers it waits, and finds it answered. Raises SwapRefused."""
    found = session.get(SwapRequest, number, with_for_update={"of": SwapRequest})
    if found is None or any(getattr(found, f"{role}_id") != supporter for role, supporter in who.items()):
        raise NoSuchSwap(str(number))
    if found.state is not SwapState.ASKED:
        raise Answered(str(number))
    return found


def _names(found: SwapRequest) -> tuple[Named, Named | None]:
    shift = Named(line=found.line, layer=found.layer, starts=datetime.fromisoformat(found.starts))
    if found.return_layer is None or found.return_starts is None:
        return shift, None
    return shift, Named(line=found.line, layer=found.return_layer, starts=datetime.fromisoformat(found.return_starts))


def _said(found: SwapRequest) -> dict[str, Any]:
    """As the file of a rota says it."""
    first = {"layer": found.layer, "starts": found.starts, "supporter": found.supporter_id}
    if found.return_layer is None:
        return {"first": first, "taker": found.colleague_id}
    return {"first": first, "second": {"layer": found.return_layer, "starts": found.return_starts, "supporter": found.colleague_id}}


def _is_repeated(session: Session, found: SwapRequest) -> bool:
    """Whether the same was agreed again since: the shift came back meanwhile, and was handed on once more."""
    same = {name: getattr(found, name) for name in ("line", "supporter_id", "colleague_id", "layer", "starts")}
    same |= {name: getattr(found, name) for name in ("return_layer", "return_starts")}
    later = select(SwapRequest.id).filter_by(state=SwapState.AGREED, **same).where(SwapRequest.id > found.id)
    return session.scalar(later.limit(1)) is not None


def _columns(shift: Held, which: str = "") -> dict[str, Any]:
    """As a request keeps a shift."""
    span = {f"{which}starts_at": shift.span.starts_at, f"{which}ends_at": shift.span.ends_at}
    return {f"{which}layer": shift.layer, f"{which}starts": _text(shift), **span}


def _text(shift: Held) -> str:
    return f"{shift.starts:%Y-%m-%dT%H:%M:%S}"


def _note(session: Session, one: SwapRequest, action: str, *, by: str, now: datetime) -> None:
    back = one.return_starts_at.isoformat() if one.return_starts_at else None
    people = {"supporter": one.supporter_id, "colleague": one.colleague_id}
    details = {"line": one.line.value, **people, "shift": one.starts_at.isoformat(), "return": back}
    session.add(Audit(at=now, actor=by, action=action, subject=f"swap:{one.id}", details=details))
