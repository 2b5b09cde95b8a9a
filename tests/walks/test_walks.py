"""Random walks: any keys, any provider events, any order, any fault; what must hold is said by `line.Line`.

`make test` walks the same few ways each time. `pytest tests/walks --walks 2000` walks so many new ones on SQLite; one that fails is
printed as a program, and walked first the next time.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conftest import Houses
from tests.walks.line import Line

FEW = {"sqlite": 24, "postgresql": 6}
STEPS = 30


def test_every_walk_ends_well_with_right_books(
    houses_on_either: Houses, backend: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    """R2, R5, R6, R9, R14, R18, R19, R20, R21: whatever people, the network, the provider and our own steps do, in any order."""
    walks: int = request.config.getoption("--walks")
    of_a_kind = settings(
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=bool(walks),
        report_multiple_bugs=False,
    )
    few = settings(of_a_kind, max_examples=FEW[backend], derandomize=True, database=None, phases=[Phase.generate])
    many = settings(of_a_kind, max_examples=walks or 1)
    line = type(
        "ALine", (Line,), {"opens": staticmethod(houses_on_either), "logged": staticmethod(lambda: capsys.readouterr().err)}
    )

    run_state_machine_as_test(line, settings=many if walks else few)
