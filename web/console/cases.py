"""A case's page: what it is about, its tasks, its calls and the time that was charged to it."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, abort, request

from helpdesk import callback_records, case_dossiers, desks
from helpdesk.customers import Unknown
from web.console import callbacks, looks
from web.console.blueprint import console
from web.given import given
from web.page import page
from web.papers.figures_of_period import TASKS
from web.visitors import EVERYBODY, opens_to, visitor


@console.get("/cases/<number>")
@opens_to(*EVERYBODY)
def case(number: str) -> Response:
    """The page."""
    house, now = given(), given().clock()
    with house.reading() as session:
        try:
            found = case_dossiers.dossier(session, number, seen_by=visitor().sees_as, now=now)
        except Unknown:
            abort(HTTPStatus.NOT_FOUND)
        supporters = desks.supporters(session)
        people = callback_records.to_ring(session, found.customer) if found.customer and visitor().supporter_id is not None else {}
    told = {"called": request.args.get("called"), "why_not": callbacks.why_not(), "people": people}
    return page("console/case.html", 200, case=found, looks=looks, tasks=TASKS, supporters=supporters, now=now, **told)
