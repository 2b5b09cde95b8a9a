"""A person's PIN card: what somebody at night needs on paper, when no screen works. Making one is a look at the PIN (R2)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import line_hours, persons
from helpdesk.persons import Look
from helpdesk.pins import PinKeys
from models import Line, Person
from models.values import Flow, Language
from oncall.opening import OpeningHours

ROUND_THE_CLOCK: Final = "+4563186363"
OFFICE: Final = "+4563186318"


@dataclass(frozen=True, kw_only=True)
class PinCard:
    """What stands on the card. `line` takes the PIN round the clock, `office` answers in its `hours`; both numbers E.164."""

    name: str
    company: str
    language: Language
    line: str
    office: str
    hours: OpeningHours | None
    made_at: datetime
    pin: str | None = field(default=None, repr=False)


def blank(session: Session, person: Person, *, now: datetime) -> PinCard:
    """The card without its PIN, to look at beforehand."""
    office = _number(session, Flow.OFFICE) or OFFICE
    return PinCard(
        name=person.name,
        company=person.customer.name,
        language=person.language,
        line=_number(session, Flow.SUPPORT) or ROUND_THE_CLOCK,
        office=office,
        hours=line_hours.of(session, office),
        made_at=now,
    )


def made(session: Session, person: Person, *, keys: PinKeys, actor: str, now: datetime) -> PinCard:
    """The card. Raises helpdesk.customers.PersonLeft, helpdesk.pins.KeyGone."""
    pin = persons.look_at_pin(session, person, Look.CARD, keys=keys, actor=actor, now=now)
    return replace(blank(session, person, now=now), pin=pin)


def _number(session: Session, flow: Flow) -> str | None:
    """The number of the first line of that kind that there is."""
    return session.scalar(select(Line.number).where(Line.flow == flow).order_by(Line.id).limit(1))
