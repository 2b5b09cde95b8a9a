"""What the doors are given by the roof: everything from outside that a webhook may touch."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from ivr.switchboard import Switchboard


class Transactions(Protocol):
    """The database, as the doors need it."""

    def writing(self) -> AbstractContextManager[Session]:
        """One transaction that may write; commits when the block ends."""


@dataclass(frozen=True, kw_only=True)
class Doors:
    """A database, a clock, the switchboard, and what the environment says about Twilio."""

    database: Transactions
    clock: Callable[[], datetime]
    switchboard: Switchboard
    base_url: str
    tokens: tuple[str, ...]
    emergency_number: str | None
