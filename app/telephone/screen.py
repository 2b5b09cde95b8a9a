"""The telephone in the terminal: two telephones, the clock above, the books below. `TelephoneApp(…).run()` shows it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, ScrollableContainer
from textual.css.query import NoMatches
from textual.theme import Theme
from textual.widgets import Static

from app.telephone import faces, panels
from app.telephone.acting import Acting
from app.telephone.book import Answerer, Book, Caller
from app.telephone.desk import DeskClient
from app.telephone.looks import DAY, NIGHT, TIMES
from app.telephone.memory import Memory
from app.telephone.watching import BookSeen, Denied, DeskSeen, Lost
from app.telephone.widgets import Button, Keyed, Shown, Telephone
from app.telephone.words import Words
from models.values import CallState

TICK: Final = 0.25
SMALLEST: Final = (80, 24)
ROOMY: Final = (96, 28)
"""From this size on nothing is put closely together."""
TALL: Final = 44
One = TypeVar("One", Caller, Answerer)


class TelephoneApp(Acting):
    """`memory` knows the people already; `find` gives the desk, and gives it again after a break."""

    CSS_PATH = "telephone.tcss"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, words: Words, memory: Memory, *, book: Book, find: Callable[[], DeskClient], theme: Theme = NIGHT) -> None:
        super().__init__(words, memory, book=book, find=find)
        self.lost: dict[str, str] = {}
        self._first_theme = theme

    def compose(self) -> ComposeResult:
        """Head, telephones, books, keys."""
        words = self.words
        with Horizontal(id="head"):
            yield Static(words("Døgnvagt · telephone"), id="name")
            yield Shown(id="clock")
        yield Shown(id="trouble", markup=False)
        with ScrollableContainer(id="desk", can_focus=False):
            with Horizontal(id="telephones"):
                yield Telephone(words, faces.caller_acts(words), id="caller")
                yield Telephone(words, faces.supporter_acts(words), id="supporter")
            with Horizontal(id="books"):
                yield Shown(id="points", classes="panel")
                yield Shown(id="record", classes="panel")
                yield Shown(id="statement", classes="panel")
        with Horizontal(id="foot"):
            yield from (Button(act) for act in faces.screen_acts(words))
            yield Button(faces.theme_act(words), classes="act last")

    def on_mount(self) -> None:
        """Begins to look, listen and draw."""
        self.register_theme(NIGHT)
        self.register_theme(DAY)
        self.theme = self._first_theme.name
        titles = {"points": self.words("Points"), "record": self.words("The call"), "statement": self.words("Statement")}
        for name, title in titles.items():
            self.query_one(f"#{name}").border_title = title
        self.query_one("#caller").focus()
        self.looks_elsewhere()
        for work in (self.threads.listen, self.threads.read, self.threads.work):
            self.run_worker(work, thread=True)
        self.set_interval(TICK, self.draw)
        if not self.is_headless:
            self.quit_on_signals()

    def on_unmount(self) -> None:
        """Lets the threads end."""
        self.threads.stop()

    def on_resize(self, event: events.Resize) -> None:
        """More room makes roomier keys, less puts them closely together; too little is said."""
        self.ground.query_one("#desk").set_class(event.size.height >= TALL, "tall")
        self.ground.set_class(self._is_compact(), "compact")
        width, height = SMALLEST
        if event.size.width < width or event.size.height < height:
            told = self.words(
                "This terminal has {has}; the telephones need {needs}.", has=_size(*event.size), needs=_size(width, height)
            )
            self.lost["size"] = told
        else:
            self.lost.pop("size", None)
        self.draw()

    # What comes in

    def on_desk_seen(self, seen: DeskSeen) -> None:
        """The desk told something."""
        self.lost.pop("desk", None)
        begins_to_ring = self.memory.ringing(seen.handsets)
        self.memory.heard(seen.happenings, anew=seen.anew)
        self.memory.handsets.update(seen.handsets)
        self.memory.pace = seen.pace
        self.wanted_pace = None if seen.pace.chosen == self.wanted_pace else self.wanted_pace
        if begins_to_ring:
            self.bell()
        if not seen.anew:
            self._follow({it.number for it in seen.happenings if it.kind == "ringing"})
        self.looks_elsewhere()

    def on_book_seen(self, seen: BookSeen) -> None:
        """The book was read."""
        self.lost.pop("book", None)
        memory = self.memory
        if seen.directory is not None:
            memory.directory = seen.directory
            memory.caller = _again(memory.caller, seen.directory.callers)
            memory.answerer = _again(memory.answerer, seen.directory.answerers)
        if seen.page is not None:
            memory.page, memory.about = seen.page, seen.about
        self.looks_elsewhere()

    def on_lost(self, lost: Lost) -> None:
        """The desk or the book is away; what is shown stays."""
        away = self.words("The demo does not answer. Run `make run`; this telephone waits for it.")
        unread = self.words("The database cannot be read; trying again.")
        if lost.what == "desk" and self.memory.pace is not None:
            self.memory.pace = self.memory.pace.stopped()
        self.lost[lost.what] = away if lost.what == "desk" else unread
        self.draw()

    def on_denied(self, _denied: Denied) -> None:
        """The desk would not do that."""
        self.notify(self.words("The telephone cannot do that now."), severity="warning", markup=False)

    def on_keyed(self, keyed: Keyed) -> None:
        """A key of a key pad was pressed."""
        one = self.memory.caller if keyed.telephone.id == "caller" else self.memory.answerer
        if one is not None and self.memory.handset(one.number).is_on_the_line:
            self.act(one.number, "key", keys=keyed.key)
        else:
            self.tell(self.words("Keys count only in a call."))

    def on_focused(self) -> None:
        """The other telephone has the keyboard."""
        self.draw()

    # What is shown

    def looks_elsewhere(self) -> None:
        """The threads look at whoever is shown."""
        memory, attention = self.memory, self.threads.attention
        attention.numbers = tuple(one.number for one in (memory.caller, memory.answerer) if one is not None)
        call = memory.call_of(memory.caller.number) if memory.caller else None
        customer = memory.caller.customer if memory.caller else None
        if (customer, call) != (attention.customer, attention.call):
            attention.customer, attention.call = customer, call
            self.threads.nudge.set()
        self.draw()

    def draw(self) -> None:
        """Puts what is known on the screen, behind a window too. Before it is composed, and while it goes, nothing."""
        with suppress(NoMatches, IndexError):
            self._draw_telephones()
            self._draw_books()

    def _draw_telephones(self) -> None:
        words, memory = self.words, self.memory
        first, beside = self.ground.query_one("#caller", Telephone), self.ground.query_one("#supporter", Telephone)
        first.show(faces.caller(words, memory, has_keyboard=first.has_focus))
        beside.show(faces.supporter(words, memory, has_keyboard=beside.has_focus))
        trouble = "  ".join(self.lost.values())
        self._shown("trouble").show(trouble, lambda: trouble, moves=True)
        self._shown("trouble").set_class(bool(trouble), "there")

    def _draw_books(self) -> None:
        words, memory, accent = self.words, self.memory, self.theme_variables["accent"]
        page = memory.page if memory.is_about() else None
        points = page.points if page else None
        sheet = page.sheet if page and memory.about and memory.about[1] == self.threads.attention.call else None
        now, quoted = int(memory.now().timestamp()), sheet.quoted if sheet else None
        height = self._shown("statement").content_size.height or 1
        pace = (memory.pace.speed, memory.pace.chosen) if memory.pace else None
        brief = self._is_compact()
        moving = now if sheet and sheet.record.state is CallState.TALKING else None
        self._shown("clock").show((now, pace), lambda: panels.clock(words, memory))
        self._shown("points").show((points, quoted), lambda: panels.points(words, points, quoted))
        self._shown("record").show((sheet, moving, brief), lambda: panels.record(words, memory, sheet, accent, brief=brief))
        self._shown("statement").show((points, height, brief), lambda: panels.statement(words, points, height, brief=brief))
        number = points.customer if points else ""
        if self._shown("points").border_subtitle != number:
            self._shown("points").border_subtitle = number

    def _shown(self, name: str) -> Shown:
        return self.ground.query_one(f"#{name}", Shown)

    def _is_compact(self) -> bool:
        return self.size.width < ROOMY[0] or self.size.height < ROOMY[1]

    def _follow(self, ringing: set[str]) -> None:
        """The supporter's telephone on the screen is the one that rings, unless the one shown is in use."""
        memory = self.memory
        if memory.answerer is None or not memory.handset(memory.answerer.number).is_idle:
            return
        other = next((one for one in memory.directory.answerers if one.number in ringing), None)
        if other is not None and other != memory.answerer:
            memory.answerer = other
            self.bell()


def _again(one: One | None, people: tuple[One, ...]) -> One | None:
    """The same telephone, as the book tells of it now."""
    return next((other for other in people if one is not None and other.key == one.key), one)


def _size(width: int, height: int) -> str:
    return f"{width}{TIMES}{height}"
