"""The call that is due: whose moment has come and that nobody else has in hand, the one that waits longest; it is locked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute

from models.calls import Call


def first_due(moment: InstrumentedAttribute[datetime | None]) -> Select[Call]:
    """The call whose `moment`, a column of Call, is not later than `now`."""
    due = select(Call).where(moment <= bindparam("now")).order_by(moment, Call.id).limit(1)
    return due.with_for_update(skip_locked=True, of=Call)
