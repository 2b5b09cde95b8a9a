"""Calls that were: so many of them, each with what a talked call leaves behind, written by the database itself."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

CALLS_A_CUSTOMER: Final = 100
BEGAN: Final = 1_600_000_000  # in 2020; a call every minute since
FIRST: Final = 10_000_000
"""Ids of history go down from here: what is made while one measures lies above it on SQLite, and far below on PostgreSQL."""
STATEMENTS: Final = Path(__file__).with_suffix(".sql")
NUMBERS: Final = "WITH RECURSIVE numbers(n) AS (SELECT {0} UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {1})"
MOMENT: Final = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S', {0}, 'unixepoch') || '.000000'",
    "postgresql": "to_timestamp({0})",
}


def write(session: Session, *, start: int, end: int, known: dict[str, int]) -> None:
    """The calls from `start` to `end`; `known` are the ids of line, supporter, shift, prices and earned."""
    dialect = session.get_bind().dialect.name
    moment = MOMENT[dialect]
    words = {
        "first": str(FIRST),
        "each": str(CALLS_A_CUSTOMER),
        "payer": f"{FIRST} - n + n % {CALLS_A_CUSTOMER}",
        "at_end": moment.format(f"{BEGAN} + n * 60 + 600"),
        "at": moment.format(f"{BEGAN} + n * 60"),
        "true": "1" if dialect == "sqlite" else "true",
        "false": "0" if dialect == "sqlite" else "false",
        **{name: str(key) for name, key in known.items()},
    }
    numbers = NUMBERS.format(start, end)
    for statement in STATEMENTS.read_text("utf-8").partition("\n\n")[2].split(";"):
        for name, word in words.items():
            statement = statement.replace(f"{{{name}}}", word)  # noqa: PLW2901 - the same one, filled in
        if statement.strip():
            written = statement.replace("\nSELECT", f"\n{numbers}\nSELECT", 1)
            session.connection().exec_driver_sql(written if dialect == "sqlite" else written.replace("%", "%%"))
