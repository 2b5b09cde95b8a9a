"""Windows in front of the telephones: a list to choose from, and the help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from app.telephone.book import Answerer, Caller
from app.telephone.conversation import called, pin_as_printed, plain
from app.telephone.desk import BEHAVIOURS
from app.telephone.hints import BEHAVIOURS as BEHAVIOUR_NAMES
from app.telephone.looks import grid
from app.telephone.words import N_, Words

HELP: Final = (
    ("Tab", N_("to the other telephone; a click does the same")),
    ("0…9 * #", N_("a key of the telephone that has the frame")),
    ("Enter", N_("caller: dial the line · supporter: pick up")),
    ("h, Backspace", N_("hang up")),
    ("d", N_("decline a call that rings")),
    ("p", N_("key the caller's PIN and #")),
    (N_("Space"), N_("say something for five seconds (into a recording)")),
    ("c, F2", N_("choose another caller; the list shows the PINs")),
    ("u, F3", N_("choose another supporter")),
    ("v", N_("let the supporter's telephone pick up or not by itself")),
    ("s", N_("time 1, 10 or 60 times as fast, while two people talk")),
    ("PgUp, PgDn", N_("leaf through what was said")),
    ("Home, End", N_("in a small terminal: the telephones, the books")),
    ("t", N_("light or dark")),
    ("q", N_("hang up and quit")),
)


class Choice(ModalScreen[str | None]):
    """A list; gives back the id of what was chosen, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "dismiss_nothing")]

    def __init__(self, title: str, options: Sequence[tuple[str, Text]], chosen: str | None, *, foot: str) -> None:
        super().__init__()
        self._title, self._options, self._chosen, self._foot = title, options, chosen, foot

    def compose(self) -> ComposeResult:
        """The list in a frame."""
        with Vertical(classes="window") as window:
            window.border_title, window.border_subtitle = self._title, self._foot
            yield OptionList(*(Option(text, id=name) for name, text in self._options), markup=False)

    def on_mount(self) -> None:
        """Begins at what is chosen now."""
        names = [name for name, _ in self._options]
        self.query_one(OptionList).highlighted = names.index(self._chosen) if self._chosen in names else 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Done."""
        self.dismiss(event.option.id)

    def action_dismiss_nothing(self) -> None:
        """Left without a choice."""
        self.dismiss(None)


class Help(ModalScreen[None]):
    """Every key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark,f1,enter", "dismiss_window")]

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words

    def compose(self) -> ComposeResult:
        """A table of keys."""
        with VerticalScroll(classes="window") as window:
            window.border_title, window.border_subtitle = self.words("Keys"), self.words("Esc: close")
            yield Static(self._table())

    def action_dismiss_window(self) -> None:
        """Closes it."""
        self.dismiss(None)

    def _table(self) -> Table:
        table = grid("left", "wide")
        for key, told in HELP:
            table.add_row(Text(f"{self.words(key)}  ", "bold"), self.words(told))
        return table


def callers(words: Words, people: Sequence[Caller], chosen: Caller | None) -> Choice:
    """Who is to call."""
    width = max((len(one.name) for one in people), default=0)
    options = [(one.key, _caller(words, one, width)) for one in people]
    return Choice(words("Who calls?"), options, chosen.key if chosen else None, foot=words("Enter: choose · Esc: back"))


def supporters(words: Words, people: Sequence[Answerer], chosen: Answerer | None) -> Choice:
    """Whose telephone is shown on the right."""
    width = max((len(called(words, one)) for one in people), default=0)
    off = {one.key: "" if one.on_duty else words("off duty") for one in people}
    options = [(one.key, Text(f"{called(words, one):<{width}}  {plain(one.number)}  {off[one.key]}")) for one in people]
    return Choice(words("Whose telephone?"), options, chosen.key if chosen else None, foot=words("Enter: choose · Esc: back"))


def behaviours(words: Words, chosen: str) -> Choice:
    """What the supporter's telephone does when it rings."""
    options = [(name, Text(words(BEHAVIOUR_NAMES[name]))) for name in BEHAVIOURS]
    return Choice(words("When it rings"), options, chosen, foot=words("Enter: choose · Esc: back"))


def _caller(words: Words, one: Caller, width: int) -> Text:
    pin = pin_as_printed(one.pin) if one.pin else words("unknown")
    text = Text(f"{one.name:<{width}}  {plain(one.number)}  ")
    text.append(f"{words('PIN')} {pin}", "bold")
    text.append(f"  {one.company}", "dim")
    return text
