"""The diagram of a call as a piece of HTML that grows: the same piece on the telephone page and on a call's own page.

Whoever shows it links `diagram.css` and asks for it every few seconds with its ETag. A row keeps its id, so what is new is put in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from flask import Response, request

from helpdesk.courses import Course
from helpdesk.explanations import Explanation
from models.values import CallState
from web.diagram import ended, rows
from web.page import page, words
from web.papers.figures import Figures
from web.words import N_, Words

LANES: Final = (N_("Caller"), N_("Døgnvagt"), N_("Supporter"), N_("Points"))
RINGS_OUT: Final = (N_("Supporter"), N_("Døgnvagt"), N_("Customer"), N_("Points"))
STATES: Final = {
    CallState.ANSWERING: N_("is being answered"),
    CallState.RINGING: N_("a supporter is being rung"),
    CallState.TALKING: N_("they talk"),
    CallState.ENDED: N_("is over"),
}


def drawn(course: Course) -> Response:
    """The diagram as a fragment, in the reader's language; 304 for whoever has it already (its ETag)."""
    said = words()
    response = page("diagram.html", **values(course, said), summary=tuple(_summary(course.facts, said)))
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def values(course: Course, said: Words) -> dict[str, Any]:
    """What `diagram.html` draws, for whoever includes it; `summary` is beside it where the page does not tell the same."""
    lanes = RINGS_OUT if course.facts.rings_out else LANES
    return {"sid": course.facts.call, "lanes": [said(lane) for lane in lanes], "rows": rows(course, said)}


def _summary(facts: Explanation, words: Words) -> Iterator[tuple[str, str]]:
    """What the call comes to so far: names and values."""
    figures = Figures(words)
    yield words("The call"), words(ended(facts, facts.outcome)) if facts.outcome else words(STATES[facts.state])
    if facts.company is not None:
        yield (
            words("Customer") if facts.rings_out else words("Caller"),
            f"{facts.person}, {facts.company}" if facts.person else facts.company,
        )
    if facts.supporter is not None:
        yield words("Supporter"), facts.supporter
    charged = sum(1 for one in facts.quarters if one.charged is not None)
    yield words("Charged"), f"{figures.quarters(charged)} · {figures.points(facts.points)}"
    if facts.case is not None:
        yield words("Case"), facts.case
