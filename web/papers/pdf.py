"""A paper as PDF: A4, one embedded font (IBM Plex Sans Condensed, OFL, all of whose figures are equally wide), pages numbered.

A letter that the font lacks is shown as a question mark rather than left out: a name in another script is seen to be one.
"""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from typing import Final

from fpdf import FPDF, XPos, YPos
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace, TTFFont

from web.papers.figures import Figures
from web.papers.paper import Cell, Kind, Paper, Table, spelled
from web.words import Words

FONT: Final = "IBM Plex Sans Condensed"
FILES: Final = {"": "IBMPlexSansCondensed-Regular.ttf", "B": "IBMPlexSansCondensed-SemiBold.ttf"}
UNKNOWN: Final = "?"
MARGIN: Final = 12
LABEL: Final = 48  # millimetres that the labels of the facts have
LINE: Final = 5.2
BEGINNING: Final = 25  # millimetres: a heading stands on the page of its first rows
INK: Final = (29, 36, 43)
FAINT: Final = (61, 71, 82)
RULE: Final = (200, 206, 212)


def rendered(paper: Paper) -> bytes:
    """The document."""
    page = _Page(paper)
    page.add_page()
    page.heading(paper.title, size=17)
    page.facts(paper.facts)
    for table in paper.tables:
        page.table_of(table.on_a_page())
    page.notes(paper.notes)
    return bytes(page.output())


class Sheet(FPDF):
    """An empty document with our font, in our ink; `size` is a name, or millimetres."""

    def __init__(
        self, size: str | tuple[float, float], *, title: str, words: Words, made_at: datetime, margin: int = MARGIN
    ) -> None:
        super().__init__(format=size)
        folder = files("fontpkg_ibm_plex_sans_condensed") / "files"
        for style, name in FILES.items():
            self.add_font(FONT, style, str(folder / name))
        self._known = _letters(self.fonts[f"{FONT.lower()}"])
        self.set_margin(margin)
        self.c_margin = 0
        self.set_title(title)
        self.set_lang(words.language)
        self.set_creation_date(made_at)
        self.set_draw_color(*RULE)
        self.set_text_color(*INK)

    def spellable(self, text: str) -> str:
        """The text with a question mark for each letter that the font lacks."""
        return "".join(letter if ord(letter) in self._known else UNKNOWN for letter in text)


class _Page(Sheet):
    """The pages of one paper."""

    def __init__(self, paper: Paper) -> None:
        super().__init__("A4", title=paper.title, words=paper.words, made_at=paper.made_at)
        self._words, self._figures = paper.words, Figures(paper.words)
        self.set_auto_page_break(auto=True, margin=MARGIN + 5)
        self.alias_nb_pages()

    def footer(self) -> None:
        """Which page of how many, at the foot of each."""
        self.set_y(-MARGIN)
        self.set_font(FONT, size=8)
        self.set_text_color(*FAINT)
        self.cell(text=self._words("Page {page} of {pages}", page=self.page_no(), pages="{nb}"), w=0, align="R")
        self.set_text_color(*INK)

    def heading(self, text: str, *, size: int) -> None:
        self.set_font(FONT, "B", size)
        self.cell(text=self.spellable(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT, h=size * 0.55)
        self.ln(1.5)

    def facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        for label, value in facts:
            self.set_font(FONT, "", 10)
            self.cell(text=label, w=LABEL, h=LINE)
            self.set_font(FONT, "B", 10)
            self.multi_cell(w=0, h=LINE, text=self.spellable(value), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def table_of(self, table: Table) -> None:
        self.ln(6)
        if self.will_page_break(BEGINNING):
            self.add_page()
        self.heading(table.title, size=12)
        self.set_font(FONT, size=7.5)
        if not table.rows:
            self.cell(text=table.empty, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            return
        aligned = tuple("RIGHT" if column.kind.is_figure else "LEFT" for column in table.columns)
        with self.table(
            col_widths=tuple(column.width for column in table.columns),
            text_align=aligned,
            headings_style=FontFace(emphasis="BOLD"),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            line_height=self.font_size * 1.35,
            padding=(0.6, 1),
        ) as drawn:
            drawn.row([column.heading for column in table.columns])
            for number, row in enumerate(table.rows):
                style = FontFace(emphasis="BOLD") if number in table.strong else None
                drawn.row([self._cell(column.kind, cell) for column, cell in zip(table.columns, row, strict=True)], style=style)

    def notes(self, notes: tuple[str, ...]) -> None:
        self.ln(6)
        self.set_font(FONT, size=8)
        self.set_text_color(*FAINT)
        for note in notes:
            self.multi_cell(w=0, text=note, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_text_color(*INK)

    def _cell(self, kind: Kind, cell: Cell) -> str:
        return self.spellable(spelled(self._figures, kind, cell))


def _letters(font: object) -> frozenset[int]:
    """The letters that a font can show."""
    if not isinstance(font, TTFFont):
        raise TypeError("the font of a paper is one that is embedded")
    return frozenset(font.cmap)
