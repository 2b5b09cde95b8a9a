"""Access for programs: tokens of the REST interface, endpoints that are told of events, and what they were told."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from helpdesk import calendars, deliveries, endpoints, tokens
from helpdesk.customers import Unknown
from helpdesk.endpoints import ForAlarms, NotAllowed
from models.api import Scope
from models.values import Role
from models.webhooks import DeliveryState, EventKind, WebhookFormat
from web.console.blueprint import console
from web.filters import place
from web.forms import Form
from web.given import given
from web.page import page, words
from web.visitors import opens_to, visitor
from web.words import N_

PAGE: Final = 50
SCOPES: Final[Mapping[Scope, str]] = {
    Scope.CALLS_READ: N_("Calls and the live board"),
    Scope.CUSTOMERS_READ: N_("Customers and persons"),
    Scope.BILLING_READ: N_("Balances, statements and journals"),
    Scope.BILLING_WRITE: N_("Purchases, grants and refunds"),
    Scope.CASES_READ: N_("Cases"),
    Scope.TASKS_READ: N_("Tasks"),
    Scope.TASKS_WRITE: N_("Take tasks, acknowledge alarms"),
    Scope.DUTY_READ: N_("Supporters, who is on duty, and alarms"),
    Scope.PRICES_READ: N_("Price lists and quotes"),
    Scope.RECONCILIATION_READ: N_("Reconciliation"),
    Scope.AUDIT_READ: N_("The audit"),
    Scope.WEBHOOKS_READ: N_("Webhooks"),
    Scope.WEBHOOKS_WRITE: N_("Add and change webhooks, and so be told of all events"),
    Scope.NUMBERS_READ: N_("Telephone numbers whole"),
}
EVENTS: Final[Mapping[EventKind, str]] = {
    EventKind.CALL_STARTED: N_("A call begins"),
    EventKind.CALL_ACCEPTED: N_("A supporter takes a call"),
    EventKind.CALL_ENDED: N_("A call ends"),
    EventKind.CALL_SETTLED: N_("A call is settled"),
    EventKind.TASK_OPENED: N_("A task is opened"),
    EventKind.ALARM_OPENED: N_("An alarm is opened"),
    EventKind.POINTS_LOW: N_("A customer's points run low"),
    EventKind.PURCHASE_POSTED: N_("Points are bought"),
    EventKind.CORRECTION_POSTED: N_("Points are given back or given"),
}
STATES: Final[Mapping[DeliveryState, tuple[str, str, str]]] = {
    DeliveryState.DUE: ("amber", "…", N_("waits")),
    DeliveryState.DONE: ("green", "✓", N_("taken")),
    DeliveryState.FAILED: ("red", "▲", N_("given up")),
}


FORMATS: Final[Mapping[WebhookFormat, str]] = {
    WebhookFormat.PLAIN: N_("Our own JSON, signed"),
    WebhookFormat.SLACK: N_("A message in Slack: alarms alone"),
    WebhookFormat.TEAMS: N_("A message in Teams: alarms alone"),
}


class Choices(SelectMultipleField):  # type: ignore[misc]  # it has no types
    """Boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TokenForm(Form):
    """A new token."""

    name = StringField(
        N_("Name"), [InputRequired(), Length(max=tokens.LONGEST_NAME)], description=N_("Which program asks with it.")
    )
    scopes = Choices(N_("What it may do"), [InputRequired()])


class WebhookForm(Form):
    """A new endpoint."""

    url = StringField(
        N_("Address"), [InputRequired(), Length(max=endpoints.LONGEST_URL)], description=N_("It begins with https://.")
    )
    format = SelectField(N_("As what"), default=WebhookFormat.PLAIN.value)
    events = Choices(N_("What it is told of"), [InputRequired()])
    numbers = BooleanField(N_("Telephone numbers whole"))


@console.get("/tokens")
@opens_to(Role.ADMINISTRATOR, Role.AUDITOR)
def programs() -> Response:
    """The tokens and endpoints there are."""
    return _shown(_token_form(), _webhook_form())


@console.post("/tokens")
@opens_to(Role.ADMINISTRATOR)
def add_token() -> Response:
    """Makes a token, and shows it this once."""
    form = _token_form()
    if not form.validate_on_submit():
        return _shown(form, _webhook_form(), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    house, now, scopes = given(), given().clock(), [Scope(name) for name in form.scopes.data]
    try:
        with house.writing() as session:
            _, text = tokens.add(session, form.name.data, scopes, actor=visitor().email, now=now)
    except ValueError:
        form.refuse(form.name, words()("Write a name of visible characters."))
        return _shown(form, _webhook_form(), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return page("console/secret.html", title=N_("The new token"), secret=text, name=form.name.data)


@console.post("/tokens/<int:token_id>/end")
@opens_to(Role.ADMINISTRATOR)
def end_token(token_id: int) -> Response:
    """Ends a token."""
    house = given()
    try:
        with house.writing() as session:
            tokens.end(session, token_id, actor=visitor().email, now=house.clock())
    except Unknown:
        abort(HTTPStatus.NOT_FOUND)
    return redirect(url_for("console.programs"), HTTPStatus.SEE_OTHER)


@console.post("/webhooks")
@opens_to(Role.ADMINISTRATOR)
def add_webhook() -> Response:
    """Adds an endpoint, and shows its secret this once."""
    form = _webhook_form()
    if not form.validate_on_submit():
        return _shown(_token_form(), form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    house, kinds = given(), [EventKind(name) for name in form.events.data]
    seal = {"seal": house.hook_seal, "is_demo": house.is_demo}
    try:
        with house.writing() as session:
            who = {"actor": visitor().email, "now": house.clock()}
            how = {"sees_numbers": form.numbers.data, "form": WebhookFormat(form.format.data)}
            _, secret = endpoints.add(session, form.url.data, kinds, **how, **seal, **who)  # type: ignore[arg-type]
    except NotAllowed:
        form.refuse(form.url, words()("Write an address that begins with https:// and is another machine's."))
        return _shown(_token_form(), form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except ForAlarms:
        form.refuse(form.events, words()("A chat is told of alarms alone: choose only that."))
        return _shown(_token_form(), form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if WebhookFormat(form.format.data).is_chat:  # nobody there could ask for a signature
        return redirect(url_for("console.programs", _anchor="webhooks"), HTTPStatus.SEE_OTHER)
    return page("console/secret.html", title=N_("The secret that signs"), secret=secret, name=form.url.data)


@console.post("/webhooks/<int:endpoint_id>/<any(end, test):what>")
@opens_to(Role.ADMINISTRATOR)
def change_webhook(endpoint_id: int, what: str) -> Response:
    """Ends an endpoint, or has it sent something to try it out."""
    house = given()
    verb = endpoints.end if what == "end" else endpoints.try_out
    try:
        with house.writing() as session:
            verb(session, endpoint_id, actor=visitor().email, now=house.clock())
    except Unknown:
        abort(HTTPStatus.NOT_FOUND)
    return redirect(url_for("console.programs", _anchor="deliveries"), HTTPStatus.SEE_OTHER)


def _token_form() -> TokenForm:
    form = TokenForm(prefix="token-")
    form.scopes.choices = [(scope.value, words()(text)) for scope, text in SCOPES.items()]
    return form


def _webhook_form() -> WebhookForm:
    form = WebhookForm(prefix="webhook-")
    form.format.choices = [(form_.value, words()(text)) for form_, text in FORMATS.items()]
    form.events.choices = [(kind.value, words()(text)) for kind, text in EVENTS.items()]
    return form


def _shown(token_form: TokenForm, webhook_form: WebhookForm, *, status: int = HTTPStatus.OK) -> Response:
    before = place("before")
    with given().reading() as session:
        sent = deliveries.listed(session, before=before, most=PAGE + 1)
        return page(
            "console/tokens.html",
            status,
            tokens=tokens.listed(session),
            endpoints=endpoints.listed(session),
            calendars=calendars.listed(session),
            lines=calendars.lines(session),
            deliveries=sent[:PAGE],
            hosts={one.endpoint_id: urlsplit(one.endpoint.url).hostname for one in sent},
            older=sent[PAGE - 1].id if len(sent) > PAGE else None,
            before=before,
            token_form=token_form,
            webhook_form=webhook_form,
            scopes=SCOPES,
            events=EVENTS,
            formats=FORMATS,
            states=STATES,
        )
