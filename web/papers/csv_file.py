"""The entries of a paper as CSV that a Danish Excel opens with a double click, and that no spreadsheet runs.

- Semicolons and a byte order mark, in both languages: Excel takes the separator from the machine, and here machines are Danish;
  without the mark it reads æøå as something else. (`sep=;` as a first line would say it too, but makes Excel forget the mark.)
- A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection"): names and references come
  from outside. Numbers are never touched, so that `-30` stays one, written with the minus sign that spreadsheets know.
- Hours are `168:30:00`, which every Excel takes for a duration.
- Moments are local, `2026-11-23 03:10:05`, which every Excel takes for a date; the column in UTC tells the hour apart that
  comes twice.
"""

from __future__ import annotations

import csv
from datetime import datetime
from io import StringIO
from typing import Final

from models.local import to_local
from web.papers.paper import Cell, Kind, Paper

BOM: Final = "\ufeff"
SEPARATOR: Final = ";"
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def rendered(paper: Paper) -> bytes:
    """The first table of the paper, in UTF-8."""
    table, text = paper.tables[0], StringIO(BOM)
    text.seek(len(BOM))
    writer = csv.writer(text, delimiter=SEPARATOR)
    writer.writerow([column.heading for column in table.columns])
    kinds = [column.kind for column in table.columns]
    writer.writerows([_cell(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in table.rows)
    return text.getvalue().encode()


def _cell(cell: Cell, kind: Kind) -> str | int:
    if cell is None:
        return ""
    if kind is Kind.HOURS and isinstance(cell, int):
        return f"{cell // 3600}:{cell % 3600 // 60:02d}:{cell % 60:02d}"
    if isinstance(cell, datetime):
        return f"{to_local(cell):%Y-%m-%d %H:%M:%S}"
    return harmless(cell) if isinstance(cell, str) else cell


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula, whatever blanks stand before it."""
    return f"'{text}" if text.lstrip(" \u00a0\u200b").startswith(FORMULAS) else text
