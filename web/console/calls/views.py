"""A call's own page: everything that is kept about it. While the call goes on the page asks for itself again every few seconds."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from flask import Response, abort
from werkzeug.wrappers import Response as AnyResponse

from helpdesk import dossiers
from helpdesk.customers import Unknown
from helpdesk.dossiers import Dossier
from models.values import CallState, Role, masked, masked_within
from web import drawing
from web.console import looks, marks
from web.console.blueprint import console
from web.console.calls import timeline
from web.given import given
from web.live import live
from web.page import page, words
from web.papers import charges, duties, explanation
from web.papers.figures_of_period import TASKS
from web.visitors import EVERYBODY, opens_to, visitor

MONEY: Final = (Role.BILLING, Role.ADMINISTRATOR, Role.AUDITOR)
"""Who sees what the provider charged us, and the audit."""


@console.get("/calls/<sid>")
@opens_to(*EVERYBODY)
def call(sid: str) -> Response:
    """The page."""
    return _shown("console/call.html", sid)


@console.get("/calls/<sid>/live")
@opens_to(*EVERYBODY)
def live_call(sid: str) -> AnyResponse:
    """What of it moves."""
    return live(_shown("console/call_body.html", sid))


def _shown(template: str, sid: str) -> Response:
    house, now, there = given(), given().clock(), visitor()
    with house.reading() as session:
        try:
            found = dossiers.dossier(session, sid, seen_by=there.sees_as, now=now)
        except Unknown:
            abort(HTTPStatus.NOT_FOUND)
        return page(template, 200, **_values(found), sees_money=there.may(*MONEY), now=now)


def _values(found: Dossier) -> dict[str, Any]:
    said = words()
    return {
        "call": found.facts,
        "dossier": found,
        "number": found.number if visitor().may_call_back else masked(found.number),
        "is_live": found.facts.state is not CallState.ENDED,
        "sections": explanation.sections(found.facts, said),
        "picture": timeline.picture(found, said, now=given().clock()),
        **drawing.values(found.course, said),
        "marks": tuple(marks.rows(found.marks, said)),
        "readable": str if visitor().may_call_back else masked_within,
        "reason": lambda text: charges.reason(text, said),
        "looks": looks,
        "why": lambda chain: duties.why(chain, found.names, said),
        "kinds_of_tasks": TASKS,
    }
