"""docs/simulation.md, "Lived through": what `make simulate WRITE=1` has run, added up over runs, commits and machines.

A run writes its row anew as it goes, so that one which is ended early is counted as far as it came.
"""

from __future__ import annotations

import subprocess
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.simulation.nights import Tally

PAGE: Final = Path(__file__).parents[2] / "docs" / "simulation.md"
BEGINS: Final = "<!-- What follows was written by `make simulate WRITE=1`. -->\n"
HEAD: Final = (
    "| began | commit | database | from seed | nights | calls | talks | nights that failed |\n|---|---|---|--:|--:|--:|--:|--:|\n"
)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run: where it began, on which code."""

    kind: str
    first: int
    began: datetime
    commit: str

    @classmethod
    def beginning(cls, kind: str, first: int) -> Run:
        """A run that begins now, on the code that is checked out; a `+` says that it was changed since."""
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--exclude=*"],  # noqa: S607 - whichever git there is
            capture_output=True,
            text=True,
            check=True,
        )
        return cls(kind=kind, first=first, began=datetime.now(UTC), commit=told.stdout.strip())

    def write(self, tally: Tally, *, failed: int, page: Path = PAGE) -> None:
        """Its row, instead of what it wrote before, and the sums of all runs."""
        text, marker, written = page.read_text("utf-8").partition(BEGINS)
        mine = f"| {self.began:%Y-%m-%d %H:%M} | {self.commit} | {self.kind} | {self.first} |"
        rows = [row for row in written.splitlines() if row.startswith("| 2") and not row.startswith(mine)]
        rows.append(f"{mine} {tally.nights + failed} | {tally.calls} | {tally.talks} | {failed} |")
        page.write_text(f"{text}{marker}\n{HEAD}{chr(10).join(sorted(rows))}\n\n{_sums(rows)}\n", "utf-8")


def _sums(rows: list[str]) -> str:
    calls: Counter[str] = Counter()
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        calls[cells[2]] += int(cells[5])
    return "In all " + ", ".join(f"{count} calls on {kind}" for kind, count in sorted(calls.items())) + "."
