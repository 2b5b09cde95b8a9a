"""The form of a rota that is written: a card for each layer, and the file's own words for the rest. It is kept as it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import request
from wtforms import FieldList, FormField, HiddenField, SelectField, StringField
from wtforms.validators import Optional

from oncall import rota_typed
from oncall.reading import DAYS, LONGEST_NAME
from web.drafting import LongText
from web.fields import pressed_place
from web.forms import Form, at_most, in_one_line, stripped
from web.page import words
from web.papers import charges
from web.words import N_

MOST_LAYERS: Final = 20
LONGEST_REST: Final = 100_000
LONGEST_LIST: Final = 2_000
MOVES: Final = frozenset({"add", "remove", "up"})
"""The buttons that do something to the layers."""
UNITS: Final = {"hour": N_("hours"), "day": N_("days"), "week": N_("weeks")}
ON_HOLIDAYS: Final = {"": N_("no matter"), "false": N_("not on holidays"), "true": N_("only on holidays")}
LOCAL: Final = {"type": "datetime-local"}
SHORT: Final = {"size": 4, "inputmode": "numeric"}


def _text(label: str, letters: int = 40, **named: Any) -> StringField:  # noqa: ANN401 - WTForms' own
    return StringField(label, [at_most(letters), in_one_line], filters=[stripped], **named)


class LayerForm(Form):
    """One layer."""

    class Meta(Form.Meta):
        """A part of a form that has the token."""

        csrf = False

    title = _text(N_("Name"), LONGEST_NAME)
    tier = _text(N_("Tier"), render_kw=SHORT)
    place = _text(N_("Place"), render_kw=SHORT)
    people = _text(N_("People, in order"), LONGEST_LIST)
    starts = _text(N_("The first one's spell begins"), render_kw=LOCAL)
    count = _text(N_("Handover every"), render_kw=SHORT)
    unit = SelectField(N_("Hours, days or weeks"), [Optional()], validate_choice=False)
    until = _text(N_("Until"), render_kw=LOCAL)
    holidays = SelectField(N_("Holidays"), [Optional()], validate_choice=False)
    stand_in = SelectField(N_("Stand-in"), [Optional()], validate_choice=False)
    mon = _text(N_("Monday"), 100)
    tue = _text(N_("Tuesday"), 100)
    wed = _text(N_("Wednesday"), 100)
    thu = _text(N_("Thursday"), 100)
    fri = _text(N_("Friday"), 100)
    sat = _text(N_("Saturday"), 100)
    sun = _text(N_("Sunday"), 100)

    def offer(self, names: Mapping[int, str]) -> None:
        """What there is to choose."""
        self.unit.choices = [(key, words()(told)) for key, told in UNITS.items()]
        self.holidays.choices = [(key, words()(told)) for key, told in ON_HOLIDAYS.items()]
        self.stand_in.choices = [("", words()("the next in order"))]
        self.stand_in.choices += [(str(number), rota_typed.called(number, names)) for number in names]

    @property
    def days(self) -> list[tuple[str, Any]]:
        """The field of each weekday, with what the day is called shortly."""
        return [(charges.day_names([number], words()), self[day]) for day, number in DAYS.items()]

    @property
    def typed(self) -> rota_typed.Card:
        """The layer as a draft keeps it."""
        fields = {**{name: self[name] for name in rota_typed.TEXTS if name != "name"}, "name": self.title}
        return {name: fields[name].data or "" for name in rota_typed.TEXTS}


class RotaForm(Form):
    """All of it."""

    version = HiddenField()
    layer = FieldList(FormField(LayerForm), min_entries=1, max_entries=MOST_LAYERS)
    rest = LongText(
        N_("The rest, as the file says it (TOML)"),
        [at_most(LONGEST_REST)],
        kept_as="rota",
        description=N_(
            "extra_holidays, last_resort, [[tier]], [[override]], [[absence]], [[swap]] and [[temporary]], as docs/rota.md tells."
        ),
        render_kw={"rows": 12, "spellcheck": "false", "class": "code"},
    )

    @classmethod
    def of(cls, content: Mapping[str, Any], *, version: int) -> RotaForm:
        """The form as a draft fills it in."""
        layers = [{**card, "title": card["name"]} for card in content["layer"]]
        return cls(formdata=None, data={"version": str(version), "layer": layers, "rest": content["rest"]})

    def offer(self, names: Mapping[int, str]) -> None:
        """What there is to choose."""
        for entry in self.layer.entries:
            entry.form.offer(names)

    def content(self) -> dict[str, Any]:
        """What was typed, as a draft keeps it, with whatever the pressed button does to the layers."""
        rest = (self.rest.data or "").replace("\r\n", "\n").replace("\0", "")
        return {"layer": _moved([entry.form.typed for entry in self.layer.entries], request.form), "rest": rest}

    @property
    def said_version(self) -> int:
        """Which version of the draft the form was filled in from."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - digits

    @property
    def problems(self) -> list[tuple[str | None, str]]:
        """Field id and sentence; those of a layer name it."""
        found: list[tuple[str | None, str]] = [(None, sentence) for sentence in self.strange]
        for number, entry in enumerate(self.layer.entries, start=1):
            for field in entry.form:
                label = words()("Layer {number}, {field}", number=number, field=words()(field.label.text))
                found += [(field.id, f"{label}: {sentence}") for sentence in field.errors]
        return found + [(self.rest.id, f"{words()(self.rest.label.text)}: {sentence}") for sentence in self.rest.errors]


def _moved(layers: list[rota_typed.Card], pressed: Mapping[str, str]) -> list[rota_typed.Card]:
    """The layers behind a button: one more, fewer, or further up."""
    found = list(layers)
    if "add" in pressed and len(found) < MOST_LAYERS:
        found.append(dict(rota_typed.EMPTY))
    remove, up = pressed_place(pressed, "remove"), pressed_place(pressed, "up")
    if 0 <= remove < len(found) > 1:
        del found[remove]
    if 0 < up < len(found):
        found[up - 1], found[up] = found[up], found[up - 1]
    return found
