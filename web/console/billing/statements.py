"""A customer's statement on the screen, the same paper as the command line's; period and language are chosen, files kept."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, request
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Optional

from helpdesk import statements
from helpdesk.customers import Unknown
from models.values import Language, Role
from web.console.blueprint import console
from web.console.files import paper_file
from web.filters import Period
from web.forms import at_most, in_one_line, stripped
from web.given import given
from web.page import page, words
from web.papers import statement
from web.papers.figures import Figures
from web.papers.formats import Format
from web.papers.paper import Paper, spelled
from web.visitors import MOVES_POINTS, opens_to
from web.words import N_, Words


class StatementForm(Period):
    """Whose statement, of which days, in which language."""

    endpoint = "console.statements_page"

    customer = StringField(N_("Customer number"), [DataRequired(), at_most(32), in_one_line], filters=[stripped], name="customer")
    language = SelectField(N_("Language"), [Optional()])

    def __init__(self) -> None:
        super().__init__()
        self.language.choices = [("", "–"), (Language.DANISH.value, "Dansk"), (Language.ENGLISH.value, "English")]


@console.get("/billing/statements")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def statements_page() -> Response:
    """The form, and the statement where a customer was chosen."""
    form = StatementForm()
    return _shown(form) if request.args else page("console/billing/statements.html", form=form, paper=None)


@console.get("/billing/statements.<any(text, csv, xlsx, pdf):ending>")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def statement_file(ending: str) -> Response:
    """The statement as a file; 422 with the form where it is wrong."""
    form = StatementForm()
    paper = _paper(form)
    if paper is None:
        return page("console/billing/statements.html", HTTPStatus.UNPROCESSABLE_ENTITY, form=form, paper=None)
    return paper_file(paper, Format(ending), f"{paper.words('statement')}-{form.customer.data}")


def _shown(form: StatementForm) -> Response:
    paper = _paper(form)
    status = HTTPStatus.OK if paper else HTTPStatus.UNPROCESSABLE_ENTITY
    return page(
        "console/billing/statements.html", status, form=form, paper=paper, spelled=spelled, of=Figures, formats=list(Format)
    )


def _paper(form: StatementForm) -> Paper | None:
    """The statement that the form asks for; None where the form is wrong, and says why."""
    if not form.validate():
        return None
    with given().reading() as session:
        return _made(session, form)


def _made(session: Session, form: StatementForm) -> Paper | None:
    ends = {"since": form.begins, "until": form.ends}
    try:
        made = statements.customer_statement(session, form.customer.data, **ends, now=given().clock())
    except Unknown:
        form.refuse(form.customer, words()("There is no such customer."))
        return None
    return statement.paper(made, Words(Language(form.language.data)) if form.language.data else words())
