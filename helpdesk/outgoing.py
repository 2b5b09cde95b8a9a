"""A callback as a call: the supporter has picked up, and then the customer is rung (ADR 16).

Everything else about it is what it is of any call: quoted, accepted by key, bridged, charged, swept, linked to its case.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import callbacks, failing, silence
from helpdesk.callbacks import NoSuchCallback
from models import Call, Case, Leg, Person
from models.values import CallState
from oncall.chain import Candidate


def open_call(session: Session, callback_id: int, *, sid: str, now: datetime) -> Leg:
    """The supporter picked up: a call of the customer's person, and the supporter's leg. Raises NoSuchCallback."""
    callback = callbacks.locked(session, callback_id, sid)
    if callback.ended_at is not None or callback.call_id is not None:
        raise NoSuchCallback(f"callback {callback_id} is over")
    person, case = session.get_one(Person, callback.person_id), session.get_one(Case, callback.case_id)
    call = Call(
        sid=sid,
        line=callback.line,
        line_id=callback.line_id,
        is_outgoing=True,
        from_raw=callback.number,
        from_number=callback.number,
        language=person.language,
        state=CallState.ANSWERING,
        started_at=now,
        heard_at=now,
        sweep_at=now + silence.BEFORE_THE_BRIDGE,
        tell_at=now,
        person=person,
        person_id=person.id,
        customer=person.customer,
        customer_id=person.customer_id,
        case=case,
        case_id=case.id,
        callback=callback,
    )
    leg = Leg(call=call, sid=sid)
    session.add_all([call, leg])
    session.flush()
    callback.call_id, callback.picked_up_at, callback.due_at = call.id, now, None
    failing.works(session, callback.supporter, callback.phone, now=now)
    return leg


def whom(call: Call) -> Candidate:
    """For whom the customer is rung: the supporter of the callback, who is reserved meanwhile, on duty or not."""
    if call.callback is None:
        raise ValueError(f"call {call.sid} is no callback")
    return Candidate(supporter=call.callback.supporter_id)
