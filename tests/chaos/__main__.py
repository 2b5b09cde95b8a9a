"""`python -m tests.chaos --minutes 10 --seed 1` (make chaos): runs it, prints what came of it, and writes that into docs/chaos.md.

The exit status is 1 where anything was lost. The logs of the processes stay in var/chaos/.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

from tests.chaos.run import Outcome, Plan, run
from tests.postgres import WHEEL

PAGE: Final = Path("docs/chaos.md")
BEGINS: Final = "<!-- What follows was written by `make chaos`. -->\n"
LOGS: Final = Path("var/chaos")


def main() -> int:
    """Runs it as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Chaos: what is lost when everything falls over?")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(2)))
    chosen = parser.parse_args()
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir(parents=True)
    plan = Plan(seed=chosen.seed, seconds=chosen.minutes * 60, callers=24, pause=1.5, speed=120.0)
    came = run(plan, LOGS.resolve())
    written = "\n".join(figures(plan, came))
    sys.stdout.write(f"{written}\n")
    before, marker, _ = PAGE.read_text("utf-8").partition(BEGINS)
    PAGE.write_text(f"{before}{marker}\n{written}\n", "utf-8")
    return 1 if came.defects else 0


def figures(plan: Plan, came: Outcome) -> Iterator[str]:
    """What came of it, as a page says it."""
    python, postgresql, cores = platform.python_version(), distribution(WHEEL).version, os.cpu_count()
    machine = f"Python {python}, PostgreSQL {postgresql}, {cores} cores"
    yield f"{datetime.now(UTC):%Y-%m-%d}, {plan.seconds / 60:g} minutes, seed {plan.seed}; {machine}."
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| calls | {came.calls}: {_counted(came.outcomes)} |"
    yield f"| quarters charged | {came.quarters} |"
    yield f"| webhooks | {came.webhooks}, of which {came.unanswered} got no answer and were sent again |"
    yield f"| troubles | {sum(came.troubles.values())}: {_counted(came.troubles)} |"
    yield f"| apologies heard | {came.sorry}; the provider's own English words: {came.foreign} |"
    yield f"| silence as callers heard it | {came.silence} |"
    yield f"| **lost, charged twice or wrongly, left open** | **{len(came.defects) or 'nothing'}** |"
    yield from ("", *(f"- {defect}" for defect in came.defects)) if came.defects else ()


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in sorted(counts.items()))


if __name__ == "__main__":
    sys.exit(main())
