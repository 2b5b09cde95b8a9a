"""A person's PIN card: looked at without its PIN, then made as a page to print or as a PDF. Each card is a look at the PIN (R2)."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import Response as Sent
from flask import abort
from werkzeug.wrappers import Response

from helpdesk import pin_cards
from helpdesk.pin_cards import PinCard
from models import Person
from models.values import Role
from web.console.blueprint import console
from web.console.customers.persons import PERSON, of_address
from web.given import given
from web.page import page
from web.papers import card as papers
from web.signing.forms import Confirmed
from web.visitors import opens_to, visitor
from web.words import Words

CODE_SCALE = 4


@console.get(f"{PERSON}/card")
@opens_to(Role.ADMINISTRATOR)
def card(number: int, person_id: int) -> Response:
    """What the card looks like, with dots for the PIN; two buttons make it."""
    house = given()
    with house.reading() as session:
        found = _there(of_address(session, number, person_id, to_change=False))
        return _shown(found, pin_cards.blank(session, found, now=house.clock()))


@console.post(f"{PERSON}/card")
@opens_to(Role.ADMINISTRATOR)
def make_card(number: int, person_id: int) -> Response:
    """The card to print from the browser."""
    return _made(number, person_id, _shown)


@console.post(f"{PERSON}/card.pdf")
@opens_to(Role.ADMINISTRATOR)
def make_pdf(number: int, person_id: int) -> Response:
    """The card as a PDF in A6."""

    def sent(_found: Person, made: PinCard) -> Response:
        name = f"{Words(made.language)('PIN card')} {number}-{person_id}.pdf".replace(" ", "-").lower()
        file = Sent(papers.rendered(made, Words(made.language)), mimetype="application/pdf")
        file.headers.set("Content-Disposition", "attachment", filename=name)
        return file

    return _made(number, person_id, sent)


def _made(number: int, person_id: int, sent: Callable[[Person, PinCard], Response]) -> Response:
    """Makes the card, which is a look at the PIN, and sends it."""
    house = given()
    with house.writing() as session:
        found = _there(of_address(session, number, person_id))
        if not Confirmed().validate():
            return _shown(found, pin_cards.blank(session, found, now=house.clock()), HTTPStatus.UNPROCESSABLE_ENTITY)
        return sent(found, pin_cards.made(session, found, keys=house.pin_keys, actor=visitor().email, now=house.clock()))


def _there(found: Person) -> Person:
    """The person; no page for one who has left."""
    if found.ended_at is not None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _shown(found: Person, made: PinCard, status: int = 200) -> Response:
    said = papers.spelled(made, Words(made.language))
    picture = papers.code(made).svg_data_uri(scale=CODE_SCALE, border=0, dark="#000", light="#fff")
    return page("console/card.html", status, person=found, customer=found.customer, card=made, said=said, picture=picture)
