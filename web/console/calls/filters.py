"""What the call log can be narrowed to: a form whose fields stand in the address, and chips that take each of them out again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from flask import request, url_for
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional, ValidationError

from helpdesk.call_log import Wanted
from models.local import from_local
from models.values import CallOutcome, CallState, e164
from web.console.looks import OUTCOMES, STATES
from web.forms import Form
from web.page import words
from web.papers.figures import Figures
from web.words import N_

LONGEST: Final = 100
YEARS: Final = range(2000, 2100)
A_DAY: Final = timedelta(days=1)
CLEAN: Final = (lambda text: " ".join((text or "").split()) or None,)


class Text(StringField):  # type: ignore[misc]  # WTForms has no types
    """A piece of text, its outer spaces gone; None where there is none."""

    def __init__(self, label: str, **named: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(label, [Optional(), Length(max=LONGEST, message=N_("Too long."))], filters=CLEAN, **named)


class Filters(Form):
    """The narrowing of the call log. Days are local, both included."""

    class Meta(Form.Meta):
        """It changes nothing, so it needs no token."""

        csrf = False

    q = Text(N_("Customer or person"))
    since = DateField(N_("From"), [Optional()], name="from")
    until = DateField(N_("To"), [Optional()], name="to")
    outcome = SelectField(N_("Outcome"), [Optional()])
    state = SelectField(N_("State"), [Optional()])
    line = SelectField(N_("Line"), [Optional()])
    supporter = SelectField(N_("Supporter"), [Optional()])
    customer = Text(N_("Customer number"))
    case = Text(N_("Case number"))
    number = Text(N_("Caller's number"))

    def __init__(self, *, lines: Mapping[str, str], supporters: Mapping[int, str]) -> None:
        super().__init__(formdata=request.args)
        said, everything = words(), ("", words()(N_("all")))
        self.outcome.choices = [everything, *((key.value, said(OUTCOMES[key][2])) for key in CallOutcome)]
        self.state.choices = [everything, *((key.value, said(STATES[key][2])) for key in CallState)]
        self.line.choices = [everything, *lines.items()]
        self.supporter.choices = [everything, *((str(key), name) for key, name in supporters.items())]

    def validate_since(self, field: DateField) -> None:
        """A day that can be one of ours."""
        _within_reason(field.data)

    def validate_until(self, field: DateField) -> None:
        """The same, and not before the first one."""
        _within_reason(field.data)
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(words()(N_("The period ends before it begins.")))

    def validate_number(self, field: StringField) -> None:
        """One that could be called from."""
        if field.data and e164(field.data) is None:
            raise ValidationError(words()(N_("That is no telephone number.")))

    def wanted(self, *, seen_by: int | None) -> Wanted:
        """Which calls are asked for, of those that may be seen."""
        return Wanted(
            since=_midnight(self.since.data) if self.since.data else None,
            until=_midnight(self.until.data + A_DAY) if self.until.data else None,
            line=self.line.data or None,
            state=CallState(self.state.data) if self.state.data else None,
            outcome=CallOutcome(self.outcome.data) if self.outcome.data else None,
            customer=self.customer.data,
            supporter=int(self.supporter.data) if self.supporter.data else None,
            case=self.case.data,
            number=e164(self.number.data) if self.number.data else None,
            text=self.q.data,
            seen_by=seen_by,
        )

    @property
    def given(self) -> dict[str, Any]:
        """What was filled in, as it stands in the address."""
        names = {field.name for field in self}
        return {name: text for name, text in request.args.items() if name in names and text.strip()}

    @property
    def in_the_fold(self) -> list[Any]:
        """The fields that are folded away until they are asked for."""
        return [self.state, self.line, self.supporter, self.customer, self.case, self.number]

    def chips(self) -> Iterator[tuple[str, str, str]]:
        """Label, value and the address without it, of everything that is filled in."""
        given = self.given
        for field in self:
            if field.name in given:
                rest: dict[str, Any] = {name: text for name, text in given.items() if name != field.name}
                yield words()(field.label.text), _shown(field, given[field.name]), url_for("console.calls", **rest)


def _shown(field: Any, text: str) -> str:  # noqa: ANN401 - WTForms' own
    """What is filled in, as a reader would say it."""
    if isinstance(field, SelectField):
        return str(dict(field.choices).get(text, text))
    is_day = isinstance(field, DateField) and field.data and not field.errors
    return Figures(words()).day(_midnight(field.data)) if is_day else text


def _within_reason(day: date | None) -> None:
    if day is not None and day.year not in YEARS:
        raise ValidationError(words()(N_("Not a valid date value.")))


def _midnight(day: date) -> datetime:
    return from_local(datetime.combine(day, time()))
