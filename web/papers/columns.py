"""Columns of text under headings, for terminals."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def table(headings: Sequence[str], rows: Sequence[Sequence[object]], *, right: Collection[str] = ()) -> list[str]:
    """Lines of columns under headings; those named in `right` are figures, aligned at their end. A dash stands for nothing."""
    cells = [list(headings), *([spoken(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(_aligned(row, widths, headings, right)).rstrip() for row in cells]


def spoken(value: object) -> str:
    """A value in text: a dash where there is none."""
    return "-" if value is None else str(value)


def _aligned(row: Sequence[str], widths: Sequence[int], headings: Sequence[str], right: Collection[str]) -> list[str]:
    columns = zip(row, widths, headings, strict=True)
    return [cell.rjust(width) if heading in right else cell.ljust(width) for cell, width, heading in columns]
