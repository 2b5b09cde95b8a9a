"""The forms that a paper is handed out in. The library of a form is loaded when it is asked for: commands start fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from importlib import import_module
from typing import Final

from web.papers.paper import Paper


class Format(StrEnum):
    """What a file holds."""

    TEXT = "text"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"

    @property
    def is_for_people(self) -> bool:
        """Whether it can be read on a terminal."""
        return self in {Format.TEXT, Format.CSV}


ROOMS: Final[Mapping[Format, str]] = {
    Format.TEXT: "web.papers.text",
    Format.CSV: "web.papers.csv_file",
    Format.XLSX: "web.papers.xlsx",
    Format.PDF: "web.papers.pdf",
}


def rendered(paper: Paper, form: Format) -> bytes:
    """The paper as a file of that form; text and CSV are UTF-8."""
    render: Callable[[Paper], bytes] = import_module(ROOMS[form]).rendered
    return render(paper)
