"""What keys and clicks do: telephones are dialled, keyed and hung up, people chosen, time made faster."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Event
from typing import ClassVar, Final

from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from app.telephone import choosing
from app.telephone.book import Book
from app.telephone.desk import DeskClient, DeskError, Handset
from app.telephone.looks import DAY, NIGHT
from app.telephone.memory import Memory
from app.telephone.panels import SPEEDS
from app.telephone.watching import Watch
from app.telephone.widgets import Conversation, Telephone
from app.telephone.words import Words

SPOKEN_SECONDS: Final = 5
VOICEMAIL_AFTER: Final = 4
GOODBYE_WITHIN: Final = 8.0
STOPS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Acting(App[None]):
    """The actions of the telephone; what it looks like stands in `screen`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer"),
        Binding("h,backspace", "hang_up"),
        Binding("d", "decline"),
        Binding("p", "pin"),
        Binding("space", "speak"),
        Binding("c,f2", "choose_caller"),
        Binding("u,f3", "choose_supporter"),
        Binding("v", "behaviour"),
        Binding("s,f4", "speed"),
        Binding("t", "theme"),
        Binding("question_mark,f1", "help"),
        Binding("up", "leaf(-1)"),
        Binding("down", "leaf(1)"),
        Binding("pageup", "leaf(-5)"),
        Binding("pagedown", "leaf(5)"),
        Binding("home", "desk_top"),
        Binding("end", "desk_bottom"),
        Binding("q,ctrl+q,ctrl+c", "quit"),
    ]

    def __init__(self, words: Words, memory: Memory, *, book: Book, find: Callable[[], DeskClient]) -> None:
        super().__init__()
        self.words, self.memory = words, memory
        self.threads = Watch(self, find, book)
        self.wanted_pace: float | None = None
        self._operated: set[str] = set()
        self._leaves = False

    # Telephones

    def action_answer(self) -> None:
        """Picks up what rings; an idle caller dials the line."""
        handset = self._focused()
        if handset is None:
            return
        lines = self.memory.directory.lines
        if handset.rings:
            self.act(handset.number, "pick-up")
        elif handset.is_idle and self._telephone().id == "caller" and lines:
            self.act(handset.number, "dial", to=lines[0].number)
        elif handset.is_idle:
            self.tell(self.words("This telephone does not ring."))

    def action_hang_up(self) -> None:
        """Puts the receiver down; a call that rings is declined."""
        handset = self._focused()
        if handset is not None and not handset.is_idle:
            self.act(handset.number, "decline" if handset.rings else "hang-up")
        else:
            self.tell(self.words("There is no call to hang up."))

    def action_decline(self) -> None:
        """Declines what rings at the telephone with the focus, or else at the supporter's."""
        for one in (self._focused(), self._of(self.memory.answerer)):
            if one is not None and one.rings:
                self.act(one.number, "decline")
                return
        self.tell(self.words("This telephone does not ring."))

    def action_pin(self) -> None:
        """Keys the caller's PIN, whole."""
        caller = self.memory.caller
        handset = self._of(caller)
        if caller is None or handset is None or caller.pin is None or not handset.is_on_the_line:
            self.tell(self.words("The PIN is keyed in a call."))
            return
        self.act(handset.number, "key", keys=f"{caller.pin}#")

    def action_speak(self) -> None:
        """Says something for a while, as into a recording."""
        handset = self._focused()
        if handset is not None and handset.is_on_the_line:
            self.act(handset.number, "speak", seconds=SPOKEN_SECONDS)
            self.tell(self.words("Speaks for {seconds} seconds.", seconds=SPOKEN_SECONDS))

    # People, time, looks

    def action_other_telephone(self) -> None:
        """The keyboard goes to the other telephone."""
        self.screen.focus_next(Telephone)

    def action_choose_caller(self) -> None:
        """Somebody else is to call."""
        people = self.memory.directory.callers

        def chosen(name: str | None) -> None:
            self.memory.caller = next((one for one in people if one.key == name), self.memory.caller)
            self.looks_elsewhere()

        if people:
            self.push_screen(choosing.callers(self.words, people, self.memory.caller), chosen)

    def action_choose_supporter(self) -> None:
        """Another telephone is shown on the right."""
        people = self.memory.directory.answerers

        def chosen(name: str | None) -> None:
            self.memory.answerer = next((one for one in people if one.key == name), self.memory.answerer)
            self.looks_elsewhere()

        if people:
            self.push_screen(choosing.supporters(self.words, people, self.memory.answerer), chosen)

    def action_behaviour(self) -> None:
        """What the supporter's telephone does when it rings."""
        handset = self._of(self.memory.answerer)

        def chosen(kind: str | None) -> None:
            if kind is not None and handset is not None:
                self.act(handset.number, "behaviour", kind=kind, after=VOICEMAIL_AFTER, says="")

        if handset is not None:
            self.push_screen(choosing.behaviours(self.words, handset.behaviour), chosen)

    def action_speed(self) -> None:
        """The next speed of the demo's clock."""
        now = self.wanted_pace or (self.memory.pace.chosen if self.memory.pace else 1)
        faster = next((speed for speed in SPEEDS if speed > now), SPEEDS[0])
        self.wanted_pace = faster
        self.threads.acts.put(lambda desk: desk.choose_pace(faster))

    def action_theme(self) -> None:
        """Light, or dark."""
        self.theme = NIGHT.name if self.theme == DAY.name else DAY.name

    def action_help(self) -> None:
        """Every key."""
        self.push_screen(choosing.Help(self.words))

    def action_leaf(self, lines: int) -> None:
        """Leafs through the conversation of the telephone with the focus."""
        self._telephone().query_one(Conversation).scroll_relative(y=lines, animate=False)

    def action_desk_top(self) -> None:
        """Where the terminal is small: up to the telephones."""
        self.query_one("#desk").scroll_home(animate=False, x_axis=False)

    def action_desk_bottom(self) -> None:
        """Where the terminal is small: down to the books."""
        self.query_one("#desk").scroll_end(animate=False, x_axis=False)

    async def action_quit(self) -> None:
        """Hangs up what was begun here, behind what was asked for before, and ends."""
        self._leaves, has_hung_up = True, Event()
        self.threads.acts.put(partial(self._hang_everything_up, has_hung_up))
        await asyncio.to_thread(has_hung_up.wait, GOODBYE_WITHIN)
        self.threads.stop()
        self.exit()

    def quit_on_signals(self) -> None:
        """A closed terminal and SIGTERM do what the key does that quits; a hang-up that nohup keeps away stays away."""
        for number in STOPS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                asyncio.get_running_loop().add_signal_handler(number, self._quit_on, number)

    # Below

    def act(self, number: str, act: str, **body: object) -> None:
        """Lets a telephone do something, behind what was asked for before; not any more where everything is being hung up."""
        if self._leaves:
            return
        self._operated.add(number)
        self.threads.acts.put(partial(_acted, number=number, act=act, body=body))

    def tell(self, sentence: str) -> None:
        """A short word in the corner."""
        self.notify(sentence, timeout=2, markup=False)

    def looks_elsewhere(self) -> None:
        """Other people are shown from now on; who draws the telephones draws them anew."""

    @property
    def ground(self) -> Screen[object]:
        """The screen with the telephones, whatever window stands before it."""
        return self.screen_stack[0]

    def _telephone(self) -> Telephone:
        focused = self.ground.focused
        return focused if isinstance(focused, Telephone) else self.ground.query_one("#caller", Telephone)

    def _focused(self) -> Handset | None:
        return self._of(self.memory.caller if self._telephone().id == "caller" else self.memory.answerer)

    def _of(self, one: object) -> Handset | None:
        number = getattr(one, "number", None)
        return self.memory.handset(number) if number else None

    def _quit_on(self, number: signal.Signals) -> None:
        if number is signal.SIGHUP:
            _draw_nowhere()
        self.run_worker(self.action_quit(), group="quit", exclusive=True)

    def _hang_everything_up(self, has_hung_up: Event, desk: DeskClient) -> None:
        for number in self._operated:
            with suppress(DeskError):
                handset = desk.handset(number, after=0)
                if not handset.is_idle:
                    desk.act(number, "decline" if handset.rings else "hang-up")
        has_hung_up.set()


def _acted(desk: DeskClient, *, number: str, act: str, body: dict[str, object]) -> None:
    desk.act(number, act, **body)


def _draw_nowhere() -> None:
    """The terminal is gone; whoever still writes to it would wait for ever, or fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
