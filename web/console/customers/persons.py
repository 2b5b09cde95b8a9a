"""A person at a customer's: added, changed, gone and back; the PIN shown or replaced, each time by an explicit act (R2).

A PIN is in the answer to a form that an administrator sent, never in an address, and in no page that is only looked at.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk import customer_records, customers, persons
from helpdesk.customers import PersonLeft, Unknown
from helpdesk.persons import Look
from models import Person
from models.values import E164, Language, Role, e164
from web.console.blueprint import console
from web.console.customers.forms import LANGUAGES, PersonForm, ReplaceForm
from web.console.customers.views import NUMBER, READERS, SEE_NUMBERS, of_number
from web.given import given
from web.page import page
from web.signing.forms import Confirmed
from web.visitors import opens_to, visitor
from web.words import N_

PERSON: Final = f"/customers/{NUMBER}/persons/<int:person_id>"
DONE: Final = {
    "added": N_("The person is added, and has a PIN. Show it, or make the card to print."),
    "changed": N_("It is changed, from now on."),
    "left": N_("The person has left: the PIN lets nobody in any more."),
    "back": N_("The person is back, with the PIN they had."),
}


@console.route(f"/customers/{NUMBER}/persons/new", methods=["GET", "POST"])
@opens_to(Role.ADMINISTRATOR)
def new_person(number: int) -> Response:
    """A new person, who gets a PIN."""
    form, house = PersonForm(), given()
    with house.reading() as session:
        found = of_number(session, number)
    if not form.is_submitted():
        return page("console/person_new.html", 200, form=form, customer=found)
    if not form.validate():
        return page("console/person_new.html", HTTPStatus.UNPROCESSABLE_ENTITY, form=form, customer=found)
    with house.writing() as session:
        added = customers.add_person(
            session,
            customers.find(session, found.number),
            name=form.name.data,
            phone=_phone(form),
            email=form.email.data or None,
            language=Language(form.language.data),
            keys=house.pin_keys,
            actor=visitor().email,
            now=house.clock(),
        )
        person_id = added.person.id
    return redirect(url_for(".person", number=number, person_id=person_id, done="added"))


@console.get(PERSON)
@opens_to(*READERS)
def person(number: int, person_id: int) -> Response:
    """All about one person, but the PIN."""
    with given().reading() as session:
        return shown(session, of_address(session, number, person_id, to_change=False))


@console.post(f"{PERSON}/edit")
@opens_to(Role.ADMINISTRATOR)
def edit_person(number: int, person_id: int) -> Response:
    """Name, telephone, e-mail and language."""
    form, house = PersonForm(), given()
    with house.writing() as session:
        found = of_address(session, number, person_id)
        if not form.validate():
            return shown(session, found, HTTPStatus.UNPROCESSABLE_ENTITY, form=form)
        persons.change(
            session,
            found,
            name=form.name.data,
            phone=_phone(form),
            email=form.email.data or None,
            language=Language(form.language.data),
            actor=visitor().email,
            now=house.clock(),
        )
    return redirect(url_for(".person", number=number, person_id=person_id, done="changed"))


@console.post(f"{PERSON}/pin")
@opens_to(Role.ADMINISTRATOR)
def show_pin(number: int, person_id: int) -> Response:
    """The PIN, for as long as the page stands open; the audit remembers who looked, and from where."""
    house = given()
    with house.writing() as session:
        found = of_address(session, number, person_id)
        if not Confirmed().validate():
            return shown(session, found, HTTPStatus.UNPROCESSABLE_ENTITY)
        return shown(session, found, pin=looked_at(session, found, Look.SHOWN))


@console.post(f"{PERSON}/pin/replace")
@opens_to(Role.ADMINISTRATOR)
def replace_pin(number: int, person_id: int) -> Response:
    """A new PIN, shown this once; the old one is void at once."""
    house = given()
    form = ReplaceForm(str(number))
    with house.writing() as session:
        found = of_address(session, number, person_id)
        if not form.validate():
            return shown(session, found, HTTPStatus.UNPROCESSABLE_ENTITY, replace=form)
        try:
            pin = customers.replace_pin(session, found.id, keys=house.pin_keys, actor=visitor().email, now=house.clock())
        except PersonLeft:
            abort(HTTPStatus.NOT_FOUND)
        return shown(session, found, pin=pin, is_new=True)


@console.post(f"{PERSON}/leave")
@opens_to(Role.ADMINISTRATOR)
def person_leaves(number: int, person_id: int) -> Response:
    """The person leaves; `back` takes it back."""
    return _moved(number, person_id, "left")


@console.post(f"{PERSON}/back")
@opens_to(Role.ADMINISTRATOR)
def person_comes_back(number: int, person_id: int) -> Response:
    """The person is there again."""
    return _moved(number, person_id, "back")


def of_address(session: Session, number: int, person_id: int, *, to_change: bool = True) -> Person:
    """The person of an address, at that customer and no other; or no page."""
    try:
        return persons.find(session, person_id, customer=str(number), to_change=to_change)
    except Unknown:
        abort(HTTPStatus.NOT_FOUND)


def looked_at(session: Session, found: Person, look: Look) -> str:
    """The PIN, the look at it written down; no page for somebody who has left."""
    house = given()
    try:
        return persons.look_at_pin(session, found, look, keys=house.pin_keys, actor=visitor().email, now=house.clock())
    except PersonLeft:
        abort(HTTPStatus.NOT_FOUND)


def shown(
    session: Session,
    found: Person,
    status: int = 200,
    *,
    form: PersonForm | None = None,
    replace: ReplaceForm | None = None,
    pin: str | None = None,
    is_new: bool = False,
) -> Response:
    """The page of a person; with a PIN only where somebody has just asked for it."""
    row = customer_records.person_row(found)
    known = {"name": row.name, "phone": row.phone, "email": row.email, "language": row.language}
    return page(
        "console/person.html",
        status,
        person=row,
        customer=found.customer,
        form=form or PersonForm(formdata=None, data=known),
        replace=replace or ReplaceForm(found.customer.number, formdata=None),
        pin=pin,
        is_new=is_new,
        languages=LANGUAGES,
        numbers=customer_records.numbers_of(session, found),
        sees_numbers=visitor().may(*SEE_NUMBERS),
        done=DONE.get(request.args.get("done", "")),
    )


def _moved(number: int, person_id: int, way: str) -> Response:
    house = given()
    with house.writing() as session:
        found = of_address(session, number, person_id)
        if not Confirmed().validate():
            return shown(session, found, HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            moved = persons.leave if way == "left" else persons.come_back
            moved(session, found, actor=visitor().email, now=house.clock())
        except PersonLeft:
            abort(HTTPStatus.NOT_FOUND)
    return redirect(url_for(".person", number=number, person_id=person_id, done=way))


def _phone(form: PersonForm) -> E164 | None:
    return e164(form.phone.data) if form.phone.data else None
