"""Swaps on a telephone: a supporter asks a colleague, the colleague answers; an administrator sees all, and takes one back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Final

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.validators import InputRequired

from helpdesk import swaps
from helpdesk.swap_checks import Named, NoSuchSwap, SwapRefused
from models.values import Flow, Role
from oncall.held import Held
from web.console import duty
from web.console.blueprint import console
from web.console.duty import THEIRS
from web.console.plan import swap_words
from web.forms import Form
from web.given import given
from web.page import page, words
from web.signing.forms import Confirmed
from web.visitors import opens_to, own_supporter, visitor
from web.words import N_

MOST_EACH: Final = 20
"""How many shifts of a colleague are offered in return."""


class AskForm(Form):
    """Whom to ask, and what for: to take the shift over, or to swap it for one of theirs."""

    choice = SelectField(N_("Whom do you ask?"), [InputRequired()])

    def offer(self, others: Mapping[int, str], shifts: Mapping[int, list[Held]]) -> None:
        """Every colleague, each with their shifts."""
        take_over = words()("takes it over")
        self.choice.choices = {
            name: [
                (str(number), f"{name}: {take_over}"),
                *((f"{number}|{one.starts.isoformat()}|{one.layer}", self._swap(name, one)) for one in shifts.get(number, [])),
            ]
            for number, name in others.items()
        }

    @staticmethod
    def _swap(name: str, one: Held) -> str:
        return words()("{name}: swaps for {shift}", name=name, shift=f"{swap_words.said(one.span, words())} ({one.layer})")


@console.route("/me/shifts/swap", methods=["GET", "POST"])
@THEIRS
def ask_swap() -> Response:
    """One of my shifts: whom I ask to take it over, or to swap it."""
    now, form = given().clock(), AskForm()
    with given().reading() as session:
        shift, mine = _shift_asked(session, now=now)
        theirs = swaps.of_people(session, now=now)
        others = swaps.colleagues(session, own_supporter())
    form.offer(others, {number: theirs.get((shift.line, number), [])[:MOST_EACH] for number in others})
    if form.is_submitted() and form.validate():
        try:
            with given().writing() as session:
                colleague, back = _chosen(form.choice.data, shift.line)
                swaps.ask(session, shift, of=own_supporter(), colleague=colleague, back=back, by=visitor().email, now=now)
        except SwapRefused as refused:
            form.refuse(form.choice, words()(swap_words.why(refused)))
        else:
            return redirect(url_for("console.my_duty", _anchor="swaps"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.problems else HTTPStatus.OK
    return page(
        "console/plan/ask_swap.html", status, form=form, others=others, said=swap_words.said(mine.span, words()), shift=mine
    )


@console.post("/me/swaps/<int:number>/<any(agree, decline, withdraw):answer>")
@THEIRS
def answer_swap(number: int, answer: str) -> Response:
    """What I say to a request, or that I do not ask any more."""
    now, me, by = given().clock(), own_supporter(), visitor().email
    if Confirmed().validate():
        try:
            with given().writing() as session:
                if answer == "withdraw":
                    swaps.withdraw(session, number, supporter=me, by=by, now=now)
                elif answer == "decline":
                    swaps.decline(session, number, colleague=me, by=by, now=now)
                else:
                    swaps.agree(session, number, colleague=me, by=by, now=now)
        except NoSuchSwap:
            abort(HTTPStatus.NOT_FOUND)
        except SwapRefused as refused:
            return duty.shown(status=HTTPStatus.CONFLICT, refused=swap_words.why(refused))
    return redirect(url_for("console.my_duty", _anchor="swaps"))


@console.get("/duty/swaps")
@opens_to(Role.ADMINISTRATOR, Role.AUDITOR)
def swap_list() -> Response:
    """Every request about shifts that are not long over."""
    return _listed()


@console.post("/duty/swaps/<int:number>/undo")
@opens_to(Role.ADMINISTRATOR)
def undo_swap(number: int) -> Response:
    """Each has again what was theirs."""
    if Confirmed().validate():
        try:
            with given().writing() as session:
                swaps.undo(session, number, by=visitor().email, now=given().clock())
        except NoSuchSwap:
            abort(HTTPStatus.NOT_FOUND)
        except SwapRefused as refused:
            return _listed(HTTPStatus.CONFLICT, refused=swap_words.why(refused))
    return redirect(url_for("console.swap_list"))


def _listed(status: int = HTTPStatus.OK, *, refused: str | None = None) -> Response:
    now = given().clock()
    with given().reading() as session:
        found = [swap_words.request(one, words(), now=now) for one in swaps.listed(session, now=now)]
    return page("console/plan/swaps.html", status, swaps=found, refused=refused)


def _shift_asked(session: Session, *, now: datetime) -> tuple[Named, Held]:
    """The shift that the address names, which must be mine and still to come."""
    line, layer, starts = (request.args.get(key, "") for key in ("line", "layer", "starts"))
    found = _named(line, layer, starts)
    mine = swaps.of_people(session, now=now).get((found.line, own_supporter()), []) if found else []
    held = next((one for one in mine if found and (one.layer, one.starts) == (found.layer, found.starts)), None)
    if found is None or held is None:
        abort(HTTPStatus.NOT_FOUND)
    return found, held


def _named(line: str, layer: str, starts: str) -> Named | None:
    try:
        return Named(line=Flow(line), layer=layer, starts=datetime.fromisoformat(starts))
    except ValueError:
        return None


def _chosen(choice: str, line: Flow) -> tuple[int, Named | None]:
    """What was chosen, which is one of those that were offered."""
    number, starts, layer = [*choice.split("|", 2), "", ""][:3]
    return int(number), _named(line.value, layer, starts) if starts else None
