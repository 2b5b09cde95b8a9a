"""Absence and an outside rota, out of a calendar file: what would change is reckoned first, and only done when somebody says so.

What came in is known by its source and the event's own name in it: the same file again changes nothing, an event that was moved
moves, and one that vanished is taken away, but nothing that has begun. What was written otherwise is never touched.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk import line_hours
from helpdesk import rotas as publishing
from models import Audit, Shift, Supporter, User
from models.local import to_local
from models.values import Flow
from oncall import roster, rota, rota_file, rotas
from oncall.calendar_file import Occurrence
from oncall.plans import Plan, WrittenShift
from oncall.reading import Fault, Wrong
from oncall.rota import Span, span
from oncall.spans import meet

AHEAD: Final = timedelta(weeks=53)
A_MINUTE: Final = timedelta(minutes=1)


class Unmatched(Exception):
    """Events without exactly one supporter; the message names them all, and nothing was written."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"the calendar cannot be used: {'; '.join(map(str, faults))}")
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What an event comes to: whose it is, when, and of which tier where it is a shift."""

    key: str
    supporter: int
    span: Span
    tier: int | None = None


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What would change, and what comes of it in the coming eight weeks: `gaps` that were none before.

    `moved` stands with how it was before; `conflicts` are when somebody has duty otherwise. `names` are those of everybody in it.
    """

    added: Sequence[Entry]
    moved: Sequence[tuple[Entry, Entry]]
    removed: Sequence[Entry]
    conflicts: Sequence[Entry]
    gaps: Sequence[Span]
    names: Mapping[int, str]

    @property
    def changes(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.added or self.moved or self.removed)


def absence(
    session: Session, found: Sequence[Occurrence], *, supporter: int, line: Flow, source: str, by: str, now: datetime, apply: bool
) -> Proposal:
    """One supporter's absence, in the rota of a line; applied it is a new version. Raises helpdesk.rotas.NoRota."""
    version = publishing.newest(session, line)
    content = deepcopy(version.content)
    ours = [one for one in content.get("absence", []) if (one.get("source"), one["supporter"]) == (source, supporter)]
    old = {str(one["uid"]): _read(one) for one in ours}
    new = {one.key: Entry(key=one.key, supporter=supporter, span=_minutes(one.span)) for one in found if one.span.ends_at > now}
    added, moved, removed = _compared(old, new, now=now)
    gone = {one.key for one in [*removed, *(after for _, after in moved)]}
    kept = [one for one in content.get("absence", []) if one not in ours or one["uid"] not in gone]
    content["absence"] = [*kept, *(_written(one, source) for one in [*added, *(after for _, after in moved)])]
    plan = rota_file.plan(content, [date.fromisoformat(day) for day in version.holidays])
    soon = Span(starts_at=now, ends_at=now + roster.AHEAD)
    duty = [one for one in roster.stretches(session, soon, line=line) if one.duty.supporter == supporter]
    comes = [*added, *(after for _, after in moved)]
    conflicts = [Entry(key="", supporter=supporter, span=one.span) for one in duty if meet(one.span, (a.span for a in comes))]
    gaps = _arising(session, soon, _gaps(session, plan, soon, line=line), line=line)
    told = _proposal(session, (added, moved, removed), conflicts, gaps)
    if apply and told.changes:
        publishing.changed(session, content, {"to": {"source": source}}, by=by, now=now)
        what = {"action": "absence_imported", "subject": f"supporter:{supporter}", "details": _counted(told, source)}
        session.add(Audit(at=now, actor=by, **what))
    return told


def shifts(
    session: Session, found: Sequence[Occurrence], *, tier: int, line: Flow, source: str, by: str, now: datetime, apply: bool
) -> Proposal:
    """An outside rota, as shifts beside our own. Raises Unmatched."""
    publishing.alone(session, line)
    new = {one.key: one for one in _whose(session, [one for one in found if one.span.ends_at > now], tier=tier)}
    rows = {
        str(one.uid): one
        for one in session.scalars(select(Shift).where(Shift.source == source, Shift.line == line, Shift.ends_at > now))
    }
    old = {key: one for key, one in ((key, _of_row(key, row)) for key, row in rows.items()) if not _is_over(one, new, now=now)}
    added, moved, removed = _compared(old, new, now=now)
    added = _left(session, added, line=line, source=source, now=now)
    begun = {key for key, one in old.items() if one.span.starts_at <= now}
    after_all = ((before, _begun(before, after) if before.key in begun else after) for before, after in moved)
    moved = [(before, after) for before, after in after_all if before != after]
    comes = [*added, *(after for _, after in moved)]
    soon = Span(starts_at=now, ends_at=now + roster.AHEAD)
    others = session.scalars(select(Shift).where(Shift.ends_at > now, Shift.source.is_distinct_from(source))).all()
    beside = [_of_row("", one) for one in others] + list(new.values())
    conflicts = [one for one in comes for other in beside if one != other and one.key != other.key and _clash(one, other)]
    plan = rotas.plan(session, rotas.in_force(session, line, now))
    gone = {rows[one.key].id for one in [*removed, *(before for before, _ in moved)]}
    extra = [_beside(0, one) for one in comes]
    gaps = _arising(session, soon, _gaps(session, plan, soon, line=line, without=gone, beside=extra), line=line)
    told = _proposal(session, (added, moved, removed), conflicts, gaps)
    if apply and told.changes:
        _carry_out(session, told, rows, line=line, source=source)
        what = {"action": "shifts_imported", "subject": f"line:{line.value}", "details": _counted(told, source)}
        session.add(Audit(at=now, actor=by, **what))
    return told


def _carry_out(session: Session, told: Proposal, rows: Mapping[str, Shift], *, line: Flow, source: str) -> None:
    for one in told.removed:
        session.delete(rows[one.key])
    for before, after in told.moved:
        for name, value in _columns(after).items():
            setattr(rows[before.key], name, value)
    bygone = Shift.uid.in_([one.key for one in told.added])  # what was, or runs, stays what it was; the event is another shift now
    session.execute(update(Shift).where(Shift.source == source, Shift.line == line, bygone).values(source=None, uid=None))
    session.add_all(Shift(source=source, uid=one.key, line=line, **_columns(one)) for one in told.added)
    session.flush()


def _columns(one: Entry) -> dict[str, Any]:
    return {"supporter_id": one.supporter, "tier": one.tier, "starts_at": one.span.starts_at, "ends_at": one.span.ends_at}


Changes = tuple[list[Entry], list[tuple[Entry, Entry]], list[Entry]]


def _compared(old: Mapping[str, Entry], new: Mapping[str, Entry], *, now: datetime) -> Changes:
    """What came, what moved, and what vanished of what has not begun."""
    added = [one for key, one in new.items() if key not in old]
    moved = [(old[key], one) for key, one in new.items() if key in old and old[key] != one]
    removed = [one for key, one in old.items() if key not in new and one.span.starts_at > now]
    return added, moved, removed


def _is_over(before: Entry, new: Mapping[str, Entry], *, now: datetime) -> bool:
    """Whether what runs goes on as it was, for its event is at another time now, and brings another shift."""
    after = new.get(before.key)
    return before.span.starts_at <= now and after is not None and not meet(before.span, [after.span])


def _left(session: Session, added: Sequence[Entry], *, line: Flow, source: str, now: datetime) -> list[Entry]:
    """What is over stays what it was: an event that has grown since brings only what comes behind it."""
    mine = select(Shift.uid, Shift.ends_at).where(Shift.source == source, Shift.line == line, Shift.ends_at <= now)
    over = dict(session.execute(mine.where(Shift.uid.in_([one.key for one in added]))).all())
    starts = {one.key: max(one.span.starts_at, over.get(one.key, one.span.starts_at)) for one in added}
    return [replace(one, span=Span(starts_at=starts[one.key], ends_at=one.span.ends_at)) for one in added]


def _begun(before: Entry, after: Entry) -> Entry:
    """What has begun keeps whose it is, its tier and its beginning; only its end can still move."""
    return replace(before, span=Span(starts_at=before.span.starts_at, ends_at=after.span.ends_at))


def _whose(session: Session, found: Sequence[Occurrence], *, tier: int) -> list[Entry]:
    """Each event with its supporter: by mail address of whoever attends, else by a name in its title. Raises Unmatched."""
    people = session.execute(select(Supporter.id, Supporter.name, Supporter.email, User.email).outerjoin(User)).all()
    by_mail = {mail.lower(): number for number, _, *mails in people for mail in mails if mail}
    names = {number: f" {' '.join(name.lower().split())} " for number, name, *_ in people}
    made, faults = [], []
    for one in found:
        meant = {by_mail[address] for address in one.addresses if address in by_mail}
        words = "".join(letter if letter.isalnum() or letter in "-." else " " for letter in one.title.lower())
        meant = meant or {number for number, name in names.items() if name in f" {' '.join(words.split())} "}
        if len(meant) == 1:
            made.append(Entry(key=one.key, supporter=meant.pop(), span=one.span, tier=tier))
        else:
            where = f"event {one.title!r} of {to_local(one.span.starts_at):%Y-%m-%d %H:%M}"
            faults.append(Fault(Wrong.NAMES_SEVERAL if meant else Wrong.NAMES_NOBODY, where=where))
    if faults:
        raise Unmatched(faults)
    return made


def _gaps(
    session: Session, plan: Plan, during: Span, *, line: Flow, without: Collection[int] = (), beside: Sequence[WrittenShift] = ()
) -> list[Span]:
    """When nobody would be on duty by a plan, `without` some of the written shifts, and with more `beside` them."""
    beside_it = select(Shift).where(Shift.line == line, Shift.starts_at < during.ends_at, Shift.ends_at > during.starts_at)
    written = [_beside(one.id, _of_row("", one)) for one in session.scalars(beside_it) if one.id not in without]
    return rota.gaps(replace(plan, shifts=(*written, *beside)), during)


def _arising(session: Session, soon: Span, after: Sequence[Span], *, line: Flow) -> list[Span]:
    before = line_hours.while_open(session, roster.gaps(session, soon, line=line), line=line)
    return [one for one in line_hours.while_open(session, after, line=line) if one not in before]


def _proposal(session: Session, changes: Changes, conflicts: Sequence[Entry], gaps: Sequence[Span]) -> Proposal:
    added, moved, removed = changes
    everybody = {one.supporter for one in [*added, *removed, *conflicts, *(one for pair in moved for one in pair)]}
    names = roster.names(session, everybody)
    return Proposal(added=added, moved=moved, removed=removed, conflicts=conflicts, gaps=gaps, names=names)


def _beside(number: int, one: Entry) -> WrittenShift:
    return WrittenShift(shift=number, supporter=one.supporter, tier=one.tier or 1, span=one.span)


def _of_row(key: str, row: Shift) -> Entry:
    return Entry(key=key, supporter=row.supporter_id, tier=row.tier, span=Span(starts_at=row.starts_at, ends_at=row.ends_at))


def _read(one: Mapping[str, Any]) -> Entry:
    start, end = (datetime.fromisoformat(one[side]) for side in ("from", "to"))
    return Entry(key=one["uid"], supporter=one["supporter"], span=span(start, end))


def _written(one: Entry, source: str) -> dict[str, Any]:
    start, end = (f"{to_local(at):%Y-%m-%dT%H:%M:%S}" for at in (one.span.starts_at, one.span.ends_at))
    return {"supporter": one.supporter, "from": start, "to": end, "source": source, "uid": one.key}


def _minutes(whole: Span) -> Span:
    """Whole minutes around a span, as a rota says them, and as it is read again."""
    end = whole.ends_at + (A_MINUTE if whole.ends_at.second or whole.ends_at.microsecond else timedelta(0))
    start, end = (to_local(at).replace(tzinfo=None, second=0, microsecond=0, fold=0) for at in (whole.starts_at, end))
    return span(start, end)


def _clash(one: Entry, other: Entry) -> bool:
    return one.supporter == other.supporter and meet(one.span, [other.span])


def _counted(told: Proposal, source: str) -> dict[str, Any]:
    return {"source": source, "added": len(told.added), "moved": len(told.moved), "removed": len(told.removed)}
