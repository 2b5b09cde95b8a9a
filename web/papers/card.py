"""A PIN card for the wallet, or the wall beside the till: A6, in the person's language, with a code that dials the line.

The code is `tel:` and the line's number, never the PIN: a telephone that reads it dials, and nobody learns more from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import segno
from fpdf import XPos, YPos

from helpdesk.pin_cards import PinCard
from models.values import HOME_REGION, e164
from web.papers import opening
from web.papers.pdf import FAINT, FONT, INK, Sheet
from web.words import Words

SIZE: Final = (105, 148)  # millimetres: A6
MARGIN: Final = 10
CODE: Final = 27  # millimetres
HIDDEN: Final = "•••• ••••"
DANISH: Final = "+45"


@dataclass(frozen=True)
class Spelled:
    """A card in words: its title, the PIN as 4+4, each number with when it is answered, how it is used, and what to mind."""

    title: str
    pin: str
    line: tuple[str, str]
    office: tuple[str, str]
    how: str
    mind: str


def spelled(card: PinCard, words: Words) -> Spelled:
    """What stands on the card, in the language of `words`; without a PIN, dots in its place."""
    return Spelled(
        title=words("PIN for the support line"),
        pin=f"{card.pin[:4]} {card.pin[4:]}" if card.pin else HIDDEN,
        line=(dialled(card.line), words("round the clock, every day of the week")),
        office=(dialled(card.office), _office_hours(card, words)),
        how=words("Phone {number}, key the PIN and then #.", number=dialled(card.line)),
        mind=words("The PIN is personal. If somebody else has seen it, ask for a new one."),
    )


def code(card: PinCard) -> segno.QRCode:
    """The code that dials the line."""
    return segno.make(f"tel:{card.line}", error="m", micro=False)


def dialled(number: str) -> str:
    """A number as it is dialled at home: "6318 6363"; another country's as it is."""
    home = number.removeprefix(DANISH)
    is_home = e164(number, HOME_REGION) == number and number.startswith(DANISH) and len(home) == 2 * 4
    return f"{home[:4]} {home[4:]}" if is_home else number


def rendered(card: PinCard, words: Words) -> bytes:
    """The card as a PDF of one page."""
    said = spelled(card, words)
    sheet = Sheet(SIZE, title=said.title, words=words, made_at=card.made_at, margin=MARGIN)
    sheet.set_auto_page_break(auto=False)
    sheet.add_page()
    _line(sheet, said.title, size=15, bold=True, height=8)
    _line(sheet, sheet.spellable(card.name), size=11, bold=True, height=5.5)
    _line(sheet, sheet.spellable(card.company), size=11, height=5.5)
    sheet.ln(7)
    _line(sheet, said.pin, size=34, bold=True, height=15)
    sheet.ln(6)
    top = sheet.get_y()
    for left, above, side in _squares(card):
        sheet.set_fill_color(0)
        sheet.rect(sheet.w - MARGIN - CODE + left, top + above, side, side, style="F")
    for number, when in (said.line, said.office):
        _line(sheet, number, size=16, bold=True, height=7)
        sheet.set_text_color(*FAINT)
        sheet.set_font(FONT, size=9)
        sheet.multi_cell(w=sheet.epw - CODE - 4, h=4.2, text=when, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        sheet.set_text_color(*INK)
        sheet.ln(3)
    sheet.set_y(max(sheet.get_y(), top + CODE + 5))
    for text in (said.how, said.mind):
        sheet.set_font(FONT, size=9.5)
        sheet.multi_cell(w=0, h=4.8, text=text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        sheet.ln(1.5)
    return bytes(sheet.output())


def _office_hours(card: PinCard, words: Words) -> str:
    if card.hours is None:
        return words("in opening hours, without a PIN or points")
    return words("{hours}, without a PIN or points", hours=opening.week(card.hours, words))


def _line(sheet: Sheet, text: str, *, size: int, height: float, bold: bool = False) -> None:
    sheet.set_font(FONT, "B" if bold else "", size)
    sheet.multi_cell(w=0, h=height, text=text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _squares(card: PinCard) -> Iterator[tuple[float, float, float]]:
    """The dark squares of the code: from the left, from above, how wide; in millimetres."""
    rows = [list(row) for row in code(card).matrix]
    side = CODE / len(rows)
    for above, row in enumerate(rows):
        for left, dark in enumerate(row):
            if dark:
                yield left * side, above * side, side + 0.02
