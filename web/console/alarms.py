"""Alarms: what somebody must see to, who knows of it, and what there was."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk import alarms
from helpdesk.alarms import IsATask
from helpdesk.customers import Unknown
from models.alarms import AlarmKind
from models.values import Role
from web.console.blueprint import console
from web.filters import place
from web.given import given
from web.page import language, page
from web.signing.forms import Confirmed
from web.visitors import EVERYBODY, opens_to, visitor
from web.words import N_

A_PAGE: Final = 30
KINDS: Final[Mapping[AlarmKind, str]] = {
    AlarmKind.GAP: N_("Gap in the plan"),
    AlarmKind.GAP_SOON: N_("Gap within two days"),
    AlarmKind.TELEPHONE: N_("Telephone on duty"),
    AlarmKind.UNREACHABLE: N_("Cannot be reached"),
    AlarmKind.TASK: N_("Task past its deadline"),
    AlarmKind.PROVIDER: N_("Telephone provider"),
    AlarmKind.PINS: N_("Wrong PINs"),
    AlarmKind.PRICES: N_("Price list missing"),
    AlarmKind.BRIDGE: N_("Call without a pressed 1"),
    AlarmKind.SKEW: N_("Clock"),
    AlarmKind.RECONCILIATION: N_("Reconciliation"),
    AlarmKind.WEBHOOK: N_("Webhook"),
    AlarmKind.SHIFT: N_("Shift not acknowledged"),
    AlarmKind.POINTS: N_("Points running out"),
}
OF_DUTY: Final = frozenset({AlarmKind.GAP, AlarmKind.GAP_SOON, AlarmKind.UNREACHABLE, AlarmKind.SHIFT, AlarmKind.TELEPHONE})
"""Matters that the rota's page helps with."""


@console.get("/alarms")
@opens_to(*EVERYBODY)
def alarm_list() -> Response:
    """The open ones, and below them all there were, the newest first."""
    before = place("before")
    with given().reading() as session:
        opened = alarms.opened(session, language())
        past = alarms.history(session, language(), after=(before,) if before else None, most=A_PAGE)
    older = url_for(".alarm_list", before=past.then[0]) if past.then else None
    newer = url_for(".alarm_list") if before else None
    found = {"opened": [] if before else opened, "past": past.rows, "older": older, "newer": newer}
    return page("console/alarms.html", 200, kinds=KINDS, of_duty=OF_DUTY, done="acknowledged" in request.args, **found)


@console.post("/alarms/<int:alarm_id>/acknowledge")
@opens_to(Role.ADMINISTRATOR, Role.SUPPORTER)
def acknowledge_alarm(alarm_id: int) -> Response:
    """Somebody knows: no more reminders."""
    if Confirmed().validate():
        with given().writing() as session:
            try:
                alarms.acknowledge(session, alarm_id, by=visitor().email, now=given().clock())
            except Unknown:
                abort(HTTPStatus.NOT_FOUND)
            except IsATask:
                return redirect(url_for(".tasks"))
    return redirect(url_for(".alarm_list", acknowledged=1))
