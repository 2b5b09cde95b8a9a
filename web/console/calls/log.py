"""The call log: every call that the visitor may see, filtered by what stands in the address, a page at a time; and as a file."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask import Response, abort
from sqlalchemy.orm import Session

from helpdesk import call_log, desks
from helpdesk.call_log import Page, Wanted
from helpdesk.customers import Unknown
from models.values import CallOutcome, CallState, e164
from web.console.blueprint import console
from web.console.calls import export
from web.console.looks import OUTCOMES, STATES
from web.filters import Choice, Period, Text, named, telephone
from web.given import given
from web.page import page, words
from web.papers import formats
from web.papers.formats import Format
from web.visitors import EVERYBODY, opens_to, visitor
from web.words import N_

A_PAGE: Final = 50
TYPES: Final = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
NOTHING: Final = Page(calls=(), newer=False, older=False)


class CallFilters(Period):
    """The narrowing of the call log. The period is that in which a call started."""

    endpoint = "console.calls"
    folded = ("state", "line", "supporter", "customer", "case", "number")

    q = Text(N_("Customer or person"))
    outcome = Choice(N_("Outcome"))
    state = Choice(N_("State"))
    line = Choice(N_("Line"))
    supporter = Choice(N_("Supporter"))
    customer = Text(N_("Customer number"))
    case = Text(N_("Case number"))
    number = Text(N_("Caller's number"), telephone)

    def __init__(self, *, lines: Mapping[str, str], supporters: Mapping[int, str]) -> None:
        super().__init__()
        self.outcome.offer((key.value, words()(OUTCOMES[key][2])) for key in CallOutcome)
        self.state.offer((key.value, words()(STATES[key][2])) for key in CallState)
        self.line.offer(lines.items())
        self.supporter.offer((str(key), name) for key, name in supporters.items())

    def wanted(self, *, seen_by: int | None) -> Wanted:
        """Which calls are asked for, of those that may be seen."""
        return Wanted(
            since=self.begins,
            until=self.ends,
            line=self.line.data or None,
            state=CallState(self.state.data) if self.state.data else None,
            outcome=CallOutcome(self.outcome.data) if self.outcome.data else None,
            customer=self.customer.data,
            supporter=int(self.supporter.data) if self.supporter.data else None,
            case=self.case.data,
            number=e164(self.number.data) if self.number.data else None,
            text=self.q.data,
            seen_by=seen_by,
        )


@console.get("/calls")
@opens_to(*EVERYBODY)
def calls() -> Response:
    """The log."""
    with given().reading() as session:
        form = _form(session)
        is_right = form.validate()
        found = _found(session, form.wanted(seen_by=visitor().sees_as)) if is_right else NOTHING
    status = HTTPStatus.OK if is_right else HTTPStatus.UNPROCESSABLE_ENTITY
    return page(
        "console/calls.html",
        status,
        form=form,
        found=found,
        older=form.here(before=found.calls[-1].record.call) if found.older and found.calls else None,
        newer=form.here(after=found.calls[0].record.call) if found.newer and found.calls else None,
        states=STATES,
        outcomes=OUTCOMES,
        most=export.MOST,
    )


@console.get("/calls.<any(csv, xlsx):ending>")
@opens_to(*EVERYBODY)
def exported_calls(ending: str) -> Response:
    """The filtered log as a file; 422 with the page where a filter is wrong."""
    house, form_of_file = given(), Format(ending)
    with house.reading() as session:
        form = _form(session)
        if not form.validate():
            return calls()
        wanted = form.wanted(seen_by=visitor().sees_as)
        found = call_log.page(session, wanted, most=export.MOST, now=house.clock())
    filters = [(chip.label, chip.shown) for chip in form.chips()]
    paper = export.paper(found.calls, words(), filters=filters, is_cut=found.older, now=house.clock())
    response = Response(formats.rendered(paper, form_of_file), content_type=TYPES[form_of_file])
    response.headers.set("Content-Disposition", "attachment", filename=f"{words()('calls')}.{ending}")
    return response


def _form(session: Session) -> CallFilters:
    """A supporter sees their own calls alone, and chooses no supporter."""
    mine = visitor().sees_as is not None
    return CallFilters(lines=desks.lines(session), supporters={} if mine else desks.supporters(session))


def _found(session: Session, wanted: Wanted) -> Page:
    try:
        places = {"before": named("before"), "after": named("after")}
        return call_log.page(session, wanted, **places, most=A_PAGE, now=given().clock())
    except Unknown:
        abort(HTTPStatus.NOT_FOUND)
