"""Calls that were talked, and reports of their end that come late; what the letters about them say."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

from sqlalchemy import select

from helpdesk.reports import Reported, record
from models import Call
from models.values import ReportKind
from tests.house import ACaller, ASupporter, House


def settles(house: House) -> None:
    """What was told of the end has arrived; the clock does what is due, and texts are delivered."""
    for seconds in (1, 5, 5):
        house.forward(seconds=seconds)


def talks(house: House, caller: ACaller, anna: ASupporter, *, seconds: int = 1025) -> str:
    """A call of so many seconds, over for a little while; the minute in which the talk began."""
    sid = house.connects(caller, anna)
    began = house.ask(lambda call: call.accepted_at, sid)
    house.forward(seconds=seconds)
    house.phone(caller).hangs_up()
    settles(house)
    assert began is not None
    return f"{began:%M}"


def ended_earlier(house: House, caller: ACaller, *, after: int) -> None:
    """A late report says that the caller left so many seconds behind the acceptance."""
    sid = house.sid(caller)
    with house.database.writing() as session:
        call = session.scalars(select(Call).where(Call.sid == sid)).one()
        assert call.accepted_at is not None
        at = call.accepted_at + timedelta(seconds=after)
        late = Reported(kind=ReportKind.STATUS, sid=sid, payload={"CallStatus": "completed"}, happened_at=at)
        record(session, call, late, now=house.now)
    settles(house)


def written(one: EmailMessage) -> str:
    """A letter in the form of a text message: the subject, then what it says."""
    return f"{one['Subject']}\n{one.get_content().strip()}"
