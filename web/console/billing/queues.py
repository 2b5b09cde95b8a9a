"""Queues of what somebody decides on, corrections and objections alike: what waits, a page of what is over, and deciding."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, Protocol, TypeVar

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.corrections import CorrectionRefused
from helpdesk.customers import Unknown
from web.console.billing.refusals import told
from web.drafting import sent
from web.filters import place
from web.forms import Form
from web.given import given

A_PAGE: Final = 50
KEY: Final = "<int:number>"
T = TypeVar("T")


class Read(Protocol):
    """Reads rows of a queue: those that wait, or the newest of those that are over."""

    def __call__(self, session: Session, *, over: bool, before: int | None = None, most: int) -> list[Any]:
        """At most so many, older than `before`."""


def queue(read: Read, endpoint: str, number: str) -> dict[str, Any]:
    """What waits, a page of what is over, and the way on; `number` is what a row's number is called."""
    with given().reading() as session:
        waiting = read(session, over=False, most=4 * A_PAGE)
        over = read(session, over=True, before=place("before"), most=A_PAGE + 1)
    older = url_for(endpoint, before=getattr(over[A_PAGE - 1], number)) if len(over) > A_PAGE else None
    newest = url_for(endpoint) if "before" in request.args else None
    return {"waiting": waiting, "over": over[:A_PAGE], "newest": newest, "older": older}


def one(read: Callable[[Session], T]) -> T:
    """What is read, or no page where it does not exist."""
    with given().reading() as session:
        try:
            return read(session)
        except Unknown:
            abort(HTTPStatus.NOT_FOUND)


def decided(form: Form, act: Callable[[Session], object], then: Callable[[Any], str], about: str = "") -> Response | None:
    """Does it and leads on to where what it came to stands; None where the form is wrong, or now says why it was refused.

    `about` is what its long texts are drafted about.
    """
    if not form.validate():
        return None
    try:
        with given().writing() as session:
            done = act(session)
            sent(session, form, about)
            return redirect(then(done))
    except Unknown:
        abort(HTTPStatus.NOT_FOUND)
    except CorrectionRefused as refusal:
        form.refuse(None, told(refusal))
        return None
