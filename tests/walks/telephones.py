"""The house of one walk, and how hands move there: what a telephone cannot do now is not done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from hypothesis.stateful import RuleBasedStateMachine

from ivr.doors import Doors
from simulator.handset import Handset, NotPossible
from tests.house import House
from tests.walks.trouble import Watched


class Telephones(RuleBasedStateMachine):
    """A house on a fresh database, with telephones by their owners' names.

    Set by the test: `opens` gives a house, `logged` what this process has written to its log since it was last asked.
    """

    opens: ClassVar[Callable[[], AbstractContextManager[House]]]
    logged: ClassVar[Callable[[], str]]

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.house = self.open.enter_context(type(self).opens())
        self.house.is_connected_to_the_world()
        doors: Doors = self.house.app.extensions["doors"]
        self.board = Watched(base_url=doors.switchboard.base_url, pin_keys=doors.switchboard.pin_keys, failures=Counter())
        self.house.app.extensions["doors"] = replace(doors, switchboard=self.board)
        self.handsets: dict[str, Handset] = {}

    def does(self, who: str, action: Callable[[Handset], object]) -> None:
        """Somebody tries something."""
        exchange = self.house.exchange
        with exchange.lock:
            try:
                action(self.handsets[who])
            except NotPossible:
                return
        exchange.settle()

    def presses(self, who: str, digits: str) -> None:
        """Key after key, until the last is pressed."""
        self.does(who, lambda telephone: telephone.press_all(digits))
        self.house.forward(seconds=len(digits) * self.house.exchange.knobs.key_gap)

    def passes_until(self, come_true: Callable[[], bool], seconds: float = 60) -> None:
        """Time passes, from moment to moment, until this has come true; for so long at most."""
        exchange = self.house.exchange
        until = exchange.now + timedelta(seconds=seconds)
        exchange.settle()
        while not come_true() and (moment := exchange.next_moment()) is not None and moment <= until:
            exchange.run_until(moment)

    def passes_until_asked(self, who: str) -> None:
        """Time passes until that telephone waits for somebody's hand."""
        self.passes_until(self.handsets[who].waits_for_hand)
