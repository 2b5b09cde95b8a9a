"""A paper as an Excel workbook: a sheet for each table; numbers are numbers, local moments dates, and no text is ever a formula."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from xlsxwriter import Workbook

from models.local import to_local
from web.papers.paper import Cell, Kind, Paper, Table

NUMBER: Final = '#,##0;"\u2212"#,##0;0'  # the minus sign of people
CHANGE: Final = '+#,##0;"\u2212"#,##0;0'
MOMENT: Final = "yyyy-mm-dd hh:mm:ss"
SECONDS_A_DAY: Final = 86_400
LONGEST: Final = 60  # letters of a column
LONGEST_NAME: Final = 31


def rendered(paper: Paper) -> bytes:
    """The workbook. Its first sheet has the facts and notes of the paper above and below its table."""
    made = BytesIO()
    with Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": paper.title, "created": to_local(paper.made_at).replace(tzinfo=None)})
        styles = _styles(book)
        for place, table in enumerate(paper.tables):
            sheet = book.add_worksheet(_named(table.title, place))
            row = _facts(sheet, paper, styles) if place == 0 else 0
            row = _table(sheet, table, styles, row)
            if place == 0:
                for offset, note in enumerate(paper.notes, start=1):
                    sheet.write_string(row + offset, 0, note)
    return made.getvalue()


def _named(title: str, place: int) -> str:
    """What a sheet may be called: a spreadsheet takes 31 characters, and none of these."""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:LONGEST_NAME].strip(" '") or str(place + 1)


def _styles(book: Any) -> dict[str, Any]:  # noqa: ANN401 - the library ships no types
    formats = {
        Kind.NUMBER: NUMBER,
        Kind.CHANGE: CHANGE,
        Kind.MOMENT: MOMENT,
        Kind.DURATION: "[m]:ss",
        Kind.HOURS: "[h]:mm",
        Kind.TEXT: "@",
    }
    plain = {kind.value: book.add_format({"num_format": shown}) for kind, shown in formats.items()}
    strong = {f"strong {kind}": book.add_format({"num_format": shown, "bold": True}) for kind, shown in formats.items()}
    return plain | strong | {"title": book.add_format({"bold": True, "font_size": 14}), "strong": book.add_format({"bold": True})}


def _facts(sheet: Any, paper: Paper, styles: dict[str, Any]) -> int:  # noqa: ANN401 - as above
    sheet.write_string(0, 0, paper.title, styles["title"])
    for row, (label, value) in enumerate(paper.facts, start=1):
        sheet.write_string(row, 0, label, styles["strong"])
        sheet.write_string(row, 2, value)
    return len(paper.facts) + 2


def _table(sheet: Any, table: Table, styles: dict[str, Any], top: int) -> int:  # noqa: ANN401 - as above
    """Writes a table from row `top` on; the row behind its last one."""
    for place, column in enumerate(table.columns):
        texts = [str(row[place]) for row in table.rows if isinstance(row[place], str)]
        floor = len("yyyy-mm-dd hh:mm:ss") if column.kind is Kind.MOMENT else len(column.heading) + 1
        sheet.set_column(place, place, min(LONGEST, max([floor, *map(len, texts)])))
        sheet.write_string(top, place, column.heading, styles["strong"])
    for number, row in enumerate(table.rows):
        weight = "strong " if number in table.strong else ""
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            _cell(sheet, (top + 1 + number, place), cell, kind=column.kind, style=styles[f"{weight}{column.kind}"])
    return top + 1 + len(table.rows)


def _cell(sheet: Any, at: tuple[int, int], cell: Cell, *, kind: Kind, style: Any) -> None:  # noqa: ANN401 - as above
    if isinstance(cell, str):
        sheet.write_string(*at, cell, style)
    elif isinstance(cell, datetime):
        sheet.write_datetime(*at, to_local(cell).replace(tzinfo=None), style)
    elif cell is not None:
        sheet.write_number(*at, cell / SECONDS_A_DAY if kind in {Kind.DURATION, Kind.HOURS} else cell, style)
