"""Seeds that once failed: kept here when `make simulate` finds one, replayed by the tests from then on."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.simulation.nights import Failed

FILE: Final = Path(__file__).parent / "corpus.txt"


def keep(kind: str, failed: Failed) -> None:
    """Writes a seed down, once, with what was wrong in a few words."""
    why = str(failed).splitlines()[0][:120]
    if not any(seed == (kind, failed.seed, failed.calls) for seed in seeds()):
        with FILE.open("a", encoding="utf-8") as file:
            file.write(f"{kind} {failed.seed} {failed.calls} # {why}\n")


def seeds() -> list[tuple[str, str, int]]:
    """Database, seed, and the calls of that night."""
    lines = (line.partition("#")[0].split() for line in FILE.read_text("utf-8").splitlines())
    return [(kind, seed, int(calls)) for kind, seed, calls in filter(None, lines)]
