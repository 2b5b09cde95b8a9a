"""What people have to see to: prices, the next day's duty, the office's hours, messages that nobody knows the fate of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.doctor.findings import Finding, error, ok, warning
from app.doctor.installation import Installation
from billing import price_lists
from helpdesk import alarms, line_hours
from models import Errand, Line, Supporter
from models.local import to_local
from models.values import ErrandState, Flow, Language, masked
from oncall import opening, roster, telephones
from oncall.rota import Span
from web.words import N_

PRICED: Final = frozenset(flow for flow in Flow if flow.costs_points)
A_DAY: Final = timedelta(days=1)
REMEMBERED: Final = timedelta(days=7)


def check(house: Installation) -> Iterator[Finding]:
    """Prices, duty, the office line, messages and alarms, one after another."""
    each = {
        "prices": _prices,
        "duty": _duty,
        "telephones": _telephones,
        "office": _office,
        "messages": _messages,
        "alarms": _alarms,
    }
    for name, looks in each.items():
        unknown = house.unknown(name, [], needs_database=True)
        if unknown or house.database is None:
            yield from filter(None, [unknown])
            continue
        with house.database.reading() as session:
            yield from looks(session, house.now)


def _prices(session: Session, now: datetime) -> Iterator[Finding]:
    for flow in session.scalars(select(Line.flow).where(Line.flow.in_(PRICED)).distinct()):
        tariff = price_lists.in_force(session, flow, now)
        if tariff is None:
            told = N_("No price list is in force for the {flow} line: nobody is connected for points.")
            yield error("prices", told, cure=N_("doegnvagt prices publish FILE.toml"), flow=flow.value)
        else:
            told = N_("Price list {number} is in force for the {flow} line.")
            yield ok("prices", told, number=tariff.list_id, flow=flow.value)


def _duty(session: Session, now: datetime) -> Iterator[Finding]:
    """The round-the-clock line needs somebody at every moment; a house that has an office line alone has `_office`."""
    if set(session.scalars(select(Line.flow).distinct())) == {Flow.OFFICE}:
        return
    gaps = roster.gaps(session, Span(starts_at=now, ends_at=now + A_DAY))
    told = N_("Nobody is on duty from {start} to {end} ({hours} h {minutes} min).")
    cure = N_("doegnvagt shift add SUPPORTER --from LOCAL --to LOCAL")
    for gap in gaps:
        says = error if gap.starts_at <= now else warning
        hours, minutes = divmod((gap.ends_at - gap.starts_at) // timedelta(minutes=1), 60)
        start, end = _said(gap.starts_at), _said(gap.ends_at)
        yield says("duty", told, cure=cure, start=start, end=end, hours=hours, minutes=minutes)
    if not gaps:
        yield ok("duty", N_("Somebody is on duty at every moment of the next 24 hours."))


def _telephones(session: Session, _now: datetime) -> Iterator[Finding]:
    """Numbers of supporters that could not be rung when it was tried last."""
    marked = session.scalars(select(Supporter).where(Supporter.failing.is_not(None)).order_by(Supporter.id))
    found = [(them, one) for them in marked for one in telephones.failing(them)]
    told = N_("{number}, a telephone of supporter {supporter}, cannot be rung since {since}: {why}.")
    cure = N_("doegnvagt supporter ring SUPPORTER, or put the number right")
    for them, one in found:
        what = {"number": masked(one.number), "supporter": them.id, "since": _said(one.since), "why": one.why}
        yield warning("telephones", told, cure=cure, **what)
    if not found:
        yield ok("telephones", N_("Every telephone of a supporter could be rung when it was tried last."))


def _office(session: Session, now: datetime) -> Iterator[Finding]:
    """An office line needs hours, and somebody at work in them."""
    for line in session.scalars(select(Line).where(Line.flow == Flow.OFFICE).order_by(Line.id)):
        hours = line_hours.of_line(line)
        if hours is None:
            told = N_("The office line {number} has no opening hours: it is open day and night.")
            yield warning("office", told, cure=N_("doegnvagt line hours NUMBER FILE.toml"), number=line.number)
            continue
        gaps = roster.gaps(session, Span(starts_at=now, ends_at=now + A_DAY), line=Flow.OFFICE)
        alone = [part.starts_at for gap in gaps for part in opening.within(hours, gap)]
        for start in alone:
            told = N_("The office line {number} is open on {start}, and nobody is at work on it.")
            cure = N_("doegnvagt shift add SUPPORTER --line office --from LOCAL --to LOCAL")
            yield (error if start <= now else warning)("office", told, cure=cure, number=line.number, start=_said(start))
        if not alone:
            yield ok(
                "office",
                N_("Somebody is at work on the office line {number} whenever it is open in the next 24 hours."),
                number=line.number,
            )


def _messages(session: Session, now: datetime) -> Iterator[Finding]:
    recent = select(func.count()).select_from(Errand).where(Errand.due_at.is_(None), Errand.asked_at >= now - REMEMBERED)
    undecided = session.scalar(recent.where(Errand.state == ErrandState.UNDECIDED)) or 0
    failed = session.scalar(recent.where(Errand.state == ErrandState.FAILED)) or 0
    if undecided:
        yield _in_doubt(undecided)
    if failed:
        yield _given_up(failed)
    if not undecided and not failed:
        yield ok("messages", N_("No message of the last seven days is in doubt or given up."))


def _in_doubt(count: int) -> Finding:
    one = N_("Of one message of the last seven days nobody knows whether it went out.")
    several = N_("Of {count} messages of the last seven days nobody knows whether they went out.")
    cure = N_("doegnvagt errand list --state undecided, ask the recipient, doegnvagt errand resend ERRAND")
    return warning("messages", one if count == 1 else several, cure=cure, count=count)


def _given_up(count: int) -> Finding:
    one = N_("One message of the last seven days could not be sent and was given up.")
    several = N_("{count} messages of the last seven days could not be sent and were given up.")
    cure = N_("doegnvagt errand list --state failed, mend it, doegnvagt errand resend ERRAND")
    return warning("messages", one if count == 1 else several, cure=cure, count=count)


def _alarms(session: Session, _now: datetime) -> Iterator[Finding]:
    found = [one for one in alarms.opened(session, Language.ENGLISH) if one.acknowledged_at is None]
    cure = N_("doegnvagt alarms, see to it, doegnvagt alarms --acknowledge ALARM")
    for one in found:
        yield warning("alarms", N_("Alarm {number} is open: {subject}."), cure=cure, number=one.alarm, subject=one.subject)
    if not found:
        yield ok("alarms", N_("No alarm is open of which nobody knows."))


def _said(moment: datetime) -> str:
    return f"{to_local(moment):%Y-%m-%d %H:%M}"
