"""The audit: every change and every look at a PIN, by whom, from where, before and after; the address says which."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Response as Sent
from werkzeug.wrappers import Response
from wtforms import Field

from helpdesk import audit_log
from helpdesk.audit_log import AuditLine, Wanted
from models.values import Role
from web.console import audit_paper, audit_words
from web.console.audit_actions import ACTIONS
from web.console.blueprint import console
from web.filters import Choice, Period, Text, place
from web.given import given
from web.page import page, words
from web.papers.formats import Format, rendered
from web.visitors import opens_to
from web.words import N_

READERS: Final = (Role.ADMINISTRATOR, Role.AUDITOR)
A_PAGE: Final = 50
MOST_EXPORTED: Final = 20_000


class AuditFilters(Period):
    """The narrowing of the audit."""

    endpoint = "console.audit"

    actor = Text(N_("Who"))
    action = Choice(N_("What"))
    subject = Text(N_("About (number, CallSid or e-mail)"))

    def __init__(self) -> None:
        super().__init__()
        named = [(action, words()(text)) for action, text in ACTIONS.items()]
        self.action.offer(sorted(named, key=lambda one: one[1].casefold()))

    def in_words(self, field: Field, text: str) -> str:
        """What a line is about is said as the lines say it."""
        return audit_words.subject(text, words()) if field is self.subject else super().in_words(field, text)

    def wanted(self) -> Wanted:
        """Which lines are asked for."""
        named = {name: self[name].data or "" for name in ("actor", "action", "subject")}
        return Wanted(since=self.begins, until=self.ends, **named)


@console.get("/audit")
@opens_to(*READERS)
def audit() -> Response:
    """The lines, the newest first."""
    form, before = AuditFilters(), place("before")
    found = _found(form, before=before, most=A_PAGE + 1) if form.validate() else []
    return page(
        "console/audit.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if form.problems else HTTPStatus.OK,
        form=form,
        lines=found[:A_PAGE],
        called=ACTIONS,
        words_for=audit_words,
        said=words(),
        more=form.here(before=found[A_PAGE - 1].id) if len(found) > A_PAGE else None,
        first=form.here() if before is not None else None,
        most=MOST_EXPORTED,
    )


@console.get("/audit.csv")
@opens_to(*READERS)
def audit_csv() -> Response:
    """The same lines as a file: at most 20,000 of them, the newest; 422 with the page where a filter is wrong."""
    form = AuditFilters()
    if not form.validate():
        return audit()
    found = _found(form, most=MOST_EXPORTED)
    sent = Sent(rendered(audit_paper.paper(found, words(), made_at=given().clock()), Format.CSV), mimetype="text/csv")
    sent.headers.set("Content-Disposition", "attachment", filename="audit.csv")
    return sent


def _found(form: AuditFilters, *, before: int | None = None, most: int) -> list[AuditLine]:
    with given().reading() as session:
        return audit_log.lines(session, form.wanted(), before=before, most=most)
