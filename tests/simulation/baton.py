"""Several processes at once, in an order that comes again: one at a time has the baton, and hands it on where chance says so.

Each job runs in a thread of its own, and only the one with the baton goes on. It may lose it before any statement
(PostgreSQL) or before a transaction (SQLite, which has one writer). One that waits for somebody's row must not keep it: when it
has not come back in a moment and PostgreSQL names whom it waits for, another goes on; it gets the baton back in its turn, when
the lock was given up. So real connections race, and the same seed races the same way again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from enum import Enum
from random import Random
from typing import Final

A_MOMENT: Final = 0.004
STUCK: Final = 20.0
Job = Callable[[], None]


class State(Enum):
    """How far a job is."""

    READY = "ready"
    RUNS = "runs"
    WAITS = "waits"
    DONE = "done"


class Runner(threading.Thread):
    """One job. `name_of_wait` is what the database knows it by."""

    def __init__(self, baton: Baton, job: Job) -> None:
        super().__init__(daemon=True)
        self.baton, self.job = baton, job
        self.state = State.READY
        self.turn = threading.Semaphore(0)
        self.backend: int | None = None
        self.problem: BaseException | None = None

    def run(self) -> None:
        """Waits for the baton, then does the job."""
        self.turn.acquire()
        try:
            self.job()
        except BaseException as problem:  # noqa: BLE001 - raised where it is waited for
            self.problem = problem
        self.baton.comes_back(self, State.DONE)


class Baton:
    """Hands the baton on. `is_waiting` says whether that backend of the database waits for another one."""

    def __init__(self, is_waiting: Callable[[int], bool]) -> None:
        self.chance = Random(0)  # noqa: S311 - chance that comes again
        self.switches = 0
        self.waits = 0
        self._is_waiting = is_waiting
        self._changed = threading.Condition()

    def run(self, jobs: Sequence[Job]) -> None:
        """Does all of them, one beside the other. Raises what one of them raised."""
        if len(jobs) == 1:
            jobs[0]()
            return
        runners = [Runner(self, job) for job in jobs]
        for runner in runners:
            runner.start()
        while any(runner.state is not State.DONE for runner in runners):
            ready = [runner for runner in runners if runner.state is State.READY]
            if ready:
                self._hand_to(self.chance.choice(ready))
            self._wake(runners, must=not ready)
        for runner in runners:
            runner.join()
            if runner.problem is not None:
                raise runner.problem

    def pass_on(self, backend: int | None) -> None:
        """In a job, before a statement: somebody else may go on first."""
        runner = threading.current_thread()
        if isinstance(runner, Runner):
            runner.backend = backend
            self.switches += 1
            self.comes_back(runner, State.READY)
            runner.turn.acquire()

    def returned(self) -> None:
        """In a job, behind a statement: whoever had to wait for a lock waits for the baton too."""
        runner = threading.current_thread()
        if not isinstance(runner, Runner):
            return
        with self._changed:
            if runner.state is not State.WAITS:
                return
            runner.state = State.READY
            self._changed.notify()
        runner.turn.acquire()

    def comes_back(self, runner: Runner, state: State) -> None:
        """A job has given the baton back."""
        with self._changed:
            runner.state = state
            self._changed.notify()

    def _hand_to(self, runner: Runner) -> None:
        """Until it comes back, or waits for somebody."""
        with self._changed:
            runner.state = State.RUNS
            runner.turn.release()
            while runner.state is State.RUNS:
                came_back = self._changed.wait(A_MOMENT)
                if not came_back and self._still_waits(runner):
                    runner.state = State.WAITS
                    self.waits += 1

    def _wake(self, runners: Sequence[Runner], *, must: bool) -> None:
        """Whoever waits for nobody any more is ready; with `must` one has to be, be it that the database ends a deadlock."""
        with self._changed:
            for runner in runners:
                while runner.state is State.WAITS and not self._still_waits(runner):
                    self._changed.wait(A_MOMENT)
            if must and not any(runner.state is State.READY for runner in runners):
                self._changed.wait(STUCK)

    def _still_waits(self, runner: Runner) -> bool:
        return runner.backend is not None and self._is_waiting(runner.backend)
