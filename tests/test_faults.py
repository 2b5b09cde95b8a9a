"""docs/faults.md says what happens when something fails, and each of its lines names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

PAGE: Final = Path(__file__).parents[1] / "docs" / "faults.md"
TESTS: Final = {file.stem for file in Path(__file__).parent.rglob("test_*.py")}
ROWS: Final = [line.strip("| ").split(" | ") for line in PAGE.read_text("utf-8").splitlines() if line.startswith(("| **", "| …"))]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: re.sub(r"\W+", " ", row[0]))
def test_every_fault_says_all_there_is_to_say_and_names_a_test(row: list[str]) -> None:
    named = re.findall(r"`(\w+)`", row[-1])

    assert len(row) == 6
    assert all(row)
    assert named
    assert set(named) <= TESTS


def test_no_line_of_the_page_is_overlooked() -> None:
    heads = 3 * 2

    assert len(ROWS) == sum(line.startswith("|") for line in PAGE.read_text("utf-8").splitlines()) - heads
