"""Why a supporter was rung and not another one: who stood before them in the order at that moment, and why they were passed over.

Read from what is still written down: shifts, attempts, calls. Nobody writes down why somebody is passed over, so what has been
changed since, or was never more than a moment's state, is not known any more (R12).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import Attempt, Call, ReadinessTest, Supporter
from oncall import roster, standing, telephones
from oncall.grounds import Chain, HasCase, LastResort, OtherTelephone

LONGEST: Final = timedelta(hours=5)
"""No attempt lasts longer: four hours of talk, and the ringing before."""


class PassedOver(StrEnum):
    """Why somebody on duty was not rung."""

    TRIED = "tried"
    IS_CALLER = "is_caller"
    TALKING = "talking"
    RUNG = "rung"
    WRAP_UP = "wrap_up"
    PHONING = "phoning"
    TESTED = "tested"
    AWAY = "away"
    FAILS = "fails"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Somebody in the order of ringing, and why they were on duty; `passed_over` is None for whoever was rung."""

    supporter: int
    name: str
    tier: int
    grounds: Chain
    passed_over: PassedOver | None


def places(session: Session, call: Call, *, at: datetime, rung: int | None, why: Chain = ()) -> list[Place]:
    """The order at that moment, down to who was rung; without one, and before the last resort, everybody on duty then.

    One who was rung by a shift that was taken away since stands alone, and so does one who came first: it is their case, or their
    other telephone. The rota is the one that was in force then.
    """
    order = roster.duties(session, at, with_away=True, line=call.line.flow)
    ids = [supporter.id for _, supporter in order]
    comes_first = any(isinstance(ground, HasCase | OtherTelephone) for ground in why)
    if rung is not None and not any(isinstance(ground, LastResort) for ground in why):
        order = order[0 if not comes_first else ids.index(rung) : ids.index(rung) + 1] if rung in ids else []
    others = [supporter for _, supporter in order if supporter.id != rung]
    attempts, engaged = _attempts(session, others, at=at), _engaged(session, call, others, at=at)
    return [
        Place(
            supporter=one.id,
            name=one.name,
            tier=duty.tier,
            grounds=duty.grounds,
            passed_over=None if one.id == rung else _why(one, call, attempts, engaged, at=at),
        )
        for duty, one in order
    ]


def _attempts(session: Session, supporters: Sequence[Supporter], *, at: datetime) -> list[Attempt]:
    """Their attempts that may have counted at that moment."""
    if not supporters:
        return []
    recent = select(Attempt).where(Attempt.supporter_id.in_([one.id for one in supporters]))
    return list(session.scalars(recent.where(Attempt.rung_at > at - LONGEST, Attempt.rung_at <= at)))


def _engaged(session: Session, call: Call, supporters: Sequence[Supporter], *, at: datetime) -> dict[int, PassedOver]:
    """Whose telephone could not be rung, or was busy with something else: they were calling the line, or were rung as a test."""
    phones = {number: one.id for one in supporters for number in telephones.numbers(one)}
    ids = [one.id for one in supporters]
    goes_on = or_(Call.ended_at.is_(None), Call.ended_at > at)
    phoning = select(Call.from_number).where(Call.from_number.in_(phones), Call.id != call.id, goes_on)
    calling = phoning.where(Call.started_at > at - LONGEST, Call.started_at <= at)
    goes_on = or_(ReadinessTest.ended_at.is_(None), ReadinessTest.ended_at > at)
    ringing = select(ReadinessTest.supporter_id).where(ReadinessTest.supporter_id.in_(ids), goes_on)
    tested = ringing.where(ReadinessTest.rung_at > at - standing.LONGEST_TEST, ReadinessTest.rung_at <= at)
    if not supporters:
        return {}
    failing = {one.id: telephones.failing(one) for one in supporters if telephones.fails(one)}
    found = {who: PassedOver.FAILS for who, marks in failing.items() if all(mark.since <= at for mark in marks)}
    found |= dict.fromkeys(session.scalars(tested), PassedOver.TESTED)
    return found | {phones[number]: PassedOver.PHONING for number in session.scalars(calling) if number}


def _why(
    supporter: Supporter, call: Call, attempts: Sequence[Attempt], engaged: Mapping[int, PassedOver], *, at: datetime
) -> PassedOver:
    mine = [one for one in attempts if one.supporter_id == supporter.id]
    if any(one.call_id == call.id and one.rung_at < at for one in mine):
        return PassedOver.TRIED
    if telephones.is_of_caller(supporter, call):
        return PassedOver.IS_CALLER
    if elsewhere := [one for one in mine if one.call_id != call.id and (one.ended_at is None or one.ended_at > at)]:
        talks = any(one.accepted_at is not None and one.accepted_at <= at for one in elsewhere)
        return PassedOver.TALKING if talks else PassedOver.RUNG
    if any(one.bridged and one.ended_at is not None and one.ended_at + roster.WRAP_UP > at for one in mine):
        return PassedOver.WRAP_UP
    if supporter.away_since is not None and supporter.away_since <= at:
        return PassedOver.AWAY
    return engaged.get(supporter.id, PassedOver.UNKNOWN)
