"""A paper before it is text, CSV, XLSX or PDF: a title, facts, tables and notes, in the words of one language.

Cells keep what they are: points and numbers are integers, moments are aware UTC, so that a spreadsheet gets numbers and dates, and
everything for the eye is spelled by `Figures`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from web.papers.figures import Figures
from web.words import Words

Cell = str | int | datetime | None


class Kind(StrEnum):
    """What the cells of a column are; durations and hours are seconds."""

    TEXT = "text"
    NUMBER = "number"
    CHANGE = "change"
    DURATION = "duration"
    HOURS = "hours"
    MOMENT = "moment"

    @property
    def is_figure(self) -> bool:
        """Whether its cells are aligned at their end."""
        return self in {Kind.NUMBER, Kind.CHANGE, Kind.DURATION, Kind.HOURS}


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column. `width` is its share of a page; 0 is one for spreadsheets only."""

    heading: str
    kind: Kind = Kind.TEXT
    width: int = 0


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table; `strong` are the rows that sum up. Without rows the paper says `empty` in its place."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    strong: frozenset[int] = frozenset()
    empty: str = ""

    def on_a_page(self) -> Table:
        """The table without the columns that only spreadsheets have."""
        kept = [place for place, column in enumerate(self.columns) if column.width]
        return Table(
            title=self.title,
            columns=tuple(self.columns[place] for place in kept),
            rows=tuple(tuple(row[place] for place in kept) for row in self.rows),
            strong=self.strong,
            empty=self.empty,
        )


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A paper in one language, made at `made_at`. The first table is the one that a CSV file has."""

    title: str
    words: Words
    made_at: datetime
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]


def spelled(figures: Figures, kind: Kind, cell: Cell) -> str:
    """A cell for the eye."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return figures.short(cell)
    if isinstance(cell, str):
        return cell
    return {Kind.CHANGE: figures.signed, Kind.DURATION: figures.duration, Kind.HOURS: figures.hours}.get(kind, figures.number)(cell)
