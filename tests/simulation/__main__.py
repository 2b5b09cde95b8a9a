"""`make simulate SEED=1 CALLS=100000 DB=postgresql JOBS=2`: night after night, and a figure a while.

A seed that fails is told with how to see it again, and kept in the corpus that the tests replay.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from typing import Final

from tests.simulation import corpus
from tests.simulation.nights import CALLS, Failed, Tally, live_through
from tests.simulation.places import ground
from tests.simulation.runs import Run

EVERY: Final = 20.0


def main(given: list[str] | None = None) -> int:
    """Lives through as many nights as there are calls; 1 where one was not as it must be."""
    asked = _arguments().parse_args(given)
    nights = -(-asked.calls // (asked.night * asked.jobs))
    if asked.jobs == 1:
        run = Run.beginning(asked.db, asked.seed) if asked.write else None
        return 1 if simulate(asked.db, asked.seed, nights, asked.night, run=run) else 0
    if asked.write:
        raise SystemExit("one run writes at a time: JOBS=1")
    command = [
        sys.executable,
        "-m",
        __package__,
        "--db",
        asked.db,
        "--night",
        str(asked.night),
        "--calls",
        str(nights * asked.night),
    ]
    jobs = [subprocess.Popen([*command, "--seed", str(asked.seed + job * nights)]) for job in range(asked.jobs)]
    return max(job.wait() for job in jobs)


def simulate(kind: str, first: int, nights: int, calls: int, *, run: Run | None = None) -> int:
    """So many nights from that seed on; how many were not as they must be, and one more where they saw little.

    A `run` writes down how far it has come.
    """
    tally, failed, began, told = Tally(), 0, time.process_time(), time.monotonic()
    with ground(kind) as place:
        for seed in range(first, first + nights):
            try:
                live_through(place, str(seed), tally, calls=calls)
            except Failed as wrong:
                failed += 1
                corpus.keep(kind, wrong)
                sys.stderr.write(f"{wrong}\nAgain: make simulate SEED={seed} CALLS={calls} NIGHT={calls} DB={kind}\n")
            if time.monotonic() - told > EVERY or seed == first + nights - 1:
                told = time.monotonic()
                _say(f"{kind}, to seed {seed}, {failed} failed: {tally.said(time.process_time() - began)}")
                if run is not None:
                    run.write(tally, failed=failed)
    _say(f"{kind}, faults: {dict(sorted(tally.faults.items()))}")
    if not tally.saw_much:
        sys.stderr.write(
            "Too few calls ended in a talk: these nights show little. What do people key (tests/simulation/people.py)?\n"
        )
        return failed + 1
    return failed


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make simulate", description="The whole house in virtual time, with faults.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calls", type=int, default=1_000)
    parser.add_argument("--night", type=int, default=CALLS, help="calls of one seed")
    parser.add_argument("--db", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--jobs", type=int, default=1, help="processes, each with a database of its own")
    parser.add_argument("--write", action="store_true", help="keep what was lived through in docs/simulation.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())
