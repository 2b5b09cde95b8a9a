"""The forms of the price lists. What is typed into a draft is kept as it is; whether it is sound is asked of the domain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import request
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateTimeLocalField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from billing.price_drafts import EMPTY
from billing.price_file import DAYS, LONGEST_NAME
from billing.quarters import LONGEST_CALL
from models.local import NoSuchLocalTime, from_local
from web.drafting import LongText
from web.fields import pressed_place
from web.filters import YEARS, Filters
from web.forms import Form, at_most, between, in_one_line, stripped
from web.page import words
from web.papers import charges
from web.words import N_

MOST_PERIODS: Final = 30
LONGEST_TRIAL: Final = LONGEST_CALL // 60
CLOCK: Final = re.compile(r"(\d{1,2})(?:[.:](\d\d))?")
LOCAL: Final = "%Y-%m-%dT%H:%M"


class PeriodForm(Form):
    """One period of a draft."""

    class Meta(Form.Meta):
        """A part of a form that has the token."""

        csrf = False

    title = StringField(N_("Name"), [at_most(LONGEST_NAME)], filters=[stripped])
    days = SelectMultipleField(
        N_("Days"), [Optional()], validate_choice=False, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )
    holidays = SelectField(N_("Holidays"), [Optional()], validate_choice=False)
    start = StringField(N_("From"), [at_most(10)], filters=[stripped], render_kw={"size": 5, "placeholder": "00:00"})
    end = StringField(N_("To"), [at_most(10)], filters=[stripped], render_kw={"size": 5, "placeholder": "24:00"})
    points = StringField(N_("Points"), [at_most(10)], filters=[stripped], render_kw={"size": 4, "inputmode": "numeric"})

    def __init__(self, *args: Any, **named: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*args, **named)
        self.days.choices = [(day, charges.day_names([number], words())) for day, number in DAYS.items()]
        self.holidays.choices = [(key, words()(told)) for key, told in ON_HOLIDAYS.items()]

    @property
    def typed(self) -> dict[str, Any]:
        """The period as a draft keeps it. The times are spelled as a clock shows them."""
        return {
            "name": self.title.data or "",
            "days": list(self.days.data or []),
            "holidays": self.holidays.data or "",
            "from": _clock(self.start.data),
            "to": _clock(self.end.data),
            "points": self.points.data or "",
        }


class DraftForm(Form):
    """A draft."""

    version = HiddenField()
    name = StringField(
        N_("Name of the draft"), [DataRequired(), at_most(100), in_one_line], filters=[stripped], description=N_("For yourselves.")
    )
    valid_from = StringField(
        N_("In force from"),
        [at_most(30)],
        filters=[stripped],
        description=N_("Local time. It decides for each call that a supporter takes from then on."),
        render_kw={"type": "datetime-local"},
    )
    extra_holidays = LongText(
        N_("Extra holidays"),
        [at_most(2_000)],
        kept_as="holidays",
        description=N_("Dates like 2026-12-24, beside the public holidays, which are known."),
        render_kw={"rows": 2},
    )
    period = FieldList(FormField(PeriodForm), min_entries=1, max_entries=MOST_PERIODS)

    @classmethod
    def of(cls, content: Mapping[str, Any], *, name: str, version: int) -> DraftForm:
        """The form as a draft fills it in."""
        periods = [{**one, "title": one["name"], "start": one["from"], "end": one["to"]} for one in content["period"]]
        days = "\n".join(content["extra_holidays"])
        kept = {"valid_from": content["valid_from"], "extra_holidays": days, "period": periods}
        return cls(formdata=None, data={"name": name, "version": str(version), **kept})

    def content(self, line: str) -> dict[str, Any]:
        """What was typed, as a draft keeps it, with whatever the pressed button does to the periods."""
        periods = [entry.form.typed for entry in self.period.entries]
        return {
            "line": line,
            "valid_from": self.valid_from.data or "",
            "extra_holidays": (self.extra_holidays.data or "").replace(",", " ").split(),
            "period": list(_moved(periods, request.form)),
        }

    @property
    def problems(self) -> list[tuple[str | None, str]]:
        """Field id and sentence; those of a period name it."""
        found: list[tuple[str | None, str]] = [(None, sentence) for sentence in self.strange]
        for field in (self.name, self.valid_from, self.extra_holidays):
            found += [(field.id, f"{words()(field.label.text)}: {sentence}") for sentence in field.errors]
        for number, entry in enumerate(self.period.entries, start=1):
            for field in entry.form:
                label = words()("Period {number}, {field}", number=number, field=words()(field.label.text))
                found += [(field.id, f"{label}: {sentence}") for sentence in field.errors]
        return found


MOVES: Final = frozenset({"add", "remove", "up"})
"""The buttons that do something to the periods."""


class TryForm(Filters):
    """A talk that is tried out: when a supporter takes it, and how long it lasts."""

    at = DateTimeLocalField(N_("A supporter takes the call"), [InputRequired()], format=[LOCAL])
    minutes = IntegerField(N_("Minutes"), [InputRequired(), between(1, LONGEST_TRIAL)], render_kw={"size": 4})

    def validate_at(self, field: DateTimeLocalField) -> None:
        """A moment that there is."""
        if field.data is None:
            return  # which is said already
        if field.data.year not in YEARS:
            raise ValidationError(words()("Not a valid datetime value."))
        try:
            from_local(field.data)
        except NoSuchLocalTime:
            raise ValidationError(words()("No clock shows that time: that night the clocks go forward over it.")) from None

    @property
    def is_asked(self) -> bool:
        """Whether anything was filled in."""
        return bool(self.given)


class PublishForm(Form):
    """A draft is published by typing from when it is in force."""

    version = HiddenField()
    date = StringField(N_("Type the date to publish it"), [DataRequired(), at_most(10)], filters=[stripped])


class UploadForm(Form):
    """A price list as a file."""

    file = FileField(N_("A price list as a TOML file"), [FileRequired(message=N_("Choose a file."))], render_kw={"accept": ".toml"})


ON_HOLIDAYS: Final = {"": N_("no matter"), "false": N_("not on holidays"), "true": N_("only on holidays")}


def _moved(periods: list[dict[str, Any]], pressed: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The periods behind a button: one more, fewer, or further up. A new one comes before the last, which fits always."""
    found = list(periods)
    if "add" in pressed and len(found) < MOST_PERIODS:
        found.insert(max(len(found) - 1, 0), dict(EMPTY))
    remove, up = pressed_place(pressed, "remove"), pressed_place(pressed, "up")
    if 0 <= remove < len(found) > 1:
        del found[remove]
    if 0 < up < len(found):
        found[up - 1], found[up] = found[up], found[up - 1]
    return iter(found)


def _clock(text: str | None) -> str:
    """A time of day as the file spells it, whoever wrote "8" or "8.30"."""
    found = CLOCK.fullmatch(text or "")
    return f"{int(found[1]):02d}:{found[2] or '00'}" if found else text or ""
