"""Where the subject of an audit line is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from helpdesk.audit_log import AuditLine
from web import filters

PAGES: Final[Mapping[str, str]] = {
    "customer": "/customers/{name}",
    "call": "/calls/{name}",
    "case": "/cases/{name}",
    "price_draft": "/prices/drafts/{name}",
    "price_list": "/prices/{name}",
}
PERSON: Final = "person"


def link(line: AuditLine) -> str | None:
    """Where what a line is about is looked at; None where this house has no such page."""
    kind, _, called = line.subject.partition(":")
    person = person_of(line)
    path = PAGES.get(kind, "").format(name=called) + (f"/persons/{person}" if kind == "customer" and person is not None else "")
    return path if path and filters.house_has(path) else None


def person_of(line: AuditLine) -> int | None:
    """The person whom a line of a customer is about."""
    return next((one.after for one in line.changes if one.name == PERSON and one.is_fact), None)
