"""Which of a supporter's telephones is rung next. Pure (R12, ADR 18)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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


NOW = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("marked", "before", "number"),
    [
        ([FIRST], [], SECOND),
        ([SECOND], [(FIRST, NO_ANSWER)], None),
        ([FIRST], [(SECOND, NO_ANSWER)], None),
        ([FIRST, SECOND], [], FIRST),  # the fault may be the provider's, so both are tried where nobody else is there
        ([FIRST, SECOND], [(FIRST, AttemptOutcome.FAILED)], SECOND),
    ],
)
def test_a_number_that_cannot_be_rung_is_passed_over_while_the_other_can(marked: list[str], before: Before, number: str) -> None:
    """R12."""
    anna = Supporter(phone=FIRST, second_phone=SECOND)
    for one in marked:
        telephones.mark(anna, one, why="failed", now=NOW)
    attempts = [Attempt(phone=phone, outcome=outcome, supporter=anna) for phone, outcome in before]

    assert telephones.left(anna, attempts) == number
    assert telephones.fails(anna) == (len(marked) == 2)


def test_a_mark_keeps_its_beginning_and_goes_with_its_number() -> None:
    anna = Supporter(phone=FIRST, second_phone=SECOND)
    telephones.mark(anna, FIRST, why="failed", now=NOW)
    telephones.mark(anna, FIRST, why="SipResponseCode 404", now=NOW + timedelta(hours=1))
    telephones.mark(anna, SECOND, why="failed", now=NOW)
    both = telephones.failing(anna)
    anna.phone = "+4520000003"
    changed = telephones.failing(anna)

    telephones.unmark(anna, SECOND)

    assert [(one.number, one.since, one.why) for one in both] == [(FIRST, NOW, "failed"), (SECOND, NOW, "failed")]
    assert [one.number for one in changed] == [SECOND]
    assert telephones.failing(anna) == []
