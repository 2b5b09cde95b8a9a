"""docs/performance.md: each part of the bench writes its own section, with the machine it ran on; the words between are by hand."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[1] / "docs" / "performance.md"
LIBRARIES: Final = ("Flask", "SQLAlchemy", "psycopg", "twilio", "gunicorn", "granian")


@dataclass
class Table:
    """What one part has measured: a heading for each column, and the rows, already written out."""

    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        """One more row; it is printed at once."""
        self.rows.append(cells)
        print("  " + "  ".join(cell.rjust(12) if number else cell.ljust(52) for number, cell in enumerate(cells)), flush=True)

    def markdown(self) -> str:
        """The table as the page has it."""
        rules = ["---"] + ["--:"] * (len(self.columns) - 1)
        lines = [self.columns, rules, *self.rows]
        table = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
        return "\n\n".join([table, *self.notes])


def write(part: str, table: Table, postgres: str) -> None:
    """Puts a part's table between its two marks."""
    text = PAGE.read_text("utf-8")
    begin, end = f"<!-- bench {part} -->", f"<!-- /bench {part} -->"
    measured = f"`python -m bench {part} --write`, {date.today()}, {machine(postgres)}."  # noqa: DTZ011 - the day on this machine
    written = f"{begin}\n{measured}\n\n{table.markdown()}\n{end}"
    if begin not in text:
        raise RuntimeError(f"{PAGE.name} has no place for {part}")
    PAGE.write_text(re.sub(f"{begin}.*?{end}", lambda _: written, text, flags=re.DOTALL), "utf-8")


def machine(postgres: str) -> str:
    """Processor, cores, memory and versions, as figures need them beside."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{os.cpu_count()} cores of {_processor()}, {memory} GiB, {platform.system()} {platform.release().partition('-')[0]}, "
        f"Python {platform.python_version()}, {libraries}, SQLite {sqlite3.sqlite_version}, PostgreSQL {postgres}"
    )


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return " ".join(found[1].split()) if found else platform.machine()
