"""The threads behind the screen: one listens to the desk, one reads the book, one works the telephones in order.

They hand what they find to the screen as messages and never touch it. When the desk or the database is away they say so once,
keep trying, and say when it is back.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from textual.message import Message
from textual.message_pump import MessagePump

from app.telephone.book import Book, Directory, Page
from app.telephone.desk import DeskClient, DeskError, Handset, Happening, Pace, Refused

LISTENS: Final = 0.4
"""Seconds of one poll; quitting waits for it."""
READS: Final = 0.5
RETRIES: Final = 1.0
PEOPLE_EVERY: Final = 10


@dataclass
class DeskSeen(Message):
    """What the desk told. `anew`: the happenings are everything it knows, for the first time or after a break."""

    happenings: list[Happening]
    handsets: dict[str, Handset]
    pace: Pace
    anew: bool


@dataclass
class BookSeen(Message):
    """What the book says; `directory` only now and then."""

    directory: Directory | None
    page: Page | None
    about: tuple[str, str | None] | None


@dataclass
class Lost(Message):
    """The desk or the book cannot be reached."""

    what: str
    why: str


@dataclass
class Denied(Message):
    """The desk would not do that."""

    why: str


@dataclass
class Attention:
    """What the screen looks at; the threads read it at each round."""

    numbers: tuple[str, ...] = ()
    customer: str | None = None
    call: str | None = None


@dataclass
class Watch:
    """The three threads' work. `find` gives the desk anew after a break: its address may have changed."""

    screen: MessagePump
    find: Callable[[], DeskClient]
    book: Book
    attention: Attention = field(default_factory=Attention)
    stopping: threading.Event = field(default_factory=threading.Event)
    nudge: threading.Event = field(default_factory=threading.Event)
    acts: queue.Queue[Callable[[DeskClient], object]] = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self.desk = self.find()

    def stop(self) -> None:
        """Lets the threads end at their next breath."""
        self.stopping.set()
        self.nudge.set()

    def listen(self) -> None:
        """The desk's thread."""
        after, anew = 0, True
        while not self.stopping.is_set():
            try:
                after = self._heard(after, anew=anew)
                anew = False
            except DeskError as problem:
                self.screen.post_message(Lost("desk", str(problem)))
                after, anew = 0, True
                self._find_again()

    def read(self) -> None:
        """The book's thread."""
        rounds = 0
        while not self.stopping.is_set():
            try:
                self.screen.post_message(self._read(with_people=rounds % PEOPLE_EVERY == 0))
                rounds += 1
            except SQLAlchemyError as problem:
                self.screen.post_message(Lost("book", type(problem).__name__))
                rounds = 0
            self.nudge.wait(READS)
            self.nudge.clear()

    def work(self) -> None:
        """The hands' thread: what was asked for, one after another, so that keys keep their order."""
        while not self.stopping.is_set():
            try:
                self.acts.get(timeout=LISTENS)(self.desk)
            except queue.Empty:
                continue
            except Refused as problem:
                self.screen.post_message(Denied(str(problem)))
            except DeskError as problem:
                self.screen.post_message(Lost("desk", str(problem)))

    def _heard(self, after: int, *, anew: bool) -> int:
        happenings = self.desk.happenings(after, wait=0 if anew else LISTENS)
        last = happenings[-1].id if happenings else after
        handsets = {number: self.desk.handset(number, after=last) for number in self.attention.numbers}
        self.screen.post_message(DeskSeen(happenings, handsets, self.desk.pace(), anew))
        if happenings:
            self.nudge.set()
        return last

    def _read(self, *, with_people: bool) -> BookSeen:
        directory = self.book.directory() if with_people else None
        customer, call = self.attention.customer, self.attention.call
        page = self.book.page(customer, call) if customer else None
        return BookSeen(directory, page, (customer, call) if customer else None)

    def _find_again(self) -> None:
        self.stopping.wait(RETRIES)
        try:
            self.desk = self.find()
        except Exception as problem:  # noqa: BLE001 - the demo is being started anew; whatever is missing now will be there
            self.screen.post_message(Lost("desk", str(problem)))
