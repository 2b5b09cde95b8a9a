"""How the installation is: each part, each clock, messages that wait, the last reconciliation; and what the doctor finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import request
from werkzeug.wrappers import Response

from helpdesk import system
from models.values import ErrandState, Role
from web.console.blueprint import console
from web.console.board import PART_STATES, PARTS
from web.console.looks import Look
from web.given import given
from web.page import language, page
from web.visitors import opens_to
from web.words import N_

LEVELS: Final[Mapping[str, Look]] = {
    "ok": ("green", "✓", N_("well")),
    "warning": ("amber", "!", N_("warning")),
    "error": ("red", "▲", N_("error")),
}
# Parts, and whatever else the doctor looks at.
CHECKS: Final[Mapping[str, str]] = {
    **PARTS,
    "settings": N_("Settings"),
    "keys": N_("Keys of the PINs"),
    "house": N_("Prices, duty and messages"),
    "prices": N_("Prices"),
    "duty": N_("Duty"),
    "office": N_("Office line"),
    "telephones": N_("Telephones"),
    "messages": N_("Messages"),
    "alarms": N_("Alarms"),
    "records": N_("Reconciliation"),
    "numbers": N_("Telephone numbers"),
    "door": N_("The way in"),
    "signature": N_("Signatures"),
    "mail": N_("Mail server"),
    "issuer": N_("Log-in provider"),
}
DUTY_CHECKS: Final = frozenset({"duty", "office"})
ERRANDS: Final[Mapping[ErrandState, str]] = {
    ErrandState.DUE: N_("to be sent"),
    ErrandState.UNDECIDED: N_("perhaps sent"),
    ErrandState.KEPT: N_("kept, nothing to send with"),
    ErrandState.FAILED: N_("not sent"),
}


@console.get("/system")
@opens_to(Role.ADMINISTRATOR, Role.AUDITOR)
def the_system() -> Response:
    """The page; with `examine=1` the doctor looks at everything, which takes some seconds."""
    house, now = given(), given().clock()
    _, health = house.health()
    with house.reading() as session:
        told = system.told(session, now=now)
    findings = list(house.examine(language())) if request.args.get("examine") == "1" else None
    looks = {
        "duty_checks": DUTY_CHECKS,
        "parts": PARTS,
        "checks": CHECKS,
        "part_states": PART_STATES,
        "levels": LEVELS,
        "errands": ERRANDS,
    }
    return page("console/system.html", health=health, told=told, findings=findings, **looks)
