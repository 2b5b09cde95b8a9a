"""Tests of supporters' telephones in the console: asked for in the visitor's name, and what they found out in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import request

from helpdesk import readiness
from helpdesk.readiness import NoLine, OnACall, ReadinessError, UnderTest
from models.readiness import ReadinessOutcome
from web.console.looks import Look
from web.given import given
from web.visitors import visitor
from web.words import N_

RESULTS: Final[Mapping[ReadinessOutcome | None, Look]] = {
    None: ("blue", "☎", N_("the test goes on")),
    ReadinessOutcome.READY: ("green", "✓", N_("answered after {seconds} s")),
    ReadinessOutcome.OTHER_KEY: ("amber", "○", N_("picked up, but did not press 1")),
    ReadinessOutcome.SILENT: ("amber", "○", N_("picked up, but pressed nothing")),
    ReadinessOutcome.VOICEMAIL: ("amber", "○", N_("a voicemail answered after {seconds} s")),
    ReadinessOutcome.HUNG_UP: ("amber", "◐", N_("picked up and hung up")),
    ReadinessOutcome.BUSY: ("amber", "◐", N_("busy or declined")),
    ReadinessOutcome.NO_ANSWER: ("red", "▲", N_("rang for {seconds} s, nobody answered")),
    ReadinessOutcome.FAILED: ("red", "▲", N_("could not be rung")),
    ReadinessOutcome.ON_A_CALL: ("grey", "○", N_("not rung: a call came first")),
    ReadinessOutcome.UNFINISHED: ("grey", "?", N_("nobody knows how it ended")),
}
"""What a test found out. `seconds` is how long it rang."""
REFUSED: Final[Mapping[type[ReadinessError], str]] = {
    OnACall: N_("Not rung as a test: the telephone is in use for a call. Try again when it is over."),
    UnderTest: N_("A test of that telephone goes on already."),
    NoLine: N_("There is no line to ring from yet. An administrator sets one with `doegnvagt line set`."),
}


def asked(supporter_id: int) -> str | None:
    """Asks for a test in the visitor's name, of the second telephone where that was the button; why not, where it is refused."""
    try:
        with given().writing() as session:
            readiness.ask(session, supporter_id, second="second" in request.form, by=visitor().email, now=given().clock())
    except ReadinessError as why:
        return REFUSED[type(why)]
    return None
