"""Whom to ring next. Pure: who is on duty and how they stand in, one decision out (R12).

Supporters are rung one after another, each once a call and for 15 seconds unless they said otherwise, at their second telephone
behind the first; the whole chain at most three minutes. One that is on a call, in wrap-up, being rung for somebody else, or phoning
the line, is skipped. When everyone on duty is busy on calls the caller waits, oldest first, at most three minutes. Where that
ends with nobody, the last resort is rung, for whom time is kept in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from models.supporters import RING_SECONDS
from oncall.grounds import Chain, HasCase

ASKING: Final = timedelta(seconds=21)  # the question to whoever picked up at the last moment, asked once more
QUESTION: Final = timedelta(seconds=13)  # the question to a supporter and the time to answer it
WAITING_TURN: Final = timedelta(seconds=12)  # a word and the music
NONE: Final = timedelta(0)
LONGEST_CHAIN: Final = timedelta(minutes=3)
LONGEST_WAIT: Final = timedelta(minutes=3)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A supporter on duty, as they stand for this call; and why they are on duty, by a shift or by a version of the rota.

    `phone` is which of their telephones would be rung, for `rings` seconds; `again`: the other one was, and did not reach them.
    The last resort is of no tier. `fails`: none of their numbers could be rung when it was tried last.
    """

    supporter: int
    phone: str | None = None
    rings: int = RING_SECONDS
    again: bool = False
    tier: int | None = None
    shift: int | None = None
    rota: int | None = None
    grounds: Chain = ()
    tried: bool = False
    is_caller: bool = False
    busy: bool = False
    fails: bool = False


@dataclass(frozen=True)
class RingNext:
    """Ring this candidate now."""

    candidate: Candidate


@dataclass(frozen=True)
class WaitForOne:
    """Everyone is on a call: wait for one to be free. `ahead` callers have waited longer."""

    ahead: int


@dataclass(frozen=True)
class NobodyLeft:
    """The chain is over."""


Decision = RingNext | WaitForOne | NobodyLeft


def may_be_asked_again(*, ringing_since: datetime | None, now: datetime) -> bool:
    """Whether a supporter who said nothing may be asked once more, and the chain still ends in time."""
    return ringing_since is None or now + QUESTION <= ringing_since + LONGEST_CHAIN


def lasts(candidate: Candidate) -> timedelta:
    """How long ringing them may take in all."""
    return timedelta(seconds=candidate.rings) + ASKING


def led_by(supporter: int | None, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates with whoever has the caller's case before all others; in their order where that is nobody of them."""
    theirs = [one for one in candidates if one.supporter == supporter]
    named = [replace(one, grounds=(*one.grounds, HasCase(supporter=one.supporter))) for one in theirs]
    return named + [one for one in candidates if one.supporter != supporter]


def decide(
    candidates: Sequence[Candidate],
    *,
    last: Candidate | None = None,
    ahead: int,
    ringing_since: datetime | None,
    waiting_since: datetime | None,
    now: datetime,
) -> Decision:
    """The next step of a caller's search. `candidates` are in ringing order; `ahead` counts callers who have waited longer.

    Whoever has a telephone left keeps their place, which is the first: they were being rung. Nobody is whose ringing might end too
    late. `last` is the last resort, who may be on duty besides.
    """
    on_duty = {one.supporter for one in candidates}
    spare = last if last is not None and last.supporter not in on_duty and _is_free(last) and not last.is_caller else None
    left = None if ringing_since is None else ringing_since + LONGEST_CHAIN - now
    kept = lasts(spare) if spare is not None else NONE
    waits = waiting_since is None or now + WAITING_TURN + kept <= waiting_since + LONGEST_WAIT
    decided = _on_duty(candidates, ahead=ahead, left=None if left is None else left - kept, may_wait=waits)
    if isinstance(decided, NobodyLeft) and spare is not None and (left is None or kept <= left):
        return RingNext(spare)
    return decided


def _on_duty(candidates: Sequence[Candidate], *, ahead: int, left: timedelta | None, may_wait: bool) -> Decision:
    """Whom of those on duty to ring in the time that is `left`, which is any before somebody was rung.

    Who cannot be rung is passed over, unless it is so with everybody: then the fault may be the provider's.
    """
    there = [one for one in candidates if not one.is_caller]
    others = sorted([one for one in there if not one.fails] or there, key=lambda one: not one.again)
    free = [one for one in others if _is_free(one)]
    in_time = [one for one in free if left is None or lasts(one) <= left]
    if free and not in_time:
        return NobodyLeft()
    if len(in_time) > ahead:
        return RingNext(in_time[ahead])
    everyone_is_busy = bool(others) and all(one.busy and not one.tried for one in others)
    return WaitForOne(ahead) if (free or everyone_is_busy) and may_wait else NobodyLeft()


def _is_free(candidate: Candidate) -> bool:
    return not candidate.tried and not candidate.busy
