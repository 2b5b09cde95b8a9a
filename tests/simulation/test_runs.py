"""What was lived through is added up, and a run counts once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.simulation.nights import Tally
from tests.simulation.runs import BEGINS, Run


def test_a_run_writes_its_row_anew_and_the_sum_of_all(tmp_path: Path) -> None:
    """However often it says how far it has come."""
    page = tmp_path / "simulation.md"
    page.write_text(f"Words before.\n{BEGINS}", "utf-8")
    first = Run(kind="sqlite", first=1, began=datetime(2026, 11, 26, 8, tzinfo=UTC), commit="abc")
    second = Run(kind="postgresql", first=7, began=datetime(2026, 11, 26, 9, tzinfo=UTC), commit="abc")

    first.write(Tally(nights=1, calls=25, talks=6), failed=0, page=page)
    first.write(Tally(nights=3, calls=80, talks=20), failed=1, page=page)
    second.write(Tally(nights=1, calls=26, talks=5), failed=0, page=page)

    written = page.read_text("utf-8")
    assert written.startswith("Words before.\n")
    assert "| 2026-11-26 08:00 | abc | sqlite | 1 | 4 | 80 | 20 | 1 |\n" in written
    assert written.endswith("In all 26 calls on postgresql, 80 calls on sqlite.\n")
