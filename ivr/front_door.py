"""What the first turn of a call may know of opening hours: its own line's, and the house's other line.

Round the clock it is the office line while that is open; at a closed office it is the line that answers, and its price now.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from billing import price_lists, tariff
from helpdesk import line_hours
from ivr.story import OtherLine
from models import Line
from models.values import Flow
from oncall import opening


def seen(session: Session, line: Line, lines: Sequence[Line], *, now: datetime) -> dict[str, Any]:
    """What a Story has of it. `lines` are all there are, with their hours; none are known behind the first turn."""
    if line.flow is Flow.SUPPORT:
        offices = (one for one in lines if one.flow is Flow.OFFICE)
        is_open = next((one for one in offices if (hours := line_hours.of_line(one)) and opening.is_open(hours, now)), None)
        return {"other": OtherLine(number=is_open.number)} if is_open else {}
    hours = line_hours.of_line(line) if line in lines else None
    closed = opening.closed(hours, now) if hours else None
    return {"closed": closed, "other": _answering(session, lines, now=now)} if closed else {}


def _answering(session: Session, lines: Sequence[Line], *, now: datetime) -> OtherLine | None:
    found = next((one for one in lines if one.flow is Flow.SUPPORT), None)
    if found is None:
        return None
    prices = price_lists.in_force(session, found.flow, now)
    return OtherLine(number=found.number, price=tariff.price(prices, now) if prices else None)
