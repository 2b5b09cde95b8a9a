"""The live board: what goes on now. The page asks for its parts again every few seconds, and is told when nothing has changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from werkzeug.wrappers import Response

from helpdesk import board as boards
from helpdesk import sight
from helpdesk.board import LineState, Standing
from helpdesk.call_records import CallRecord
from web.console.blueprint import console
from web.console.looks import STATES, Look
from web.console.readiness import RESULTS
from web.given import given
from web.live import live
from web.page import page
from web.papers.figures_of_period import TASKS
from web.visitors import EVERYBODY, opens_to, visitor
from web.words import N_

LINE: Final[Mapping[LineState, Look]] = {
    LineState.OPEN: ("green", "●", N_("The line is manned")),
    LineState.BUSY: ("amber", "◐", N_("Everyone on duty is busy")),
    LineState.UNMANNED: ("red", "▲", N_("Nobody is on duty")),
}
STANDINGS: Final[Mapping[Standing, Look]] = {
    Standing.FREE: ("green", "●", N_("free")),
    Standing.RUNG: ("blue", "☎", N_("is being rung")),
    Standing.TALKING: ("violet", "◆", N_("on a call")),
    Standing.WRAP_UP: ("grey", "…", N_("wrap-up")),
    Standing.CALLS_BACK: ("blue", "☎", N_("rings a customer")),
    Standing.TESTED: ("blue", "☎", N_("is being rung as a test")),
    Standing.AWAY: ("amber", "◌", N_("cannot be reached")),
}
PARTS: Final[Mapping[str, str]] = {
    "database": N_("Database"),
    "migrations": N_("Tables"),
    "clock": N_("Clock"),
    "provider": N_("Telephone provider"),
}
PART_STATES: Final[Mapping[str, Look]] = {
    "ok": ("green", "✓", N_("works")),
    "alive": ("green", "✓", N_("works")),
    "reached": ("green", "✓", N_("works")),
    "off": ("grey", "○", N_("not connected")),
    "not asked yet": ("grey", "○", N_("not asked yet")),
    "unknown": ("grey", "?", N_("unknown")),
    "silent": ("red", "▲", N_("silent")),
    "failing": ("red", "▲", N_("does not answer")),
    "unreachable": ("red", "▲", N_("does not answer")),
    "other": ("red", "▲", N_("of another version")),
    "missing": ("red", "▲", N_("its file is gone")),
    "replaced": ("red", "▲", N_("its file was replaced")),
}


@console.get("/now")
@opens_to(*EVERYBODY)
def board() -> Response:
    """The board."""
    return _shown("console/board.html")


@console.get("/now/live")
@opens_to(*EVERYBODY)
def live_board() -> Response:
    """What of the board moves."""
    return live(_shown("console/live_board.html"))


@console.get("/line-state")
@opens_to(*EVERYBODY)
def line_state() -> Response:
    """How the line stands, for the header of every page."""
    house, now = given(), given().clock()
    with house.reading() as session:
        found = boards.board(session, now=now)
        return live(page("console/line_state.html", board=found, look=LINE[found.line]))


def _shown(template: str) -> Response:
    house, now = given(), given().clock()
    with house.reading() as session:
        found = boards.board(session, now=now)
    _, health = house.health()
    return page(
        template,
        200,
        board=found,
        now=now,
        health=health,
        line=LINE,
        standings=STANDINGS,
        results=RESULTS,
        states=STATES,
        tasks=TASKS,
        parts=PARTS,
        part_states=PART_STATES,
        on_duty_kinds=sight.ON_DUTY,
        sees=_sees,
    )


def _sees(record: CallRecord) -> bool:
    """Whether the visitor may open that call: a supporter only one for which they were rung."""
    mine = visitor().sees_as
    return mine is None or mine in {one.supporter for one in record.attempts}
