"""Numbers of supporters that the provider could not ring: marked, alarmed, and well again when one is answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from helpdesk import alarms
from helpdesk.alarms import Matter
from models import Attempt, Report, Supporter
from models.alarms import AlarmKind
from oncall import telephones

FAILED: Final = "failed"
"""What the provider calls a number that could not be rung: wrong, or out of its reach."""
ERROR_CODE: Final = "ErrorCode"
CODES: Final = {"SipResponseCode": "SIP", ERROR_CODE: "error"}


def failed(session: Session, attempt: Attempt, reports: Iterable[Report], *, now: datetime) -> None:
    """An attempt could not be rung. `reports` are all of its call."""
    told = [one.payload for one in reports if one.attempt_id == attempt.id]
    mark(session, attempt.supporter, telephones.number_of(attempt), told=told, now=now)


def mark(session: Session, them: Supporter, number: str, *, told: Iterable[Mapping[str, Any]], now: datetime) -> None:
    """That number of theirs could not be rung; why, stands in what the provider `told`, if anywhere."""
    codes = [f"{word} {payload[code]}" for payload in told for code, word in CODES.items() if code in payload]
    telephones.mark(them, number, why=codes[0] if codes else FAILED, now=now)
    alarms.sound(session, matter(them, on_duty_from=now), now=now)


def works(session: Session, them: Supporter, number: str, *, now: datetime) -> None:
    """That number of theirs was answered. Nothing is asked or written where it was not marked."""
    if number not in (them.failing or {}):
        return
    telephones.unmark(them, number)
    if not telephones.failing(them):
        alarms.over(session, AlarmKind.TELEPHONE, str(them.id), now=now)


def forget(session: Session, them: Supporter, *, now: datetime) -> None:
    """A number that was changed is no matter any more."""
    if them.failing and not telephones.failing(them):
        them.failing = None
        alarms.over(session, AlarmKind.TELEPHONE, str(them.id), now=now)


def matter(them: Supporter, *, on_duty_from: datetime) -> Matter:
    """A telephone on duty does not work."""
    told = {"name": them.name, "at": on_duty_from.isoformat()}
    return Matter(kind=AlarmKind.TELEPHONE, key=str(them.id), notice="telephone", told=told)
