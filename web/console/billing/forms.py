"""The forms that move points. Each is sent twice: once to be read over, and once more, as it was, to be booked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from billing.purchases import LONGEST_REFERENCE, MOST_POINTS
from helpdesk import disputes
from helpdesk.customers import Unknown
from models.corrections import CorrectionReason
from web.drafting import LongText
from web.forms import Form, at_most, between, in_one_line, stripped
from web.given import given
from web.page import words
from web.words import N_

LONGEST_NOTE: Final = 400
LONGEST_ONCE: Final = 40
REASONS: Final[Mapping[CorrectionReason, str]] = {
    CorrectionReason.GOODWILL: N_("goodwill"),
    CorrectionReason.OWN_FAULT: N_("own_fault"),
    CorrectionReason.OUTAGE: N_("outage"),
    CorrectionReason.WRONG_NUMBER: N_("wrong_number"),
}
WHOLE: Final = {"inputmode": "numeric", "autocomplete": "off"}


def a_customer() -> StringField:
    """The number of a customer."""
    checks = [DataRequired(), at_most(32), in_one_line]
    return StringField(
        N_("Customer number"), checks, filters=[stripped], description=N_("Five digits, like 10042."), render_kw=WHOLE
    )


def some_points() -> IntegerField:
    """A number of points."""
    return IntegerField(N_("Points"), [InputRequired(), between(1, MOST_POINTS)], render_kw=WHOLE)


def a_note(help_text: str, label: str = N_("Note"), *, kept_as: str) -> LongText:
    """A sentence that stands in the books; `kept_as` is where it is drafted."""
    checks = [DataRequired(), at_most(LONGEST_NOTE), in_one_line]
    return LongText(label, checks, filters=[stripped], description=help_text, kept_as=kept_as, render_kw={"rows": 2})


class Sure(Form):
    """A form that is read over before it is booked: `sure` and `once` are filled in by the page that shows what will happen.

    `once` is drawn for that page: sent twice, by a second press, it is booked once.
    """

    sure = HiddenField()
    once = HiddenField(validators=[at_most(LONGEST_ONCE), in_one_line])

    @property
    def is_sure(self) -> bool:
        """Whether it was read over."""
        return bool(self.sure.data == "1")


class BuyForm(Sure):
    """Points that a customer bought."""

    customer = a_customer()
    points = some_points()
    reference = StringField(
        N_("Reference"),
        [DataRequired(), at_most(LONGEST_REFERENCE), in_one_line],
        filters=[stripped],
        description=N_("Where the purchase came from: the number of the invoice or the order. The same one twice is one purchase."),
    )


class WithReason(Sure):
    """A correction, which has a reason."""

    reason = SelectField(N_("Reason"), [InputRequired()])

    def __init__(self, *args: Any, **named: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*args, **named)
        self.reason.choices = [(reason.value, words()(told).capitalize()) for reason, told in REASONS.items()]


class GrantForm(WithReason):
    """Points given for nothing."""

    customer = a_customer()
    points = some_points()
    note = a_note(N_("A sentence; it stands in the books, and on the customer's statement."), kept_as="grant")


class RefundForm(WithReason):
    """Points given back: of a whole call, of one quarter, or so many of it."""

    quarter = SelectField(N_("What is given back"), [Optional()])
    points = IntegerField(
        N_("Points"),
        [Optional(), between(1, MOST_POINTS)],
        description=N_("Only part of a quarter: how many points. Empty is all that is left of it."),
        render_kw=WHOLE,
    )
    note = a_note(N_("A sentence; it stands in the books, and a customer who objected reads it."), kept_as="refund")

    def validate_points(self, _field: IntegerField) -> None:
        """Part of what: of a call as a whole nobody could say of which quarter."""
        if self.points.data is not None and not self.quarter.data:
            self.refuse(self.points, words()("Choose the quarter too."))

    def offer(self, quarters: Mapping[int, str]) -> None:
        """What may be chosen: the whole call, or one of these quarters, each in words."""
        self.quarter.choices = [("", words()("The whole call")), *((str(number), told) for number, told in quarters.items())]


class RefuseForm(Form):
    """Why something is not given."""

    note = a_note(N_("A sentence; whoever asked reads it."), kept_as="refusal")


class DisputeForm(Form):
    """What a customer finds wrong; `call` is the CallSid of the call that the receipt is about, once that was looked up."""

    receipt = StringField(
        N_("Receipt"),
        [DataRequired(), at_most(34), in_one_line],
        filters=[stripped],
        description=N_("The number on the customer's receipt, or the CallSid."),
    )
    said = a_note(N_("A sentence or two; whoever answers it reads exactly this."), N_("What they say"), kept_as="objection")
    call: str | None = None

    def validate_receipt(self, field: StringField) -> None:
        """One that there is."""
        try:
            with given().reading() as session:
                self.call = disputes.call_of(session, field.data or "")
        except Unknown:
            raise ValidationError(words()(N_("There is no such receipt."))) from None


class AnswerForm(Form):
    """Why a charge stands: the customer reads it."""

    note = a_note(N_("Two or three sentences. The customer reads exactly this."), kept_as="answer")
