"""How it looks: two themes, and small pieces of text that several panels use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text
from textual.theme import Theme

from app.telephone.words import Words
from models.local import to_local

NIGHT: Final = Theme(
    name="nat",
    primary="#7FB8EE",
    secondary="#9AA7B4",
    accent="#7FB8EE",
    foreground="#E4E9EE",
    background="#12161B",
    surface="#181D23",
    panel="#252D36",
    success="#8CCB9B",
    warning="#E6BC6E",
    error="#F2958C",
    dark=True,
)
DAY: Final = Theme(
    name="dag",
    primary="#0B4A8F",
    secondary="#3D4752",
    accent="#0B4A8F",
    foreground="#1C232A",
    background="#FFFFFF",
    surface="#F7F9FA",
    panel="#E3E8ED",
    success="#0F5C2E",
    warning="#7A4B00",
    error="#8C1D18",
    dark=False,
)
MINUS: Final = "\N{MINUS SIGN}"
TIMES: Final = "\N{MULTIPLICATION SIGN}"
DASH: Final = "\N{EN DASH}"
QUARTER: Final = 900
BAR: Final = 10
Content = Table | Text | str


def theme_for(env: Mapping[str, str]) -> Theme:
    """Day where the terminal says that its background is light (COLORFGBG), night where it says nothing."""
    background = env.get("COLORFGBG", "").rpartition(";")[2]
    return DAY if background in {"7", "15"} else NIGHT


def time_of_day(moment: datetime, *, brief: bool = False) -> str:
    """The local time, to the second; where there is little room, to the minute."""
    return f"{to_local(moment):%H:%M}" if brief else f"{to_local(moment):%H:%M:%S}"


def signed(points: int) -> str:
    """Points with a real minus."""
    return f"{MINUS}{-points}" if points < 0 else str(points)


def duration(words: Words, seconds: int) -> str:
    """As in "17 min 04 s"."""
    return words("{minutes} min {seconds} s", minutes=seconds // 60, seconds=f"{seconds % 60:02d}")


def bar(seconds: int, accent: str) -> Text:
    """How far the present quarter is."""
    full = seconds % QUARTER * BAR // QUARTER
    return Text.assemble(("━" * full, accent), ("─" * (BAR - full), "dim"))


def grid(*columns: str) -> Table:
    """A borderless table; each column is "left", "right", "wide" (takes what is left and wraps) or "line" (… and is cut off)."""
    made = Table.grid(padding=(0, 1, 0, 0), expand=True)
    for column in columns:
        ratio = 1 if column in {"wide", "line"} else None
        justify: JustifyMethod = "right" if column == "right" else "left"
        made.add_column(justify=justify, ratio=ratio, no_wrap=column != "wide", overflow="ellipsis" if column == "line" else "fold")
    return made
