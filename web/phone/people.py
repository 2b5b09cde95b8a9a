"""Whose telephones there are: what the page is told about the people of the demo."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Telephone:
    """Somebody's telephone. `beside` stands beside a caller's name: the customer's. `is_second`: a supporter's other one."""

    number: str
    name: str
    role: Literal["caller", "supporter", "line"]
    beside: str = ""
    is_on_duty: bool = False
    is_second: bool = False
    pin: str | None = field(default=None, repr=False)
