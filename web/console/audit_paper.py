"""The audit as a paper: each line in words, its moment in local time and in UTC."""

from __future__ import annotations

from datetime import datetime

from helpdesk.audit_log import AuditLine
from web.console import audit_words
from web.console.audit_actions import ACTIONS
from web.papers.paper import Cell, Column, Kind, Paper, Table
from web.words import Words


def paper(found: list[AuditLine], words: Words, *, made_at: datetime) -> Paper:
    """The lines as a paper, of which CSV is made."""
    columns = (
        Column(heading=words("When"), kind=Kind.MOMENT),
        Column(heading=words("When (UTC)")),
        Column(heading=words("Who")),
        Column(heading=words("What")),
        Column(heading=words("About")),
        Column(heading=words("Before")),
        Column(heading=words("After")),
        Column(heading=words("Noted")),
        Column(heading=words("From where")),
    )
    rows = tuple(_row(one, words) for one in found)
    table = Table(title=words("Audit"), columns=columns, rows=rows)
    return Paper(title=words("Audit"), words=words, made_at=made_at, facts=(), tables=(table,), notes=())


def _row(one: AuditLine, words: Words) -> tuple[Cell, ...]:
    changed = [change for change in one.changes if not change.is_fact]
    return (
        one.at,
        one.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        one.actor,
        words(ACTIONS.get(one.action, one.action)),
        audit_words.about(one, words),
        _told([(change.name, change.before) for change in changed], words),
        _told([(change.name, change.after) for change in changed], words),
        _told([(change.name, change.after) for change in audit_words.told(one) if change.is_fact], words),
        one.address,
    )


def _told(pairs: list[tuple[str, object]], words: Words) -> str:
    return "; ".join(
        f"{audit_words.name(key, words)}: {audit_words.value(found, words)}" if key else audit_words.value(found, words)
        for key, found in pairs
    )
