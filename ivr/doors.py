"""What the doors are given by the roof: everything from outside that a webhook may touch."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol, TypeVar

from sqlalchemy.orm import Session

from ivr.switchboard import Switchboard

T = TypeVar("T")
ANSWER_WITHIN: Final = 4.0  # of the five that are promised; the rest is for what is on its way


class Transactions(Protocol):
    """The database, as the doors need it."""

    def write(self, work: Callable[[Session], T], *, within: float | None = None) -> T:
        """Does `work` in one transaction that may write, and once more where the connection broke; all within so many seconds."""


@dataclass(frozen=True, kw_only=True)
class Doors:
    """A database, a clock, the switchboard, and what the environment says about Twilio.

    `answer_within` is how many seconds an answer may take, whatever the database does; `machine` the name of the one we are on.
    """

    database: Transactions
    clock: Callable[[], datetime]
    switchboard: Switchboard
    base_url: str
    tokens: tuple[str, ...]
    emergency_number: str | None
    answer_within: float = ANSWER_WITHIN
    machine: str = field(default_factory=socket.gethostname)
