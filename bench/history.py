"""Calls that were: so many of them, each with what a talked call leaves behind, written by the database itself."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.database import Database
from billing import ledger
from models import Line, PriceList, Shift, Supporter

SIZES: Final = (10_000, 100_000, 1_000_000)
CALLS_A_CUSTOMER: Final = 100
LARGE: Final = 3 * CALLS_A_CUSTOMER
"""The number of the customer that has every fourth hundred of the calls."""
BEGAN: Final = 1_600_000_000  # in 2020; a call every minute since
FIRST: Final = 10_000_000
"""Ids of history go down from here: what is made while one measures lies above it on SQLite, and far below on PostgreSQL."""
NUMBER: Final = "+4530000000"
"""Who called, every time."""
STATEMENTS: Final = Path(__file__).with_suffix(".sql")
NUMBERS: Final = "WITH RECURSIVE numbers(n) AS (SELECT {0} UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {1})"
ROOM: Final = {"sqlite": "PRAGMA cache_size = -500000", "postgresql": "SET LOCAL session_replication_role = replica"}
"""What makes it faster: memory for the indices; keys that are not looked up, of rows that fit each other."""
MOMENT: Final = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S', {0}, 'unixepoch') || '.000000'",
    "postgresql": "to_timestamp({0})",
}


def grow(database: Database, start: int, end: int) -> None:
    """Writes the calls from `start` to `end`, and has the database look at what it has."""
    with database.writing() as session:
        earned = ledger.house_account(session, ledger.EARNED).id
        kinds = {"line": Line.id, "supporter": Supporter.id, "shift": Shift.id, "prices": PriceList.id}
        known = {name: session.scalars(select(key).limit(1)).one() for name, key in kinds.items()}
        write(session, start=start, end=end, known=known | {"earned": earned})
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def write(session: Session, *, start: int, end: int, known: dict[str, int]) -> None:
    """The calls from `start` to `end`; `known` are the ids of line, supporter, shift, prices and earned."""
    dialect = session.get_bind().dialect.name
    moment = MOMENT[dialect]
    words = {
        "first": str(FIRST),
        "number": f"'{NUMBER}'",
        "each": str(CALLS_A_CUSTOMER),
        "start": str(start),
        "end": str(end),
        "large": str(LARGE),
        "payer": f"{FIRST} - CASE WHEN n / {CALLS_A_CUSTOMER} % 4 = 3 THEN {LARGE} ELSE n - n % {CALLS_A_CUSTOMER} END",
        "at_end": moment.format(f"{BEGAN} + n * 60 + 600"),
        "at": moment.format(f"{BEGAN} + n * 60"),
        "true": "1" if dialect == "sqlite" else "true",
        "false": "0" if dialect == "sqlite" else "false",
        **{name: str(key) for name, key in known.items()},
    }
    session.execute(text(ROOM[dialect]))
    numbers = NUMBERS.format(start, end)
    for statement in STATEMENTS.read_text("utf-8").partition("\n\n")[2].split(";"):
        for name, word in words.items():
            statement = statement.replace(f"{{{name}}}", word)  # noqa: PLW2901 - the same one, filled in
        if statement.strip():
            written = statement.replace("\nSELECT", f"\n{numbers}\nSELECT", 1)
            session.connection().exec_driver_sql(written if dialect == "sqlite" else written.replace("%", "%%"))
    if dialect == "sqlite":
        session.execute(text("PRAGMA cache_size = -2000"))  # as it was
