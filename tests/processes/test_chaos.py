"""Everything that runs is knocked over once while people telephone; `make chaos` does the same for longer (docs/chaos.md)."""

from __future__ import annotations

from pathlib import Path

from tests.chaos.run import Plan, run
from tests.chaos.troubles import ALL


def test_nothing_is_lost_whatever_is_knocked_over(tmp_path: Path) -> None:
    """R6, R7, R8, R9, R14, R18, R19, R20, R21: processes killed, PostgreSQL stopped, a standby promoted, connections gone."""
    came = run(Plan(seed=1, callers=5, pause=0.3, speed=600, rounds=1), tmp_path)

    assert came.defects == []
    assert list(came.troubles.values()) == [1] * len(ALL)
    assert came.outcomes["talked"] > 0
