"""Rotas that are being written: begun from the version in force, kept as they were typed, looked through, and published.

RotaDraftRefused
├── NoSuchDraft    there is none of that number
├── DraftChanged   somebody else changed the draft meanwhile; nothing was written
└── Stale          somebody published a version since the draft was begun; `catch_up` takes it in
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from difflib import ndiff
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import desks
from helpdesk import rotas as publishing
from helpdesk.rotas import Published
from models import Audit, Rota, RotaDraft
from models.values import Flow
from oncall import rota_file, rota_typed, rotas, toml_text
from oncall.rota_file import BadRota, Draft

Content = Mapping[str, Any]


class RotaDraftRefused(Exception):
    """It was not done; nothing was written."""


class NoSuchDraft(RotaDraftRefused):
    """There is none of that number."""


class DraftChanged(RotaDraftRefused):
    """Somebody else changed the draft meanwhile."""


class Stale(RotaDraftRefused):
    """Somebody published a version since the draft was begun."""


def begin(session: Session, line: Flow, *, actor: str, now: datetime) -> int:
    """A draft from the newest version, or from nothing where there is none; its number."""
    newest = rotas.newest(session, line)
    said = session.get_one(Rota, newest).content if newest is not None else {"layer": []}
    content = rota_typed.typed(said, desks.supporters(session))
    content["layer"] = content["layer"] or [dict(rota_typed.EMPTY)]
    draft = RotaDraft(line=line, based_on=newest, content=content, version=1, changed_at=now, changed_by=actor)
    session.add(draft)
    session.flush()
    if (before := _noted(session, draft.id)) is not None:  # SQLite gives a number again: a form of that draft is not this one's
        draft.version = before.details["version"] + 1
    _note(session, draft, "rota_draft_begun", actor=actor, now=now)
    return draft.id


def find(session: Session, number: int) -> RotaDraft:
    """The draft of that number. Raises NoSuchDraft."""
    draft = session.get(RotaDraft, number)
    if draft is None:
        raise NoSuchDraft(str(number))
    return draft


def was_published(session: Session, number: int) -> Flow | None:
    """The line of a draft that is there no more because it was published; None for one that was given up, or never was."""
    last = _noted(session, number)
    if last is None or last.action == "rota_draft_dropped" or session.get(RotaDraft, number) is not None:
        return None
    return Flow(last.details["line"])


def listed(session: Session, line: Flow) -> Sequence[RotaDraft]:
    """The drafts of a line, the one that was changed last first."""
    mine = select(RotaDraft).where(RotaDraft.line == line)
    return session.scalars(mine.order_by(RotaDraft.changed_at.desc(), RotaDraft.id.desc())).all()


def change(session: Session, number: int, content: Content, *, version: int, actor: str, now: datetime) -> None:
    """Keeps what was typed. Raises NoSuchDraft, DraftChanged."""
    draft = _mine(session, number, version)
    if draft.content != content:
        _keep(draft, content, actor=actor, now=now)
        _note(session, draft, "rota_draft_changed", actor=actor, now=now)


def drop(session: Session, number: int, *, actor: str, now: datetime) -> None:
    """Nobody goes on with it; the audit keeps what it said. Raises NoSuchDraft."""
    draft = _locked(session, number)
    _note(session, draft, "rota_draft_dropped", actor=actor, now=now, content=draft.content)
    session.delete(draft)


def sound(session: Session, draft: RotaDraft) -> Draft:
    """The rota that it would be. Raises oncall.rota_file.BadRota, which names every fault."""
    names = desks.supporters(session)
    content, faults = rota_typed.said(draft.content, draft.line.value, names)
    try:
        found = rota_file.checked(content, names)
    except BadRota as bad:
        raise BadRota(
            [*faults, *(one for one in bad.faults if (one.where, one.key) not in {(a.where, a.key) for a in faults})]
        ) from bad
    if faults:
        raise BadRota(faults)
    return found


def is_stale(session: Session, draft: RotaDraft) -> bool:
    """Whether another version was published since it was begun."""
    return rotas.newest(session, draft.line) != draft.based_on


def published_since(session: Session, draft: RotaDraft) -> list[str]:
    """What was changed by others since it was begun: lines of the file, those that went with "- ", those that came with "+ "."""
    old, new = (
        toml_text.written(_content(session, one)).splitlines() for one in (draft.based_on, rotas.newest(session, draft.line))
    )
    return [line for line in ndiff(old, new) if line.startswith(("- ", "+ ")) and line[2:].strip()]


def publish(session: Session, number: int, *, version: int, actor: str, now: datetime) -> Published:
    """A new version, in force at once; the draft is gone. Raises NoSuchDraft, DraftChanged, Stale, oncall.rota_file.BadRota."""
    draft = _mine(session, number, version)
    publishing.alone(session, draft.line)
    if is_stale(session, draft):
        raise Stale(str(number))
    made = sound(session, draft)
    published = publishing.changed(session, made.content, {"draft": draft.id}, by=actor, now=now)
    session.delete(draft)
    return published


def catch_up(session: Session, number: int, *, version: int, actor: str, now: datetime) -> None:
    """Takes into the draft what was published since it was begun; a layer that both changed stands twice, for a person to choose.

    Raises NoSuchDraft, DraftChanged, and oncall.rota_file.BadRota for a draft that cannot be read.
    """
    draft = _mine(session, number, version)
    newest, mine = rotas.newest(session, draft.line), sound(session, draft).content
    base, theirs = _content(session, draft.based_on), _content(session, newest)
    merged = {
        key: _merged(base.get(key), mine.get(key), theirs.get(key)) for key in (*mine, *(key for key in theirs if key not in mine))
    }
    content = rota_typed.typed({key: value for key, value in merged.items() if value is not None}, desks.supporters(session))
    draft.based_on = newest
    _keep(draft, content, actor=actor, now=now)
    _note(session, draft, "rota_draft_changed", actor=actor, now=now)


def _merged(base: Any, mine: Any, theirs: Any) -> Any:  # noqa: ANN401 - whatever JSON can say
    """Whoever changed it has it; of two lists of which both have changed, what either added or took out."""
    if mine == base:
        return theirs
    if theirs == base:
        return mine
    if not all(isinstance(one, list) for one in (base, mine, theirs)):
        return mine
    kept = [one for one in mine if one in theirs or one not in base]
    return kept + [one for one in theirs if one not in base and one not in mine]


def _content(session: Session, rota: int | None) -> dict[str, Any]:
    return session.get_one(Rota, rota).content if rota is not None else {}


def _locked(session: Session, number: int) -> RotaDraft:
    draft = session.get(RotaDraft, number, with_for_update=True)
    if draft is None:
        raise NoSuchDraft(str(number))
    return draft


def _mine(session: Session, number: int, version: int) -> RotaDraft:
    draft = _locked(session, number)
    if draft.version != version:
        raise DraftChanged(f"draft {number} was changed by {draft.changed_by}")
    return draft


def _keep(draft: RotaDraft, content: Content, *, actor: str, now: datetime) -> None:
    draft.content, draft.version = dict(content), draft.version + 1
    draft.changed_at, draft.changed_by = now, actor


def _noted(session: Session, number: int) -> Audit | None:
    """What the audit says last of a draft of that number."""
    return session.scalar(select(Audit).where(Audit.subject == f"rota_draft:{number}").order_by(Audit.id.desc()).limit(1))


def _note(session: Session, draft: RotaDraft, action: str, *, actor: str, now: datetime, **details: Any) -> None:  # noqa: ANN401 - JSON
    told = {"line": draft.line.value, "version": draft.version, **details}
    session.add(Audit(at=now, actor=actor, action=action, subject=f"rota_draft:{draft.id}", details=told))
