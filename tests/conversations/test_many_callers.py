"""Many callers at once, three supporters: nobody rung twice at a time, the oldest first, each with a good end (R12, R14)."""

from __future__ import annotations

import pytest

from models.values import CallOutcome
from tests.conversations import crowd
from tests.house import House

MANY = 20
"""`python -m tests.conversations.crowd 200` does it with two hundred, and prints the figures."""


@pytest.mark.parametrize("backend", ["sqlite"])
def test_twenty_callers_and_three_supporters_come_to_good_ends(house: House) -> None:
    """R12, R14: a human, a callback or a message; and nobody waits in silence."""
    came = crowd.telephones(house, callers=MANY, supporters=3)

    assert came.outcomes.total() == MANY
    assert set(came.outcomes) == crowd.GOOD
    assert came.tasks == MANY - came.outcomes[CallOutcome.TALKED]
    assert came.rung_twice() == []
    assert came.out_of_order() == 0
    assert len(came.accepted) == came.outcomes[CallOutcome.TALKED] >= 6
