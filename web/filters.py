"""Filters of a list: a form whose fields stand in the address under readable names, and chips that take each out again (ui.md 1).

The address is the truth: what stands in it is what is shown, and what is wrong in it is named and kept (422).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from flask import abort, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.routing import IntegerConverter, Map
from wtforms import DateField, Field, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from models.base import LARGEST_KEY
from models.local import midnight
from models.values import e164
from web.forms import NUL, Form, at_most, in_one_line
from web.page import words
from web.papers.figures import Figures
from web.words import N_

YEARS: Final = range(2000, 2100)
A_DAY: Final = timedelta(days=1)
LONGEST: Final = 100


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One filter that is on: its label, what it is set to in the reader's words, and the address without it."""

    label: str
    shown: str
    without: str


class Text(StringField):  # type: ignore[misc]  # WTForms has no types
    """A piece of text in one line, single blanks within and none around it; empty where there is none."""

    def __init__(self, label: str, *checks: Any, **named: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(label, [Optional(), at_most(LONGEST), in_one_line, *checks], filters=[_single], **named)


class Choice(SelectField):  # type: ignore[misc]  # WTForms has no types
    """One of a few, or all of them: then it is empty."""

    def __init__(self, label: str, **named: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(label, [Optional()], **named)

    def offer(self, choices: Iterable[tuple[str, str]]) -> None:
        """What may be chosen: as the address has it, and in the reader's words."""
        self.choices = [("", words()(N_("all"))), *choices]


class Filters(Form):
    """What a list is narrowed to. `endpoint` is the list's; `folded` names fields that are folded away until they are asked for.

    A field's description is what its chip calls it, where the label says more than that.
    """

    class Meta(Form.Meta):
        """It changes nothing, so it needs no token."""

        csrf = False

    endpoint = ""
    folded: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__(formdata=request.args)

    @property
    def given(self) -> dict[str, Any]:
        """What is filled in, as it stands in the address."""
        return {field.name: text for field in self if (text := request.args.get(field.name, "").strip())}

    def here(self, **places: Any) -> str:  # noqa: ANN401 - as the address has them
        """The list's address with what is filled in, from the place that is named: None names none."""
        return url_for(self.endpoint, **self.given, **places)

    def chips(self) -> Iterator[Chip]:
        """Everything that is filled in."""
        given = self.given
        for field in self:
            if field.name in given:
                rest = {name: text for name, text in given.items() if name != field.name}
                label, shown = words()(field.description or field.label.text), self.in_words(field, given[field.name])
                yield Chip(label=label, shown=shown, without=url_for(self.endpoint, **rest))

    def in_words(self, field: Field, text: str) -> str:
        """What is filled in, as a reader would say it."""
        if isinstance(field, SelectField):
            return str(dict(field.choices).get(text, text))
        is_day = isinstance(field, DateField) and field.data and not field.errors
        return Figures(words()).day(midnight(field.data)) if is_day else text


class Period(Filters):
    """A list with a period: local days, both included."""

    since = DateField(N_("From"), [Optional()], name="from")
    until = DateField(N_("To"), [Optional()], name="to")

    def validate_since(self, field: DateField) -> None:
        """A day that can be one of ours."""
        _within_reason(field.data)

    def validate_until(self, field: DateField) -> None:
        """The same, and not before the first one."""
        _within_reason(field.data)
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(words()(N_("The period ends before it begins.")))

    @property
    def begins(self) -> datetime | None:
        """The first moment."""
        return midnight(self.since.data) if self.since.data else None

    @property
    def ends(self) -> datetime | None:
        """The first moment behind it."""
        return midnight(self.until.data + A_DAY) if self.until.data else None


def telephone(_form: Form, field: Field) -> None:
    """A check that a number could be called from."""
    if field.data and e164(field.data) is None:
        raise ValidationError(words()(N_("That is no telephone number.")))


class RowNumber(IntegerConverter):
    """`<int:…>` in an address: the number of a row. What no row can have is an address that is not there."""

    def __init__(self, of: Map, /) -> None:
        super().__init__(of, max=LARGEST_KEY)


def row_number(said: MultiDict[str, str], name: str) -> int | None:
    """The number of a row, as an address or a form has it; None for whatever no row can have."""
    number = said.get(name, type=int)
    return number if number is not None and 0 < number <= LARGEST_KEY else None


def place(name: str) -> int | None:
    """The number of the row that a page lies behind or before, as the address has it; None for whatever is none."""
    return row_number(request.args, name)


def named(key: str) -> str | None:
    """What the address names by that key. One with a NUL, which no row can have, is a page that is not there."""
    text = request.args.get(key)
    if text is not None and NUL in text:
        abort(HTTPStatus.NOT_FOUND)
    return text


def _single(text: str | None) -> str | None:
    return " ".join((text or "").split()) or None


def _within_reason(day: date | None) -> None:
    if day is not None and day.year not in YEARS:
        raise ValidationError(words()(N_("Not a valid date value.")))
