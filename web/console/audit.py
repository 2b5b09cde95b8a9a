"""The audit: every change and every look at a PIN, by whom, from where, before and after; the address says which."""

from __future__ import annotations

from typing import Final

from flask import Response as Sent
from flask import request
from werkzeug.wrappers import Response

from helpdesk import audit_log
from helpdesk.audit_log import Wanted
from models.values import Role
from web import filters
from web.console import audit_paper, audit_words
from web.console.audit_actions import ACTIONS
from web.console.blueprint import console
from web.given import given
from web.page import page, words
from web.papers.formats import Format, rendered
from web.visitors import opens_to

READERS: Final = (Role.ADMINISTRATOR, Role.AUDITOR)
A_PAGE: Final = 50
MOST_EXPORTED: Final = 20_000


@console.get("/audit")
@opens_to(*READERS)
def audit() -> Response:
    """The lines, the newest first."""
    wanted, before = _wanted(), filters.number("before")
    with given().reading() as session:
        found = audit_log.lines(session, wanted, before=before, most=A_PAGE + 1)
    shown = filters.chips(
        ("from", words()("From"), request.args.get("from", "") if wanted.since else ""),
        ("to", words()("To"), request.args.get("to", "") if wanted.until else ""),
        ("actor", words()("Who"), wanted.actor),
        ("action", words()("What"), words()(ACTIONS[wanted.action]) if wanted.action else ""),
        ("subject", words()("About"), audit_words.subject(wanted.subject, words())),
    )
    return page(
        "console/audit.html",
        200,
        lines=found[:A_PAGE],
        chips=shown,
        actions=sorted(((action, words()(text)) for action, text in ACTIONS.items()), key=lambda one: one[1].casefold()),
        wanted=wanted,
        words_for=audit_words,
        said=words(),
        more=filters.here(before=str(found[A_PAGE - 1].id)) if len(found) > A_PAGE else None,
        first=filters.here() if before is not None else None,
        arguments={name: value for name, value in request.args.items() if value and name not in filters.PLACES},
        most=MOST_EXPORTED,
    )


@console.get("/audit.csv")
@opens_to(*READERS)
def audit_csv() -> Response:
    """The same lines as a file: at most 20,000 of them, the newest."""
    with given().reading() as session:
        found = audit_log.lines(session, _wanted(), most=MOST_EXPORTED)
    sent = Sent(rendered(audit_paper.paper(found, words(), made_at=given().clock()), Format.CSV), mimetype="text/csv")
    sent.headers.set("Content-Disposition", "attachment", filename="audit.csv")
    return sent


def _wanted() -> Wanted:
    """What the address asks for; what is none of it is left out."""
    action = filters.text("action")
    return Wanted(
        since=filters.day("from"),
        until=filters.day("to", end=True),
        actor=filters.text("actor"),
        action=action if action in ACTIONS else "",
        subject=filters.text("subject"),
    )
