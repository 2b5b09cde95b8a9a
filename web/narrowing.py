"""Narrowing a list: a form whose fields stand in the address under readable names, and chips that take it out again (ui.md 1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from flask import request, url_for
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from models.base import LARGEST_KEY
from models.local import from_local
from web.forms import Form, at_most, in_one_line, stripped
from web.page import words
from web.words import N_

YEARS: Final = range(2000, 2100)
A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One filter that is on: its label, what it is set to, and the address without it."""

    label: str
    shown: str
    without: str


class Text(StringField):  # type: ignore[misc]  # WTForms has no types
    """A piece of text in one line, its outer blanks gone; empty where there is none."""

    def __init__(self, label: str, **named: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(label, [Optional(), at_most(100), in_one_line], filters=[stripped], **named)


class Filters(Form):
    """What a list is narrowed to. `endpoint` is the list's."""

    class Meta(Form.Meta):
        """It changes nothing, so it needs no token."""

        csrf = False

    endpoint = ""

    def __init__(self) -> None:
        super().__init__(formdata=request.args)

    @property
    def given(self) -> dict[str, Any]:
        """What was filled in, as it stands in the address."""
        return {field.name: text for field in self if (text := request.args.get(field.name, "").strip())}

    def chips(self) -> Iterator[Chip]:
        """Everything that is filled in."""
        given = self.given
        for field in self:
            if field.name in given:
                choices = dict(field.choices) if isinstance(field, SelectField) else {}
                rest = {name: text for name, text in given.items() if name != field.name}
                shown = choices.get(given[field.name], given[field.name])
                yield Chip(label=words()(field.label.text), shown=shown, without=url_for(self.endpoint, **rest))


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


def place(name: str) -> int | None:
    """The number of the row that a page lies behind or before, as the address has it; None for whatever is none."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number <= LARGEST_KEY else None


def midnight(day: date) -> datetime:
    """When a local day begins."""
    return from_local(datetime.combine(day, time()))


def _within_reason(day: date | None) -> None:
    if day is not None and day.year not in YEARS:
        raise ValidationError(words()(N_("Not a valid date value.")))
