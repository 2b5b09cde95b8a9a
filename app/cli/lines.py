"""`doegnvagt line`: the numbers that people dial."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli import output
from app.cli.arguments import HOURS_AHEAD, MINUTES, NAME, PHONE, TOML_FILE, one_of
from app.cli.commands import Group
from app.cli.desk import Desk
from app.cli.papers import FILE, hand_out, require_free, spoken_at, with_language
from billing import ledger
from helpdesk import calendars, line_hours
from helpdesk.customers import Unknown
from helpdesk.holiday_names import holiday
from models import Line
from models.local import to_local
from models.values import Flow, Language
from oncall import opening
from oncall.opening import Opening, OpeningHours, SpecialDay
from oncall.opening_file import NAMES
from web.papers import contact_card
from web.papers import opening as papers
from web.papers.charges import time_of_day
from web.words import Words

A_YEAR: Final = timedelta(days=365)
ENGLISH: Final = Words(Language.ENGLISH)


@click.group(cls=Group)
def line() -> None:
    """Numbers that people dial."""


@line.command("set")
@click.argument("number", type=PHONE)
@click.option("--flow", type=one_of(Flow), required=True, help="The conversation it leads to.")
@click.option("--name", type=NAME, help="What supporters hear it called; a new line without one is called by its number.")
@click.option("--callback-within", "minutes", type=MINUTES, help="Within how many minutes somebody is called back, 30 otherwise.")
@click.option(
    "--acknowledge-within",
    "hours",
    type=HOURS_AHEAD,
    help="How many hours ahead a shift is to be acknowledged; 0: nobody is asked.",
)
@click.pass_obj
def set_line(desk: Desk, number: str, *, flow: Flow, name: str | None, minutes: int | None, hours: int | None) -> None:
    """Set which conversation a number leads to."""
    with desk.writing() as session:
        before, after = _set(session, number, flow, name, minutes=minutes, hours=hours)
        if before != after:
            desk.note(session, "line_set", f"line:{number}", before=before, after=after)
    within = f", calls back within {after['callback_within']} minutes" if "callback_within" in after else ""
    within += f", shifts acknowledged {after['acknowledge_within']} hours ahead" if "acknowledge_within" in after else ""
    desk.tell({"line": number, **after}, f"Line {number}: {after['flow']}, {after['name']}{within}")


@line.command("hours")
@click.argument("number", type=PHONE)
@click.argument("file", type=TOML_FILE, required=False)
@click.pass_obj
def hours(desk: Desk, number: str, file: str | None) -> None:
    """Show when a number is open, with the holidays and exceptions of the coming year. With a file: set it first."""
    if file is None:
        with desk.reading() as session:
            found = line_hours.of(session, number)
    else:
        with desk.writing() as session:
            found = line_hours.put(session, number, file, by=desk.actor, now=desk.now)
    if found is None:
        raise Unknown(f"{number} has no opening hours")
    desk.tell(_document(number, found, desk.now), *_told(number, found, desk.now))


@line.command("card")
@click.argument("output", metavar="FILE.vcf", type=FILE)
@click.option("--force", is_flag=True, help="Replace the file that is there.")
@with_language
@click.pass_obj
def card(desk: Desk, output: Path, *, force: bool, language: Language | None) -> None:
    """Write the lines as one contact, so that a supporter's telephone lets them ring through do-not-disturb."""
    require_free(output, force=force)
    with desk.reading() as session:
        lines = calendars.lines(session)
        if not lines:
            raise Unknown("there is no line yet")
        file = contact_card.rendered(lines, spoken_at(desk, language))
        numbers = [one.number for one in lines]
    hand_out([file], output, force=force)
    desk.tell({"file": str(output), "numbers": numbers}, f"{output}: {', '.join(numbers)}")


def _document(number: str, found: OpeningHours, now: datetime) -> dict[str, object]:
    """Days and hours as plain data; a weekday without is closed. An open line has no `opens_at`, a closed one no `closes_at`."""
    open_now = opening.is_open(found, now)
    return {
        "line": number,
        "open": open_now,
        "opens_at": None if open_now else opening.opens_next(found, now),
        "closes_at": opening.closes_next(found, now) if open_now else None,
        "week": {NAMES[day]: _openings(openings) for day, openings in found.week.items()},
        "open_on_holidays": found.open_on_holidays,
        "days": [{"date": day.isoformat(), "name": one.name, "hours": _openings(one.openings)} for day, one in _coming(found, now)],
        "holidays_until": max(found.holidays).year,
    }


def _told(number: str, found: OpeningHours, now: datetime) -> Iterator[str]:
    yield f"Line {number}: {papers.week(found, ENGLISH)}"
    opens, closes = opening.opens_next(found, now), opening.closes_next(found, now)
    if opening.is_open(found, now):
        yield f"Open now, {f'until {output.local(closes)}' if closes else 'and never closed'}"
    else:
        yield f"Closed now, {f'opens {output.local(opens)}' if opens else 'and never opens again'}"
    for day, one in _coming(found, now):
        yield f"  {day}  {papers.day(one.openings, ENGLISH)}{one.name and f'  {holiday(one.name, Language.ENGLISH)}'}"
    yield f"Public holidays are known up to {max(found.holidays).year}; setting the hours again brings them up to date"


def _coming(found: OpeningHours, now: datetime) -> list[tuple[date, SpecialDay]]:
    today = to_local(now).date()
    return opening.special_days(found, today, today + A_YEAR)


def _openings(openings: tuple[Opening, ...]) -> list[dict[str, str]]:
    return [{"from": time_of_day(one.from_minute, ENGLISH), "to": time_of_day(one.to_minute, ENGLISH)} for one in openings]


def _set(
    session: Session, number: str, flow: Flow, name: str | None, *, minutes: int | None, hours: int | None
) -> tuple[dict[str, object] | None, dict[str, object]]:
    """Makes or changes a line; how it was before, if it was, and how it is now."""
    made = ledger.add_once(session, Line, unique="number", values={"number": number, "flow": flow, "name": name or number})
    found = session.scalars(select(Line).where(Line.number == number).with_for_update()).one()
    before = None if made else _as_it_is(found)
    found.flow, found.name, found.callback_minutes = flow, name or found.name, minutes or found.callback_minutes
    found.acknowledge_hours = found.acknowledge_hours if hours is None else hours or None
    return before, _as_it_is(found)


def _as_it_is(line: Line) -> dict[str, object]:
    within = {"callback_within": line.callback_minutes} if line.callback_minutes is not None else {}
    ahead = {"acknowledge_within": line.acknowledge_hours} if line.acknowledge_hours is not None else {}
    return {"flow": line.flow.value, "name": line.name, **within, **ahead}
