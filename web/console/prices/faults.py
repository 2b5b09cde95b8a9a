"""What is wrong with a price list, in the reader's words and at the field where it was typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from wtforms import Field

from billing.price_file import Fault, Wrong
from web.console.prices.forms import DraftForm
from web.page import words
from web.words import N_

SENTENCES: Final[Mapping[Wrong, str]] = {
    Wrong.NO_TOML: N_("The file is no TOML: {why}"),
    Wrong.UNKNOWN: N_("The file has a key that no price list has: {value}"),
    Wrong.MISSING: N_("This has to be filled in."),
    Wrong.LAST_FITS: N_("The last period must fit always: without days, holidays and times."),
    Wrong.FITS_ALWAYS: N_("This period fits always, so that none below it can ever apply."),
    Wrong.LOCAL_TIME: N_("Write a local date and time, like 2026-12-01T00:00."),
    Wrong.YEAR: N_("The year must be from {first} to {last}."),
    Wrong.SKIPPED: N_("No clock shows that time: that night the clocks go forward over it."),
    Wrong.ONE_OF: N_("It must be one of {names}."),
    Wrong.INTERVAL: N_("A price is always for {minutes} minutes."),
    Wrong.DATES: N_("Write dates like 2026-12-24, with blanks between them."),
    Wrong.PERIODS: N_("There must be at least one period."),
    Wrong.NAME: N_("Write a name of 1 to {longest} letters, in one line."),
    Wrong.DAYS: N_("Choose days of the week."),
    Wrong.YES_OR_NO: N_("Choose what holds on holidays."),
    Wrong.POINTS: N_("Write a whole number of points, from 0 to {highest}."),
    Wrong.TIME: N_("Write a time of day like 08:00, at the latest {last}."),
}
FIELDS: Final[Mapping[str, str]] = {
    "valid_from": N_("In force from"),
    "extra_holidays": N_("Extra holidays"),
    "name": N_("Name"),
    "days": N_("Days"),
    "holidays": N_("Holidays"),
    "from": N_("From"),
    "to": N_("To"),
    "points": N_("Points"),
}


def sentence(fault: Fault) -> str:
    """A fault by itself, with the field and the period that it is about."""
    told = words()(SENTENCES[fault.wrong], **fault.values)
    if (key := _key(fault)) in FIELDS:
        told = f"{words()(FIELDS[key])}: {told}"
    return words()("Period {number}: {sentence}", number=fault.period, sentence=told) if fault.period else told


def point_out(form: DraftForm, faults: Iterable[Fault]) -> None:
    """Says each fault at its field."""
    for fault in faults:
        field = _field(form, fault)
        if field is None:
            form.refuse(None, sentence(fault))
        else:
            field.errors = [*field.errors, words()(SENTENCES[fault.wrong], **fault.values)]


def _field(form: DraftForm, fault: Fault) -> Field | None:
    key = _key(fault)
    if fault.period is None:
        return {"valid_from": form.valid_from, "extra_holidays": form.extra_holidays}.get(key)
    period = form.period.entries[fault.period - 1].form
    return {"name": period.title, "from": period.start, "to": period.end}.get(key) or period[key if key in period else "title"]


def _key(fault: Fault) -> str:
    return fault.key or str(fault.values.get("key", ""))
