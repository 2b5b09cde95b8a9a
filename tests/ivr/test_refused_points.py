"""Points that a parallel call took a moment before, or gave back (R4, R5): one step, in memory."""

from __future__ import annotations

import pytest

from ivr.flows import support
from ivr.story import Heard, Offered, Story
from ivr.turns import AcceptPrice, Goodbye, Ring
from models.values import CallOutcome, Points
from oncall.chain import Candidate, RingNext


def refused(*, missing: int) -> Story:
    """Somebody was quicker; now so many points are missing."""
    offer = Offered(
        price=Points(15),
        later_price=None,
        later_at=None,
        available=Points(15 - missing),
        payable=0 if missing else 1,
        missing=Points(missing),
        price_list=1,
    )
    return Story(points_refused=True, offer=offer, decision=RingNext(Candidate(supporter=1, shift=1)))


def test_points_that_came_back_in_the_moment_of_the_refusal_are_asked_for_once_more() -> None:
    """R4: a caller is not sent away for 0 points."""
    answer = support.choose(refused(missing=0), Heard(keys="1"))

    assert isinstance(answer, Ring)
    assert answer.effects == (AcceptPrice(),)


@pytest.mark.parametrize("missing", [1, 15])
def test_points_that_are_missing_end_the_call(missing: int) -> None:
    """R4: and the caller is told how many."""
    answer = support.choose(refused(missing=missing), Heard(keys="1"))

    assert isinstance(answer, Goodbye)
    assert answer.outcome is CallOutcome.NO_POINTS
    assert dict(answer.prompts[0].values)["missing"] == missing
