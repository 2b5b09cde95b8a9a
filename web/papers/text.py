"""Papers as plain text: what a terminal shows."""

from __future__ import annotations

from collections.abc import Iterator

from web.papers.columns import table
from web.papers.figures import Figures
from web.papers.paper import Paper, Table, spelled


def lines(paper: Paper) -> list[str]:
    """The paper, line by line."""
    figures = Figures(paper.words)
    width = max((len(label) for label, _ in paper.facts), default=0)
    facts = [f"  {label:<{width}}  {value}" for label, value in paper.facts]
    tables = [line for one in paper.tables for line in ("", *_table(one.on_a_page(), figures))]
    return [paper.title, *facts, *tables, "", *paper.notes]


def rendered(paper: Paper) -> bytes:
    """The paper as a file in UTF-8."""
    return "".join(f"{line}\n" for line in lines(paper)).encode()


def _table(one: Table, figures: Figures) -> Iterator[str]:
    yield one.title
    if not one.rows:
        yield f"  {one.empty}"
        return
    headings = [column.heading for column in one.columns]
    kinds = [column.kind for column in one.columns]
    rows = [[spelled(figures, kind, cell) for kind, cell in zip(kinds, row, strict=True)] for row in one.rows]
    yield from (f"  {line}" for line in table(headings, rows, right=[c.heading for c in one.columns if c.kind.is_figure]))
