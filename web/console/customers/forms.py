"""The forms about customers and persons."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from wtforms import IntegerField, SelectField, StringField

from models.values import Language, Policy
from web.fields import choices, mail, name, stripped, telephone, typed, whole
from web.forms import Form
from web.words import N_

MOST_POINTS: Final = 1_000_000
POLICIES: Final[Mapping[StrEnum, str]] = {
    Policy.CREDIT: N_("On credit: a running call goes on, down to the credit limit"),
    Policy.STOP: N_("Stop: a running call ends when the points are used up"),
    Policy.INVOICE: N_("Invoice: no limit; what is below zero is invoiced"),
}
POLICY_NAMES: Final[Mapping[StrEnum, str]] = {
    Policy.CREDIT: N_("credit"),
    Policy.STOP: N_("stop"),
    Policy.INVOICE: N_("invoice"),
}
LANGUAGES: Final = {Language.DANISH.value: "Dansk", Language.ENGLISH.value: "English"}
NO_SUGGESTIONS: Final = {"autocomplete": "off"}


class NewCustomerForm(Form):
    """A new customer."""

    name = StringField(N_("Company"), [name], filters=[stripped], render_kw={"autocomplete": "off", "maxlength": 200})


class CustomerForm(NewCustomerForm):
    """What a customer is called, and what happens when points run out (R11)."""

    policy = SelectField(N_("When points run out"))
    credit = IntegerField(
        N_("Credit limit"),
        [whole(0, MOST_POINTS)],
        description=N_("In points: how far below zero a running call may go. Credit never opens a call."),
    )
    notify_below = IntegerField(
        N_("Tell them below"),
        [whole(0, MOST_POINTS)],
        description=N_("In points: when the balance sinks below it, the customer's persons are told."),
    )

    def __init__(self, **named: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(**named)
        self.policy.choices = choices(POLICIES)


class PersonForm(Form):
    """What is known of a person."""

    name = StringField(N_("Name"), [name], filters=[stripped], render_kw={"autocomplete": "off", "maxlength": 200})
    phone = StringField(
        N_("Telephone"),
        [telephone],
        filters=[stripped],
        description=N_("Where the person is called back, and gets text messages."),
        render_kw={"autocomplete": "off", "type": "tel"},
    )
    email = StringField(
        N_("E-mail"),
        [mail],
        filters=[stripped],
        description=N_("Where receipts go."),
        render_kw={"autocomplete": "off", "type": "email"},
    )
    language = SelectField(N_("Language"), choices=LANGUAGES, description=N_("What the person hears on the telephone and reads."))


class ReplaceForm(Form):
    """That a PIN is to be replaced, confirmed by typing the customer's number."""

    number = StringField(N_("Customer number"), render_kw={"autocomplete": "off", "inputmode": "numeric"})

    def __init__(self, customer: str, **named: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(**named)
        self.number.validators = [typed(customer)]
