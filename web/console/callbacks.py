"""Callbacks in the console: a supporter presses, is rung, and then the customer; what goes on, and how it came out, in words."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk import callbacks, case_dossiers
from helpdesk.callback_records import Stage
from helpdesk.callbacks import CallbackError, NoNumber, OnACall, UnderWay
from helpdesk.customers import Unknown
from helpdesk.queue import TaskTaken
from models.callbacks import CallbackOutcome
from models.values import Role
from web.console.blueprint import console
from web.console.looks import Look
from web.filters import row_number
from web.given import given
from web.visitors import opens_to, visitor
from web.words import N_

THEIRS: Final = opens_to(Role.SUPPORTER, Role.ADMINISTRATOR)
STAGES: Final[Mapping[Stage, Look]] = {
    Stage.ASKED: ("blue", "◔", N_("{name} is about to be rung")),
    Stage.SUPPORTER: ("blue", "☎", N_("{name} is being rung")),
    Stage.TOLD: ("blue", "◐", N_("{name} has picked up")),
    Stage.CUSTOMER: ("blue", "☎", N_("{name} rings the customer")),
    Stage.TALKING: ("violet", "◆", N_("{name} talks with the customer")),
}
OUTCOMES: Final[Mapping[CallbackOutcome, str]] = {
    CallbackOutcome.TALKED: N_("{name} rang: the two talked"),
    CallbackOutcome.NO_ANSWER: N_("{name} did not answer their own telephone"),
    CallbackOutcome.BUSY: N_("{name}'s own telephone was busy"),
    CallbackOutcome.HUNG_UP: N_("{name} hung up before the customer was rung"),
    CallbackOutcome.FAILED: N_("{name}'s own telephone could not be rung"),
    CallbackOutcome.ON_A_CALL: N_("{name} was on a call by then"),
    CallbackOutcome.PASSED: N_("{name} chose not to ring"),
    CallbackOutcome.SILENT: N_("{name} pressed nothing"),
    CallbackOutcome.LEFT: N_("{name} hung up before the two were connected"),
    CallbackOutcome.NOT_REACHED: N_("{name} rang: the customer did not take the call"),
    CallbackOutcome.DECLINED: N_("{name} rang: the customer said no to the price"),
    CallbackOutcome.NO_POINTS: N_("{name} rang: the customer has too few points"),
    CallbackOutcome.CALLED_IN: N_("the customer called in meanwhile"),
    CallbackOutcome.UNFINISHED: N_("{name} rang: nobody knows how it ended"),
}
REFUSED: Final[Mapping[type[CallbackError], str]] = {
    NoNumber: N_("Nobody knows a number to ring. It may have been said in the recording."),
    OnACall: N_("Your telephone is in use. Ring when that call is over."),
    UnderWay: N_("That callback goes on already."),
}


@console.post("/tasks/<int:task>/call")
@THEIRS
def call_back(task: int) -> Response:
    """The visitor takes the task and is rung; then the customer is."""
    house, there = given(), visitor()
    if there.supporter_id is None:
        abort(HTTPStatus.NOT_FOUND)
    try:
        with house.writing() as session:
            callbacks.for_task(session, task, there.supporter_id, actor=there.email, now=house.clock())
    except Unknown:
        abort(HTTPStatus.NOT_FOUND)
    except TaskTaken:
        return redirect(url_for(".tasks", gone=task))
    except CallbackError as why:
        return redirect(url_for(".tasks", refused=type(why).__name__))
    return redirect(url_for(".tasks", called=task))


@console.post("/cases/<number>/call")
@THEIRS
def call_as_the_line(number: str) -> Response:
    """The visitor is rung, and then a person of the case's customer, who sees the line's number; it is free."""
    house, there = given(), visitor()
    person = row_number(request.form, "person")
    if there.supporter_id is None or person is None:
        abort(HTTPStatus.NOT_FOUND if there.supporter_id is None else HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with house.writing() as session:
            case_dossiers.find(session, number, seen_by=there.sees_as)
            callbacks.for_case(session, number, person, there.supporter_id, actor=there.email, now=house.clock())
    except Unknown:
        abort(HTTPStatus.NOT_FOUND)
    except CallbackError as why:
        return redirect(url_for(".case", number=number, refused=type(why).__name__))
    return redirect(url_for(".case", number=number, called=1))


def why_not() -> str | None:
    """Why a callback was refused a moment ago, as the address says."""
    named = {kind.__name__: text for kind, text in REFUSED.items()}
    return named.get(request.args.get("refused", ""))
