"""What was heard, put into words that a step may know; PINs and case numbers are looked up here and dropped (R2, R3, R16)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from helpdesk import callers, errands, gate, keyed_cases, pins, reports
from helpdesk.pins import PinKeys
from ivr.forms import Webhook
from ivr.story import Heard, Keyed
from ivr.turns import Ask, Expects
from models import Call


@dataclass(frozen=True)
class Hearing:
    """What the step hears, and what the turn keeps of it (redacted)."""

    heard: Heard
    kept: dict[str, Any] = field(default_factory=dict)


NOTHING: Final = Hearing(Heard())


def hear(
    session: Session, call: Call, question: Ask | None, webhook: Webhook, *, keys: PinKeys, again: bool, now: datetime
) -> Hearing:
    """Interprets a webhook as the answer to `question` (None: nothing was asked, something has ended).

    `again`: it came behind a Redirect, which carries no parameters; a message that was recorded was told before.
    """
    if question is None:
        told_before = reports.recorded(session, call) if again and not webhook.recording_url else 0
        recorded = (webhook.recording_seconds or reports.UNTOLD) if webhook.is_recorded else told_before
        return Hearing(Heard(recorded=recorded), {"recorded": recorded} if recorded else {})
    digits = webhook.keys.replace("#", "")
    if "*" in webhook.keys or not digits or question.expects is Expects.KEY:
        return hear_key(webhook)
    match question.expects:
        case Expects.PIN:
            return _pin(session, call, digits, keys=keys, now=now)
        case Expects.CASE:
            return _case(session, call, digits)


def hear_key(webhook: Webhook) -> Hearing:
    """One key; `*`, or nothing: silence, or a stray hash behind the number before (pitfalls E2, E3)."""
    if "*" in webhook.keys:
        return Hearing(Heard(keys="*"), {"keys": "*"})
    if not webhook.keys.strip("#"):
        return Hearing(Heard(), {"keys": ""})
    key = webhook.keys if len(webhook.keys) == 1 and webhook.only_keys else "several"
    return Hearing(Heard(keys=key), {"keys": key})


def _pin(session: Session, call: Call, digits: str, *, keys: PinKeys, now: datetime) -> Hearing:
    if gate.locked_until(session, call, now=now):
        return _looked_up("pin", Keyed.LOCKED)
    person = pins.owner(session, keys, digits)
    if person is not None:
        gate.passed(session, call)
        callers.identify(call, person)
        return _looked_up("pin", Keyed.RIGHT)
    locked = gate.failed(session, call, now=now)
    if gate.unusual_rate(session, now=now):
        key = f"pin-rate:{now:%Y-%m-%dT%H}"
        errands.notify(session, [errands.ALARM], notice="pin_failures", values={"at": now.isoformat()}, key=key, now=now)
    return _looked_up("pin", Keyed.LOCKED if locked else Keyed.WRONG)


def _case(session: Session, call: Call, digits: str) -> Hearing:
    case = keyed_cases.keyed(session, call, digits)
    if case is None:
        return _looked_up("case", Keyed.WRONG)
    return _looked_up("case", Keyed.RIGHT, case_id=case.id)


def _looked_up(what: str, keyed: Keyed, **more: int) -> Hearing:
    return Hearing(Heard(keys=what, looked_up=keyed), {"keys": what, "looked_up": keyed.value, **more})
