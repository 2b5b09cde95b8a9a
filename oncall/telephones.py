"""The telephones of a supporter, and which of them is rung next for one call. Pure: rows in, a number out (R12, ADR 18).

The second is rung where the first did not reach them: busy, not answered, not to be rung, or picked up by somebody or something
that pressed no key. Who presses 2 has declined for themselves, and neither is rung any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from models import Attempt, Call, Supporter
from models.values import AttemptOutcome

DID_NOT_REACH: Final = frozenset(
    {AttemptOutcome.BUSY, AttemptOutcome.NO_ANSWER, AttemptOutcome.FAILED, AttemptOutcome.NOT_ACCEPTED}
)


def numbers(supporter: Supporter) -> tuple[str, ...]:
    """All of their numbers, in the order in which they are rung."""
    return tuple(number for number in (supporter.phone, supporter.second_phone) if number is not None)


def left(supporter: Supporter, attempts: Sequence[Attempt]) -> str | None:
    """The number that is rung next; None where there is none left. `attempts` are those to reach them for this call."""
    if any(one.outcome not in DID_NOT_REACH for one in attempts):
        return None
    rung = {number_of(one) for one in attempts}
    return next((number for number in numbers(supporter) if number not in rung), None)


def number_of(attempt: Attempt) -> str:
    """The number that an attempt rings."""
    return attempt.phone or attempt.supporter.phone


def is_of_caller(supporter: Supporter, call: Call) -> bool:
    """Whether they call themselves, from one of their telephones or by the PIN of a person who has one of them; or are the line."""
    theirs = {call.from_number, call.line.number, call.person.phone if call.person is not None else None}
    return not theirs.isdisjoint(numbers(supporter))
