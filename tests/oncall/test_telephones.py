"""Which of a supporter's telephones is rung next. Pure (R12, ADR 18)."""

from __future__ import annotations

import pytest

from models import Attempt, Supporter
from models.values import AttemptOutcome
from oncall import telephones

FIRST, SECOND = "+4520000001", "+4520000002"
BUSY, DECLINED, NO_ANSWER = AttemptOutcome.BUSY, AttemptOutcome.DECLINED, AttemptOutcome.NO_ANSWER
Before = list[tuple[str | None, AttemptOutcome | None]]


@pytest.mark.parametrize(
    ("second", "before", "number"),
    [
        (None, [], FIRST),
        (None, [(FIRST, BUSY)], None),
        (SECOND, [], FIRST),
        *(
            (SECOND, [(FIRST, outcome)], SECOND)
            for outcome in (BUSY, NO_ANSWER, AttemptOutcome.FAILED, AttemptOutcome.NOT_ACCEPTED)
        ),
        *((SECOND, [(FIRST, outcome)], None) for outcome in (DECLINED, AttemptOutcome.ACCEPTED, None)),
        (SECOND, [(FIRST, BUSY), (SECOND, NO_ANSWER)], None),
        (SECOND, [(FIRST, BUSY), (SECOND, DECLINED)], None),
        (SECOND, [(None, BUSY)], SECOND),  # the release before kept no number: it was the first
        (SECOND, [("+4520000009", BUSY)], FIRST),  # a number that was changed meanwhile
    ],
)
def test_the_second_is_rung_where_the_first_did_not_reach_them(second: str | None, before: Before, number: str | None) -> None:
    """R12: a decline is a decline of the person."""
    anna = Supporter(phone=FIRST, second_phone=second)
    attempts = [Attempt(phone=phone, outcome=outcome, supporter=anna) for phone, outcome in before]

    assert telephones.left(anna, attempts) == number
