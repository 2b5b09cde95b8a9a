"""What is wrong with a rota, in the reader's words and at the field where it was typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from wtforms import Field

from oncall.reading import Fault, Wrong
from web.console.plan.draft_form import RotaForm
from web.page import words
from web.words import N_

SENTENCES: Final[Mapping[Wrong, str]] = {
    Wrong.NO_TOML: N_("It is no TOML: {why}"),
    Wrong.UNKNOWN: N_("The key {value} does not belong here."),
    Wrong.MISSING: N_("{key} is missing."),
    Wrong.TABLE: N_("It must be a table."),
    Wrong.TABLES: N_("It must be a list of tables."),
    Wrong.EMPTY: N_("There must be at least one."),
    Wrong.ONE_OF: N_("It must be one of {names}."),
    Wrong.NAME: N_("Write a name of 1 to {longest} letters, in one line."),
    Wrong.WHOLE: N_("Write a whole number from 1 to {most}."),
    Wrong.SUPPORTER: N_("There is no supporter {value}."),
    Wrong.PEOPLE: N_("Write at least one name, with commas between them."),
    Wrong.LOCAL: N_("Write a local date and time, like 2026-12-01T16:00:00."),
    Wrong.SKIPPED: N_("No clock shows that time: that night the clocks go forward over it."),
    Wrong.DATE: N_("Write a date like 2026-12-24."),
    Wrong.DATES: N_("Write dates like [2026-12-24]."),
    Wrong.EVERY: N_("Write a whole number of hours, days or weeks, from 1 to 999."),
    Wrong.DAYS: N_("Choose among {names}."),
    Wrong.TIME: N_("Write a time of day, at the latest {last}."),
    Wrong.YES_OR_NO: N_("It must be true or false."),
    Wrong.LATER: N_("{key} must be later than {than}."),
    Wrong.TWICE: N_("There is another layer {value}."),
    Wrong.TIER_TWICE: N_("There is another order of tier {value}."),
    Wrong.NO_LAYER: N_("There is no layer {value}."),
    Wrong.AGAIN: N_("There is another exception on {value}."),
    Wrong.OVERLAPS: N_("It overlaps other hours of {value}."),
    Wrong.STRETCHES: N_("Write it like 8-16, or 8-12, 12.30-16; nothing means not on that day."),
    Wrong.NO_CALENDAR: N_("It is no iCalendar file: {why}"),
    Wrong.NO_EVENT: N_("There is no event in it."),
    Wrong.RECURS: N_("What recurs in it cannot be reckoned: {why}"),
    Wrong.TOO_MANY: N_("It has more than {most} events."),
    Wrong.PROPERTY: N_("{name}: {why}"),
    Wrong.THERE_TWICE: N_("It stands there twice."),
    Wrong.NAMES_NOBODY: N_("It names no supporter."),
    Wrong.NAMES_SEVERAL: N_("It names more than one supporter."),
    Wrong.SECOND_OR_TAKER: N_("It must name a second shift, or a taker."),
    Wrong.LAYER_OR_TIER: N_("It must name a layer, or a tier (and a place)."),
}
LAYER: Final = re.compile(r"layer (\d+)( hours \d+)?")
OTHERWISE: Final = {"name": "title", "every": "count"}
"""The fields that are called otherwise than what they say in the file."""


def sentence(fault: Fault) -> str:
    """A fault by itself, with where it is in the file."""
    told = words()(SENTENCES[fault.wrong], **fault.values)
    return ": ".join([*(one for one in (fault.where, fault.key) if one), told])


def point_out(form: RotaForm, faults: Iterable[Fault]) -> None:
    """Says each fault at its field."""
    for fault in faults:
        field = _field(form, fault)
        if field is form.rest:
            field.errors = [*field.errors, sentence(fault)]
        else:
            field.errors = [*field.errors, words()(SENTENCES[fault.wrong], **fault.values)]


def _field(form: RotaForm, fault: Fault) -> Field:
    """Where it was typed; whatever is of no layer stands in the words for the rest."""
    found = LAYER.fullmatch(fault.where)
    if found is None or int(found[1]) > len(form.layer.entries):
        return form.rest
    layer = form.layer.entries[int(found[1]) - 1].form
    key = fault.key or str(fault.values.get("key", ""))
    name = OTHERWISE.get(key, key)
    return layer[name if name in layer and not found[2] else "mon" if found[2] else "title"]
