"""The telephones of a supporter, and which of them is rung next for one call. Pure: rows in, a number out (R12, ADR 18).

The second is rung where the first did not reach them: busy, not answered, not to be rung, or picked up by somebody or something
that pressed no key. Who presses 2 has declined for themselves, and neither is rung any more.

A number that the provider could not ring is marked on its supporter, and passed over while another one of theirs is not. The mark
goes when it is answered, and with the number.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models import Attempt, Call, Supporter
from models.values import AttemptOutcome

DID_NOT_REACH: Final = frozenset(
    {AttemptOutcome.BUSY, AttemptOutcome.NO_ANSWER, AttemptOutcome.FAILED, AttemptOutcome.NOT_ACCEPTED}
)


@dataclass(frozen=True, kw_only=True)
class Failing:
    """A number of somebody's that could not be rung since then; `why` as the provider says it."""

    number: str
    since: datetime
    why: str


def numbers(supporter: Supporter) -> tuple[str, ...]:
    """All of their numbers, in the order in which they are rung."""
    return tuple(number for number in (supporter.phone, supporter.second_phone) if number is not None)


def left(supporter: Supporter, attempts: Sequence[Attempt]) -> str | None:
    """The number that is rung next; None where there is none left. `attempts` are those to reach them for this call."""
    if any(one.outcome not in DID_NOT_REACH for one in attempts):
        return None
    return unrung(supporter, {number_of(one) for one in attempts})


def unrung(supporter: Supporter, rung: Collection[str]) -> str | None:
    """The next of their numbers that was not rung; one that cannot be rung only where none of theirs can."""
    bad = {one.number for one in failing(supporter)}
    usable = [number for number in numbers(supporter) if number not in bad] or numbers(supporter)
    return next((number for number in usable if number not in rung), None)


def failing(supporter: Supporter) -> list[Failing]:
    """Those of their numbers that cannot be rung, in their order."""
    marks = supporter.failing or {}
    return [
        Failing(number=number, since=datetime.fromisoformat(marks[number]["since"]), why=marks[number]["why"])
        for number in numbers(supporter)
        if number in marks
    ]


def fails(supporter: Supporter) -> bool:
    """Whether none of their numbers can be rung."""
    return len(failing(supporter)) == len(numbers(supporter))


def mark(supporter: Supporter, number: str, *, why: str, now: datetime) -> None:
    """That number could not be rung; since when, is kept. A number that is not theirs any more is forgotten."""
    kept = {one.number: {"since": one.since.isoformat(), "why": one.why} for one in failing(supporter)}
    supporter.failing = {number: {"since": now.isoformat(), "why": why}} | kept


def unmark(supporter: Supporter, number: str) -> None:
    """That number works."""
    supporter.failing = {other: said for other, said in (supporter.failing or {}).items() if other != number} or None


def number_of(attempt: Attempt) -> str:
    """The number that an attempt rings."""
    return attempt.phone or attempt.supporter.phone


def is_of_caller(supporter: Supporter, call: Call) -> bool:
    """Whether they call themselves, from one of their telephones or by the PIN of a person who has one of them; or are the line."""
    theirs = {call.from_number, call.line.number, call.person.phone if call.person is not None else None}
    return not theirs.isdisjoint(numbers(supporter))
