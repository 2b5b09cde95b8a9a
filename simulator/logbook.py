"""What the exchange wrote down, in the order in which it happened."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, TypeVar

from simulator.records import Happening, Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from simulator.records import Doubled, Logged
    from simulator.webhooks import Subject

ELSEWHERE = frozenset({"webhook", "network", "problem", "unreached"})
"""What happens without the telephone noticing."""
SLACK = 100
"""How many a bounded list may hold too much: they are dropped together."""
Thing = TypeVar("Thing")


class Logbook:
    """Requests, problems, doubled answers and happenings. `most` bounds each list in a process that runs for ever."""

    def __init__(self, now: Callable[[], datetime], most: int | None = None) -> None:
        self.log: list[Logged] = []
        self.debugger: list[Problem] = []
        self.problems: list[Problem] = []
        self.doubles: list[Doubled] = []
        self.happenings: list[Happening] = []
        self.happened: Callable[[Happening], None] = lambda _: None
        """Called after each happening, for whoever waits for one."""
        self._now, self._most = now, most
        self._ids = itertools.count(1)

    def logged(self, entry: Logged, about: Subject) -> None:
        """Keep one request and its answer."""
        self._keep(self.log, entry)
        self.note("webhook", about, f"{entry.kind} {entry.status} {entry.url}")

    def problem(self, code: int, message: str, about: Subject, *, fatal: bool = False) -> Problem:
        """Keep something that went wrong, for the debugger and for the test."""
        problem = Problem(code, message, fatal, self._now(), about.sid)
        self._keep(self.debugger, problem)
        self._keep(self.problems, problem)
        self.note("problem", about, str(problem))
        return problem

    def note(self, kind: str, about: Subject, text: str = "", *, language: str = "") -> Happening:
        """Keep something that happened to the telephone at the end of `about`."""
        happening = Happening(next(self._ids), self._now(), kind, about.handset.number, about.sid, text, language)
        self._keep(self.happenings, happening)
        if kind not in ELSEWHERE:
            self._keep(about.handset.notes, happening)
        self.happened(happening)
        return happening

    def doubled(self, both: Doubled) -> None:
        """Keep both answers to a webhook that was sent twice."""
        self._keep(self.doubles, both)

    def _keep(self, things: list[Thing], thing: Thing) -> None:
        things.append(thing)
        if self._most and len(things) > self._most + SLACK:
            del things[:SLACK]
