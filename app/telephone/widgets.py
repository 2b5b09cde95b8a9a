"""One telephone on the screen: whose it is, how it stands, what was said, what comes next, its keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Grid, Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Static

from app.telephone.conversation import Spoken, Voice
from app.telephone.looks import Content, grid, time_of_day
from app.telephone.words import N_, Words

KEYS: Final = "123456789*0#"
MARK: Final = "▶ "
"""Stands at the telephone that has the keyboard, for whoever sees no colours."""
FLASH: Final = 0.15
NARROW: Final = 40
"""Columns below which what is said has the room of the seconds too."""
SPEAKER: Final = {Voice.LINE: N_("The line:"), Voice.OWN: N_("You:"), Voice.NOTE: "", Voice.FAULT: ""}


@dataclass(frozen=True)
class Act:
    """Something that a click or a key does: the screen's action, its key, and what it is called."""

    action: str
    key: str
    name: str


@dataclass(frozen=True)
class Face:
    """Everything that a telephone shows. `has_keyboard`: keys go to it."""

    title: str
    number: str
    state: str
    hint: str
    conversation: tuple[Spoken, ...]
    steps: tuple[str, ...]
    possible: frozenset[str]
    rings: bool
    talks: bool
    has_keyboard: bool = False


@dataclass
class Keyed(Message):
    """A key of a telephone was pressed, by mouse or keyboard."""

    telephone: Telephone
    key: str


@dataclass
class Focused(Message):
    """Another telephone has the keyboard."""


class Shown(Static):
    """A text that is drawn anew only when it is another one: `key` says what it is about."""

    def show(self, key: object, content: Callable[[], Content], *, moves: bool = False) -> None:
        """Shows that content. `moves`: its height may change, so the rest must make room."""
        if getattr(self, "_key", None) != (key, self.app.theme):
            self._key = (key, self.app.theme)
            self.update(content(), layout=moves)


class Button(Static):
    """Something to click: an act of the screen."""

    def __init__(self, act: Act, *, classes: str = "act") -> None:
        super().__init__(classes=classes)
        self.act = act

    def on_mount(self) -> None:
        """Shows the key and the name."""
        self.update(Text.assemble((self.act.key, "bold"), " ", self.act.name))

    async def on_click(self) -> None:
        """Does it, at the telephone that it stands on."""
        for ancestor in self.ancestors:
            if isinstance(ancestor, Telephone):
                ancestor.focus()
        self.call_after_refresh(self.app.run_action, self.act.action)


class Key(Static):
    """One key of the key pad."""

    def __init__(self, key: str) -> None:
        super().__init__(key, classes="key", markup=False)
        self.key = key

    def on_click(self) -> None:
        """Presses it."""
        for ancestor in self.ancestors:
            if isinstance(ancestor, Telephone):
                ancestor.press(self.key)

    def flash(self) -> None:
        """Shows that it was pressed."""
        self.add_class("pressed")
        self.set_timer(FLASH, lambda: self.remove_class("pressed"))


class Conversation(VerticalScroll, can_focus=False):
    """What was said, the newest at the bottom."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self._shown: object = None

    def compose(self) -> ComposeResult:
        """One text that grows."""
        yield Static(classes="said")

    def show(self, lines: tuple[Spoken, ...], steps: tuple[str, ...]) -> None:
        """Shows these lines, or the steps where there are none yet; scrolls down when something is new."""
        accent, fault = self.app.theme_variables["accent"], self.app.theme_variables["error"]
        brief = self.size.width < NARROW
        shown = (lines, steps, accent, brief)
        if shown == self._shown:
            return
        self._shown = shown
        self.query_one(Static).update(self._written(lines, accent, fault, brief=brief) if lines else _numbered(steps, accent))
        if lines:
            self.scroll_end(animate=False)
        else:
            self.scroll_home(animate=False)

    def _written(self, lines: Sequence[Spoken], accent: str, fault: str, *, brief: bool) -> Table:
        styles = {Voice.LINE: "", Voice.OWN: f"bold {accent}", Voice.NOTE: "italic dim", Voice.FAULT: fault}
        table = grid("left", "wide")
        for line in lines:
            who = f"{self.words(SPEAKER[line.voice])} " if SPEAKER[line.voice] else ""
            table.add_row(
                Text(time_of_day(line.at, brief=brief), "dim"), Text.assemble((who, "dim"), (line.text, styles[line.voice]))
            )
        return table


def _numbered(steps: Sequence[str], accent: str) -> Table:
    table = grid("right", "wide")
    for number, step in enumerate(steps, start=1):
        table.add_row(Text(str(number), f"bold {accent}"), step)
    return table


class Telephone(Vertical, can_focus=True):
    """A telephone. It has the keyboard while it has the focus."""

    def __init__(self, words: Words, acts: Sequence[Act], *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.words, self.acts = words, acts
        self._face: Face | None = None

    def compose(self) -> ComposeResult:
        """State, conversation, hint, keys."""
        yield Shown(classes="state", markup=False)
        yield Conversation(self.words)
        yield Shown(classes="hint", markup=False)
        with Horizontal(classes="pad"):
            with Grid(classes="keys"):
                yield from (Key(key) for key in KEYS)
            with Vertical(classes="acts"):
                yield from (Button(act) for act in self.acts)

    def show(self, face: Face) -> None:
        """Shows how it stands now."""
        self.query_one(Conversation).show(face.conversation, face.steps)
        if face == self._face:
            return
        self._face = face
        self.border_title = f"{MARK if face.has_keyboard else ''}{face.title}"
        self.border_subtitle = face.number
        self.query_one(".state", Shown).show(face.state, lambda: face.state)
        self.query_one(".hint", Shown).show(face.hint, lambda: face.hint, moves=True)
        self.set_class(face.rings, "rings")
        self.set_class(face.talks, "talks")
        for button in self.query(Button):
            button.set_class(button.act.action not in face.possible, "impossible")

    def on_focus(self) -> None:
        """It has the keyboard: the screen is drawn anew."""
        self.post_message(Focused())

    def press(self, key: str) -> None:
        """One of its keys was pressed."""
        for pad in self.query(Key):
            if pad.key == key:
                pad.flash()
        self.post_message(Keyed(self, key))

    def on_key(self, event: events.Key) -> None:
        """Digits, star and square go to this telephone."""
        if event.character and event.character in KEYS:
            event.stop()
            self.press(event.character)
