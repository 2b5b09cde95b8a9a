"""What an import would change or has changed, in words and as a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.cli.output import local
from helpdesk.rota_imports import Entry, Proposal
from oncall.rota import Span


def lines(told: Proposal, *, applied: bool) -> Iterator[str]:
    """For people: each change, then what comes of it."""
    for one in told.added:
        yield f"+ {_said(told, one)}"
    for before, after in told.moved:
        was, now = (f", tier {one.tier}" if before.tier != after.tier else "" for one in (before, after))
        yield f"~ {_said(told, before)}{was}, now {_said(told, after)}{now}"
    for one in told.removed:
        yield f"- {_said(told, one)}"
    for one in told.conflicts:
        yield f"Warning: {_said(told, one)} is on duty otherwise"
    for gap in told.gaps:
        yield f"Warning: nobody is on duty any more from {_span(gap)}"
    if not told.changes:
        yield "Nothing changes."
    else:
        yield "Done." if applied else "Nothing is changed yet: --apply does it."


def document(told: Proposal, *, applied: bool) -> dict[str, object]:
    """For programs."""
    return {
        "applied": applied and told.changes,
        "added": [_plain(one) for one in told.added],
        "moved": [{"before": _plain(before), "after": _plain(after)} for before, after in told.moved],
        "removed": [_plain(one) for one in told.removed],
        "conflicts": [_plain(one) for one in told.conflicts],
        "gaps": [{"from": gap.starts_at, "to": gap.ends_at} for gap in told.gaps],
    }


def _said(told: Proposal, one: Entry) -> str:
    return f"{told.names.get(one.supporter, one.supporter)}, {_span(one.span)}"


def _span(one: Span) -> str:
    return f"{local(one.starts_at)} to {local(one.ends_at)}"


def _plain(one: Entry) -> dict[str, Any]:
    return {
        "supporter": one.supporter,
        "from": one.span.starts_at,
        "to": one.span.ends_at,
        "tier": one.tier,
        "uid": one.key or None,
    }
