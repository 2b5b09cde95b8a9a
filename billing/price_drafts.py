"""Price lists that are being written: kept as they were typed, sound or not, until they are published or dropped.

    DraftChanged     somebody else changed the draft meanwhile; nothing was written
    NoSuchDraft      there is none of that number, or it was published

The content has the keys of the file (interface.md) with what was typed for each: text, and lists where the file has lists.
Whether it is sound is asked of the file that it makes (billing.price_file), so a form and a file are read by the same eyes.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import price_file, price_lists
from billing.price_file import INTERVAL_MINUTES, Draft
from models import Audit, PriceDraft, PriceList
from models.values import Flow

Content = Mapping[str, Any]
EMPTY: Final = {"name": "", "days": [], "holidays": "", "from": "", "to": "", "points": ""}
"""A period of which nothing was typed yet."""
YES_OR_NO: Final = frozenset({"true", "false"})
OPEN: Final = PriceDraft.dropped_at.is_(None)


@dataclass(frozen=True, kw_only=True)
class DraftRecord:
    """A draft as it stands."""

    number: int
    name: str
    content: Content
    version: int
    changed_at: datetime
    changed_by: str
    dropped_at: datetime | None


class DraftChanged(Exception):
    """Somebody else changed the draft meanwhile."""


class NoSuchDraft(LookupError):
    """There is no draft of that number."""


def begin(session: Session, content: Content, *, name: str, actor: str, now: datetime) -> int:
    """A new draft; its number."""
    draft = PriceDraft(name=name, content=dict(content), version=1, changed_at=now, changed_by=actor)
    session.add(draft)
    session.flush()
    _note(session, "price_draft_begun", draft, actor=actor, now=now)
    return draft.id


def find(session: Session, number: int) -> DraftRecord:
    """The draft of that number, dropped or not. Raises NoSuchDraft."""
    row = session.get(PriceDraft, number)
    if row is None:
        raise NoSuchDraft(f"there is no draft {number}")
    return _record(row)


def listed(session: Session, *, dropped: bool = False) -> list[DraftRecord]:
    """The drafts, the one that was changed last first; or those that were dropped."""
    which = PriceDraft.dropped_at.is_not(None) if dropped else OPEN
    rows = session.scalars(select(PriceDraft).where(which).order_by(PriceDraft.changed_at.desc(), PriceDraft.id.desc()))
    return [_record(row) for row in rows]


def change(session: Session, number: int, content: Content, *, name: str, version: int, actor: str, now: datetime) -> None:
    """Keeps what was typed. Raises NoSuchDraft; DraftChanged where `version` is not the draft's any more."""
    draft = _locked(session, number)
    if draft.version != version:
        raise DraftChanged(f"draft {number} was changed by {draft.changed_by}")
    if (draft.name, draft.content) != (name, content):
        draft.name, draft.content, draft.version = name, dict(content), version + 1
        draft.changed_at, draft.changed_by = now, actor
        _note(session, "price_draft_changed", draft, actor=actor, now=now)


def drop(session: Session, number: int, *, actor: str, now: datetime) -> None:
    """Puts a draft away; `take_up` brings it back. Raises NoSuchDraft."""
    draft = _locked(session, number)
    draft.dropped_at = now
    _note(session, "price_draft_dropped", draft, actor=actor, now=now)


def take_up(session: Session, number: int, *, actor: str, now: datetime) -> None:
    """Brings a draft back that was put away. Raises NoSuchDraft."""
    draft = _locked(session, number)
    draft.dropped_at = None
    _note(session, "price_draft_taken_up", draft, actor=actor, now=now)


def publish(session: Session, number: int, *, version: int, actor: str, now: datetime) -> PriceList:
    """Makes a list of it, which is never changed again; the draft is gone.

    Raises NoSuchDraft, DraftChanged, price_file.BadPriceList, price_lists.AlreadyPublished.
    """
    draft = _locked(session, number)
    if draft.version != version:
        raise DraftChanged(f"draft {number} was changed by {draft.changed_by}")
    sound = price_file.parse(as_file(draft.content))
    published = price_lists.publish(session, sound, now=now)
    details = {"line": sound.line.value, "valid_from": sound.valid_from.isoformat(), "draft": draft.name}
    session.add(Audit(at=now, actor=actor, action="prices_published", subject=f"price_list:{published.id}", details=details))
    session.delete(draft)
    return published


def sound(content: Content) -> Draft:
    """The list that it would be. Raises price_file.BadPriceList, which names every fault."""
    return price_file.parse(as_file(content))


def new(line: Flow) -> dict[str, Any]:
    """A draft from nothing: one period, which fits always."""
    return {"line": line.value, "valid_from": "", "extra_holidays": [], "period": [dict(EMPTY)]}


def of_file(text: str) -> dict[str, Any]:
    """A sound file's content as it would be typed. Raises price_file.BadPriceList."""
    price_file.parse(text)
    said = tomllib.loads(text)
    return {
        "line": said["line"],
        "valid_from": said["valid_from"].isoformat(timespec="minutes"),
        "extra_holidays": [day.isoformat() for day in said.get("extra_holidays", [])],
        "period": [_typed(period) for period in said["period"]],
    }


def as_file(content: Content) -> str:
    """The file that says what was typed; what is wrong in it is as wrong in the file."""
    head = [
        f"valid_from = {_moment(content['valid_from'])}" if content["valid_from"] else "",
        f"line = {_quoted(content['line'])}",
        f"interval_minutes = {INTERVAL_MINUTES}",
        f"extra_holidays = [{', '.join(map(_day, content['extra_holidays']))}]" if content["extra_holidays"] else "",
    ]
    return "\n".join([*filter(None, head), *(line for period in content["period"] for line in _period(period)), ""])


def _locked(session: Session, number: int) -> PriceDraft:
    draft = session.get(PriceDraft, number, with_for_update=True)
    if draft is None:
        raise NoSuchDraft(f"there is no draft {number}")
    return draft


def _record(row: PriceDraft) -> DraftRecord:
    return DraftRecord(
        number=row.id,
        name=row.name,
        content=row.content,
        version=row.version,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        dropped_at=row.dropped_at,
    )


def _typed(period: Mapping[str, Any]) -> dict[str, Any]:
    holidays = period.get("holidays")
    return {
        "name": period["name"],
        "days": list(period.get("days", [])),
        "holidays": "" if holidays is None else str(holidays).lower(),
        "from": period.get("from", ""),
        "to": period.get("to", ""),
        "points": str(period["points"]),
    }


def _period(period: Mapping[str, Any]) -> list[str]:
    days = ", ".join(map(_quoted, period["days"]))
    lines = [
        f"name = {_quoted(period['name'])}",
        f"days = [{days}]" if period["days"] else "",
        f"holidays = {period['holidays'] if period['holidays'] in YES_OR_NO else _quoted(period['holidays'])}"
        if period["holidays"]
        else "",
        *(f"{key} = {_quoted(period[key])}" if period[key] else "" for key in ("from", "to")),
        f"points = {_number(period['points'])}" if period["points"] else "",
    ]
    return ["", "[[period]]", *filter(None, lines)]


def _moment(text: str) -> str:
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None and "T" in text:
            return moment.isoformat(timespec="seconds")
    return _quoted(text)


def _day(text: str) -> str:
    with suppress(ValueError):
        return date.fromisoformat(text).isoformat()
    return _quoted(text)


def _number(text: str) -> str:
    return str(int(text)) if text.isascii() and text.isdecimal() and len(text) < 10 else _quoted(text)  # noqa: PLR2004 - digits


def _quoted(text: str) -> str:
    """A text as TOML spells it: as JSON does, but for one letter."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _note(session: Session, action: str, draft: PriceDraft, *, actor: str, now: datetime) -> None:
    details = {"name": draft.name, "content": draft.content, "version": draft.version}
    session.add(Audit(at=now, actor=actor, action=action, subject=f"price_draft:{draft.id}", details=details))
