"""Whose telephones there are: what the page is told about the people of the demo."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Telephone:
    """Somebody's telephone. `beside` is what stands beside a caller's name: the customer's."""

    number: str
    name: str
    role: Literal["caller", "supporter", "line"]
    beside: str = ""
    is_on_duty: bool = False
    pin: str | None = field(default=None, repr=False)
