"""What people have to see to: the prices of each line, the next day's duty, messages that nobody knows the fate of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.doctor.findings import Finding, error, ok, warning
from app.doctor.installation import Installation
from billing import price_lists
from models import Errand, Line
from models.local import to_local
from models.values import ErrandState, Flow
from oncall import roster
from oncall.rota import Span

PRICED: Final = frozenset({Flow.SUPPORT})
A_DAY: Final = timedelta(days=1)
REMEMBERED: Final = timedelta(days=7)


def check(house: Installation) -> Iterator[Finding]:
    """Prices, duty and messages, one after another."""
    for name, looks in {"prices": _prices, "duty": _duty, "messages": _messages}.items():
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
            told = f"No price list is in force for the {flow.value} line: nobody is connected for points."
            yield error("prices", told, cure="doegnvagt prices publish FILE.toml")
        else:
            yield ok("prices", f"Price list {tariff.list_id} is in force for the {flow.value} line.")


def _duty(session: Session, now: datetime) -> Iterator[Finding]:
    gaps = roster.gaps(session, Span(starts_at=now, ends_at=now + A_DAY))
    cure = "doegnvagt shift add SUPPORTER --from LOCAL --to LOCAL"
    for gap in gaps:
        told = f"Nobody is on duty from {_said(gap.starts_at)} to {_said(gap.ends_at)} ({_long(gap)})."
        yield error("duty", told, cure=cure) if gap.starts_at <= now else warning("duty", told, cure=cure)
    if not gaps:
        yield ok("duty", "Somebody is on duty at every moment of the next 24 hours.")


def _messages(session: Session, now: datetime) -> Iterator[Finding]:
    recent = select(func.count()).select_from(Errand).where(Errand.due_at.is_(None), Errand.asked_at >= now - REMEMBERED)
    undecided = session.scalar(recent.where(Errand.state == ErrandState.UNDECIDED)) or 0
    failed = session.scalar(recent.where(Errand.state == ErrandState.FAILED)) or 0
    if undecided:
        told = f"Of {undecided} {_messages_of_a_week(undecided)} nobody knows whether it went out."
        yield warning(
            "messages", told, cure="doegnvagt errand list --state undecided, ask the recipient, doegnvagt errand resend ERRAND"
        )
    if failed:
        told = f"{failed} {_messages_of_a_week(failed)} could not be sent and {'were' if failed > 1 else 'was'} given up."
        yield warning("messages", told, cure="doegnvagt errand list --state failed, mend it, doegnvagt errand resend ERRAND")
    if not undecided and not failed:
        yield ok("messages", "No message of the last seven days is in doubt or given up.")


def _messages_of_a_week(count: int) -> str:
    return f"message{'s' if count > 1 else ''} of the last seven days"


def _said(moment: datetime) -> str:
    return f"{to_local(moment):%Y-%m-%d %H:%M}"


def _long(gap: Span) -> str:
    minutes = (gap.ends_at - gap.starts_at) // timedelta(minutes=1)
    return f"{minutes // 60} h {minutes % 60} min"
