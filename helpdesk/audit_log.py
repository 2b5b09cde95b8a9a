"""The audit as it is read: who did what, from where, and what was so before and after. Plain data, the newest line first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, aliased

from models import Audit

SUBJECTS: Final = (
    "customer",
    "user",
    "call",
    "case",
    "task",
    "correction",
    "dispute",
    "supporter",
    "shift",
    "rota",
    "rota_draft",
    "swap",
    "price_draft",
    "price_list",
    "line",
    "errand",
    "alarm",
    "token",
    "webhook",
)
"""What a subject may be: the word before its colon."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which lines: of [since, until), of an actor, of one action, about a subject ("customer:10042", or only "10042")."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str = ""
    action: str = ""
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What was so before and is so after; `is_fact` for what was only noted beside. Without a `name` it is the thing itself."""

    name: str
    before: Any
    after: Any
    is_fact: bool = False


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    """A line: `actor` did `action` to `subject`, `address` being the network address it came from, where it came from one."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    changes: tuple[Change, ...]
    address: str | None


def lines(session: Session, wanted: Wanted, *, before: int | None = None, most: int) -> list[AuditLine]:
    """The lines that are wanted, `most` of them, those that stand behind line `before`."""
    query = select(Audit)
    if wanted.since is not None:
        query = query.where(Audit.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Audit.at < wanted.until)
    if wanted.actor:
        query = query.where(Audit.actor == wanted.actor)
    if wanted.action:
        query = query.where(Audit.action == wanted.action)
    if wanted.subject:
        query = query.where(Audit.subject.in_(_subjects(wanted.subject)))
    if before is not None:
        query = query.where(tuple_(Audit.at, Audit.id) < _place(before))
    found = session.scalars(query.order_by(Audit.at.desc(), Audit.id.desc()).limit(most))
    return [_line(one) for one in found]


def _place(line: int) -> Any:  # noqa: ANN401 - a row of two columns
    place = aliased(Audit)
    return select(place.at, place.id).where(place.id == line).scalar_subquery()


def changes(details: Mapping[str, Any]) -> Iterator[Change]:
    """What a line's details tell: `before` and `after` of the whole, or of one thing; and what was noted beside."""
    if "before" in details or "after" in details:
        yield from _both(details.get("before"), details.get("after"))
    for name, value in details.items():
        if name in {"before", "after"}:
            continue
        if isinstance(value, Mapping) and value.keys() == {"before", "after"}:
            yield Change(name=name, before=value["before"], after=value["after"])
        else:
            yield Change(name=name, before=None, after=value, is_fact=True)


def _both(before: object, after: object) -> Iterator[Change]:
    if not isinstance(before, Mapping) and not isinstance(after, Mapping):
        yield Change(name="", before=before, after=after)
        return
    old, new = (one if isinstance(one, Mapping) else {} for one in (before, after))
    for name in {**old, **new}:
        if old.get(name) != new.get(name):
            yield Change(name=name, before=old.get(name), after=new.get(name))


def _subjects(text: str) -> list[str]:
    return [text] if ":" in text else [f"{kind}:{text}" for kind in SUBJECTS]


def _line(row: Audit) -> AuditLine:
    return AuditLine(
        id=row.id,
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        changes=tuple(changes(row.details)),
        address=row.address,
    )
