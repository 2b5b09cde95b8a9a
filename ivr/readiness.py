"""A test of a supporter's telephone, turn by turn: the steps, prompts and stored answers of the switchboard, without a call.

There is no call to lock, no story to gather, and no effect that somebody quicker may have made impossible. What is left of a turn:
one that was answered before is answered the same, byte for byte (R19); a step judges what was heard; its answer is written down.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import readiness
from helpdesk.readiness import NoSuchTest
from ivr import addresses, gather, hearing, steps, traces, turns, twiml
from ivr.flows import readiness as flow
from ivr.forms import BadWebhook, Webhook
from ivr.legs import NoSuchTurn
from ivr.story import Story, step_name
from ivr.switchboard import Switchboard
from ivr.turns import Answer, Ask, Goodbye, Step, Tested
from models import ReadinessTest, ReadinessTurn

FLOWS: Final = {"readiness": flow}
"""No call is ever led into this flow, nor a test into another."""
MACHINES: Final = ("machine", "fax")
HUMAN: Final = "human"


def turn(board: Switchboard, session: Session, which: tuple[int, int], webhook: Webhook, *, now: datetime, again: bool) -> str:
    """Answers one turn, `which` is test and number. `again`: an error came before, so the last question is put again.

    Raises NoSuchTurn.
    """
    (test_id, number), test = which, _locked(session, which[0], webhook)
    readiness.picked_up(test, at=now)
    past = list(session.scalars(select(ReadinessTurn).where(ReadinessTurn.test_id == test_id).order_by(ReadinessTurn.number)))
    answered = next((one for one in past if one.number == number), None)
    if answered is not None:
        traces.step(answered.step)
        traces.is_repeated()
        return answered.answer
    asked, judge = _before(past, test_id, number)
    next_url = addresses.readiness_turn(board.base_url, test_id, number + 1)
    page = twiml.Page(base_url=board.base_url, next_url=next_url, language=test.supporter.language, is_supporter=True)
    if again and asked is not None:
        traces.is_repeated()
        return twiml.render(asked, page)
    heard = hearing.hear_key(webhook) if asked is not None else hearing.NOTHING
    answer = _judged(test, past, asked, judge, heard=heard)
    for effect in answer.effects if isinstance(answer, Goodbye) else ():
        if isinstance(effect, Tested):
            readiness.said(session, test, effect.answer, now=now)
    text = twiml.render(answer, page)
    kept = {"step": step_name(judge), "heard": heard.kept, "asked": turns.written(answer), "answer": text}
    session.add(ReadinessTurn(test_id=test_id, number=number, at=now, **kept))
    traces.step(step_name(judge))
    return text


def status(session: Session, test_id: int, webhook: Webhook, *, now: datetime) -> None:
    """Takes in a status callback, or who the provider thinks picked up. Raises NoSuchTurn; BadWebhook where it tells neither."""
    by = webhook.report.get("AnsweredBy")
    if webhook.call_status is None and by is None:
        raise BadWebhook("CallStatus is missing")
    test = _locked(session, test_id, webhook)
    is_machine = by.startswith(MACHINES) if by is not None and by.startswith((*MACHINES, HUMAN)) else None
    at = min(webhook.happened_at or now, now)
    readiness.reported(session, test, status=webhook.call_status, is_machine=is_machine, at=at, now=now)


def _locked(session: Session, test_id: int, webhook: Webhook) -> ReadinessTest:
    try:
        return readiness.locked(session, test_id, webhook.sid)
    except NoSuchTest as problem:
        raise NoSuchTurn(str(problem)) from problem


def _before(past: list[ReadinessTurn], test_id: int, number: int) -> tuple[Ask | None, Step]:
    """The question that led to this turn, and the step that judges it. Raises NoSuchTurn."""
    if number == 1:
        return None, flow.greet
    before = next((one for one in past if one.number == number - 1), None)
    if before is None or "then" not in before.asked:
        raise NoSuchTurn(f"nothing led to turn {number} of test {test_id}")
    return turns.read(before.asked, _step), _step(before.asked["then"])


def _step(name: str) -> Step:
    return steps.step(name, FLOWS)


def _judged(test: ReadinessTest, past: list[ReadinessTurn], asked: Ask | None, judge: Step, *, heard: hearing.Hearing) -> Answer:
    """The question again, or what the step says; silence to the end is judged by another one."""
    story = Story(line=test.line.name, past=tuple(gather.one_past(one) for one in past))
    if asked is None:
        return judge(story, heard.heard)
    repeated = turns.again(asked, heard.heard, **turns.asked_before(past, judge))
    return repeated or (judge if heard.heard.keys.strip("*") else asked.silent)(story, heard.heard)
