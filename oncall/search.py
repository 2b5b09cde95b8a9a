"""The search for a supporter, one step of it: how everyone on duty stands, read in one statement, and what the chain says to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Call
from oncall import chain, orders, rota, rotas, standing, telephones
from oncall.chain import Candidate, Decision
from oncall.grounds import Chain, LastResort, OtherTelephone
from oncall.plans import Plan

Row = Any
"""A row of `standing`."""


def decision(session: Session, call: Call, *, first: int | None = None, now: datetime) -> Decision:
    """Whom to ring next for this call, or whether to wait (R12). One question to the database tells how everyone on duty stands.

    The version of the rota is known from the line's row, which this turn has read. `first` comes first: whose case it is about.
    """
    plan = rotas.plan(session, call.line.rota_id)
    last = rota.last_resort(plan, now)
    planned = [*(one.supporter for one in rota.on_duty(plan, now)), *([last] if last is not None else [])]
    found = session.execute(*standing.asked(call, planned, with_past=bool(plan.orders), now=now)).all()
    stand = {row.Supporter.id: row for row in found}
    return chain.decide(
        chain.led_by(first, _candidates(call, replace(plan, shifts=standing.written(found)), stand, now)),
        last=_last(call, plan, stand.get(last), now) if last is not None else None,
        ahead=next((row.ahead for row in found), 0),
        ringing_since=call.ringing_since,
        waiting_since=call.waiting_since,
        now=now,
    )


def _candidates(call: Call, plan: Plan, stand: Mapping[int, Row], now: datetime) -> list[Candidate]:
    """How everyone on duty stands, in ringing order. `stand` has a row for each who can be reached."""
    there = [duty for duty in rota.on_duty(plan, now) if duty.supporter in stand]
    pasts = {who: orders.Past(talked_until=row.talked_until, rung_at=row.last_rung_at) for who, row in stand.items()}
    return [
        replace(
            _candidate(call, stand[duty.supporter], duty.grounds, now=now),
            tier=duty.tier,
            shift=duty.shift,
            rota=plan.rota if duty.shift is None else None,
        )
        for duty in orders.arranged(there, plan.orders, pasts)
    ]


def _last(call: Call, plan: Plan, row: Row | None, now: datetime) -> Candidate | None:
    """The last resort, of no tier; None where they cannot be reached."""
    if row is None:
        return None
    return replace(_candidate(call, row, (LastResort(supporter=row.Supporter.id),), now=now), rota=plan.rota)


def _candidate(call: Call, row: Row, why: Chain, *, now: datetime) -> Candidate:
    """How somebody stands, wherever it is."""
    supporter = row.Supporter
    wraps_up = supporter.free_at is not None and supporter.free_at > now
    before = [attempt for attempt in call.attempts if attempt.supporter_id == supporter.id]
    phone = telephones.left(supporter, before)
    again = (OtherTelephone(supporter=supporter.id),) if before and phone is not None else ()
    return Candidate(
        supporter=supporter.id,
        phone=phone,
        rings=supporter.ring_seconds,
        again=bool(again),
        grounds=(*why, *again),
        tried=phone is None,
        is_caller=telephones.is_of_caller(supporter, call),
        busy=row.busy or wraps_up,
        fails=telephones.fails(supporter),
    )
