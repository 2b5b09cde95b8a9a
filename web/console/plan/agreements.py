"""What an administrator agrees besides the rotation: added in one step, and taken out again."""

from __future__ import annotations

from http import HTTPStatus

from flask import abort, redirect, request
from werkzeug.wrappers import Response

from helpdesk import desks, rotas
from helpdesk.rotas import NoRota, RotaChanged
from models.local import to_local
from models.values import Role
from oncall import rotas as versions
from oncall.rota_file import BadRota
from web.console.blueprint import console
from web.console.plan import views
from web.console.plan.forms import Forms, OverrideForm, Spanned, day_of
from web.console.plan.lines import Choice, chosen
from web.console.plan.windows import of_day
from web.given import given
from web.page import words
from web.signing.forms import Confirmed
from web.visitors import opens_to, visitor


@console.post("/duty/overrides")
@opens_to(Role.ADMINISTRATOR)
def put_on() -> Response:
    """This person instead."""
    form = OverrideForm(prefix="on")
    return _agreed(form, Forms.blank(override=form), "override")


@console.post("/duty/absences")
@opens_to(Role.ADMINISTRATOR)
def note_absence() -> Response:
    """This person is away."""
    form = Spanned(prefix="away")
    return _agreed(form, Forms.blank(absence=form), "absence")


@console.post("/duty/<any(override, absence):kind>/take-out")
@opens_to(Role.ADMINISTRATOR)
def take_agreement_out(kind: str) -> Response:
    """Takes it out of the plan; what was stays in the versions before."""
    number, rota = (request.form.get(key, 0, type=int) for key in ("number", "rota"))
    now, choice = given().clock(), _line()
    if Confirmed().validate() and choice.wrong is None:
        try:
            with given().writing() as session:
                rotas.take_out(session, kind, number, rota=rota, line=choice.line, by=visitor().email, now=now)
        except NoRota:
            abort(HTTPStatus.NOT_FOUND)
        except RotaChanged:
            said = words()("Somebody else changed the rota meanwhile. Look at it again; nothing was taken out.")
            return views.drawn(of_day(to_local(now).date(), "week"), now=now, status=HTTPStatus.CONFLICT, wrong=said)
    return redirect(choice.way(".duty", _anchor="agreed"))


def _agreed(form: Spanned, forms: Forms, kind: str) -> Response:
    now, status = given().clock(), HTTPStatus.UNPROCESSABLE_ENTITY
    with given().reading() as session:
        choice = chosen(session)
        forms.offer(desks.supporters(session), versions.plan(session, versions.newest(session, choice.line)))
    if form.validate() and choice.wrong is None:
        try:
            with given().writing() as session:
                rotas.agree(session, kind, form.said, line=choice.line, by=visitor().email, now=now)
        except NoRota:
            abort(HTTPStatus.NOT_FOUND)
        except BadRota as bad:
            for fault in bad.faults:
                form.refuse(None, str(fault))
        else:
            return redirect(choice.way(".duty", week=of_day(day_of(form).date(), "week").name))
    return views.drawn(of_day(to_local(now).date(), "week"), now=now, status=status, forms=forms)


def _line() -> Choice:
    with given().reading() as session:
        return chosen(session)
