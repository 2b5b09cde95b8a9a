"""`make bench`: all parts, or those that are named; `--write` puts what they found into docs/performance.md.

All in one run on one machine, so rows may be compared with each other; the figures of two machines may not.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final

from bench import furnishing, growth, page, pages, postings, profiling, ticks, webhooks
from bench.page import Table

PARTS: Final[dict[str, Callable[[], Table]]] = {
    "webhooks": webhooks.measure,
    "steps": webhooks.steps,
    "postings": postings.measure,
    "quarters": ticks.measure,
    "growth": growth.measure,
    "pages": pages.measure,
    "profile": profiling.measure,
}


def main() -> None:
    """Measures, prints, and writes where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="which parts; all unless named")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/performance.md")
    asked = parser.parse_args()
    with furnishing.postgresql() as server:
        version = server.version.partition(" ")[0]
    for part in asked.parts or PARTS:
        print(part, flush=True)
        table = PARTS[part]()
        for note in table.notes:
            print(f"  {note}")
        print()
        if asked.write:
            page.write(part, table, version)


if __name__ == "__main__":
    main()
