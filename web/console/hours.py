"""The numbers that people dial, and when each is open: the week, days that are not like others, and the coming year's holidays."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any, Final

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, StringField
from wtforms.validators import InputRequired, ValidationError

from helpdesk import desks, line_hours
from helpdesk.customers import Unknown
from helpdesk.holiday_names import holiday
from models.local import midnight, to_local
from models.values import Role
from oncall import opening, stretches
from oncall.opening import Opening, OpeningHours
from oncall.opening_file import NAMES, BadHours
from web.console.blueprint import console
from web.forms import Form, at_most, in_one_line
from web.given import given
from web.page import page, words
from web.papers import opening as papers
from web.signing.forms import Confirmed
from web.visitors import opens_to, visitor
from web.words import N_

READS: Final = opens_to(Role.ADMINISTRATOR, Role.AUDITOR)
WRITES: Final = opens_to(Role.ADMINISTRATOR)
LINE: Final = "/lines/<number>/hours"
A_YEAR: Final = timedelta(days=365)
NEVER: Final = OpeningHours(week={}, exceptions={}, holidays={})
YEARS: Final = range(2000, 2090)


class Hours(StringField):  # type: ignore[misc]  # WTForms has no types
    """Stretches of a day as people write them: "8-12, 12.30-16"; nothing is closed."""

    def __init__(self, label: str, **named: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(label, [at_most(100), in_one_line], render_kw={"placeholder": "–"}, **named)

    def post_validate(self, form: object, validation_stopped: bool) -> None:  # noqa: ARG002, FBT001 - WTForms' own
        """Every stretch is one, and none overlaps another."""
        if stretches.read(self.data or "") is None:
            raise ValidationError(words()(N_("Write it like 8-16, or 8-12, 12.30-16; nothing means closed.")))

    @property
    def said(self) -> list[dict[str, str]]:
        """As the file of opening hours says it."""
        return stretches.read(self.data or "") or []


class WeekForm(Form):
    """The hours of each weekday."""

    mon = Hours(N_("Monday"))
    tue = Hours(N_("Tuesday"))
    wed = Hours(N_("Wednesday"))
    thu = Hours(N_("Thursday"))
    fri = Hours(N_("Friday"))
    sat = Hours(N_("Saturday"))
    sun = Hours(N_("Sunday"))
    open_on_holidays = BooleanField(N_("Open on public holidays as on other days"))

    @classmethod
    def of(cls, found: OpeningHours) -> WeekForm:
        """As the line has them."""
        week = {NAMES[day]: _typed(openings) for day, openings in found.week.items()}
        return cls(formdata=None, prefix="week", data={**week, "open_on_holidays": found.open_on_holidays})

    def put(self, content: dict[str, Any]) -> dict[str, Any]:
        """The content with this week."""
        each = [{"days": [day], **one} for day in NAMES.values() for one in self[day].said]
        return {**content, "open": each, "open_on_holidays": bool(self.open_on_holidays.data)}


class ExceptionForm(Form):
    """A day that is not like others."""

    date = DateField(N_("Date"), [InputRequired()])
    name = StringField(N_("What it is called"), [at_most(100), in_one_line])
    hours = Hours(N_("Open"), description=N_("Like 8-12. Nothing means closed all day."))

    def validate_date(self, field: DateField) -> None:
        """A day that can be kept."""
        if field.data is not None and field.data.year not in YEARS:
            raise ValidationError(words()("Not a valid date value."))

    def put(self, content: dict[str, Any]) -> dict[str, Any]:
        """The content with this day instead of what it had for it."""
        day, name = self.date.data.isoformat(), (self.name.data or "").strip()
        said = {"date": day, **({"name": name} if name else {}), "hours": self.hours.said}
        kept = [one for one in content.get("exception", []) if one["date"] != day]
        return {"open": [], **content, "exception": sorted([*kept, said], key=lambda one: one["date"])}


@console.get("/lines")
@READS
def line_list() -> Response:
    """Every number."""
    now = given().clock()
    with given().reading() as session:
        lines = [(number, name, line_hours.of(session, number)) for number, name in desks.lines(session).items()]
    return page("console/lines.html", lines=lines, week=lambda one: papers.week(one, words()), is_open=opening.is_open, now=now)


@console.get(LINE)
@READS
def opening_hours(number: str) -> Response:
    """When a number is open."""
    return _shown(number)


@console.post(LINE)
@WRITES
def change_week(number: str) -> Response:
    """Another week."""
    form = WeekForm(prefix="week")
    return _changed(number, form, week=form)


@console.post(f"{LINE}/exceptions")
@WRITES
def add_exception(number: str) -> Response:
    """A day that is not like others."""
    form = ExceptionForm(prefix="day")
    return _changed(number, form, exception=form)


@console.post(f"{LINE}/exceptions/<day>/take-out")
@WRITES
def take_exception_out(number: str, day: str) -> Response:
    """The day is like others again."""

    def without(content: dict[str, Any]) -> dict[str, Any]:
        return {"open": [], **content, "exception": [one for one in content.get("exception", []) if one["date"] != day]}

    if Confirmed().validate():
        with given().writing() as session:
            try:
                line_hours.edit(session, f"+{number}", without, by=visitor().email, now=given().clock())
            except Unknown:
                abort(HTTPStatus.NOT_FOUND)
    return redirect(url_for(".opening_hours", number=number))


def _changed(number: str, form: WeekForm | ExceptionForm, **forms: Form) -> Response:
    if form.validate():
        try:
            with given().writing() as session:
                line_hours.edit(session, f"+{number}", form.put, by=visitor().email, now=given().clock())
        except Unknown:
            abort(HTTPStatus.NOT_FOUND)
        except BadHours:
            form.refuse(None, words()("Each stretch must end later than it begins, at 24 at the latest, and overlap no other."))
        else:
            return redirect(url_for(".opening_hours", number=number))
    return _shown(number, HTTPStatus.UNPROCESSABLE_ENTITY, **forms)


def _shown(
    number: str, status: int = HTTPStatus.OK, *, week: WeekForm | None = None, exception: ExceptionForm | None = None
) -> Response:
    now = given().clock()
    with given().reading() as session:
        name = desks.lines(session).get(f"+{number}")
        found = line_hours.of(session, f"+{number}")
    if name is None:
        abort(HTTPStatus.NOT_FOUND)
    hours, today = found or NEVER, to_local(now).date()
    coming = [(day, one) for day, one in _days(hours) if today <= day <= today + A_YEAR]
    return page(
        "console/hours.html",
        status,
        number=number,
        name=name,
        hours=found,
        is_open=opening.is_open(hours, now),
        turns_at=(opening.closes_next if opening.is_open(hours, now) else opening.opens_next)(hours, now) if found else None,
        days=[
            (day, midnight(day), called, papers.day(openings, words()), day in hours.exceptions)
            for day, (called, openings) in coming
        ],
        week=week or WeekForm.of(hours),
        exception=exception or ExceptionForm(formdata=None, prefix="day"),
        weekdays=tuple(NAMES.values()),
    )


def _days(hours: OpeningHours) -> list[tuple[date, tuple[str, tuple[Opening, ...]]]]:
    """Holidays, open or closed, and exceptions, in order."""
    found = {}
    for day in sorted({*hours.holidays, *hours.exceptions}):
        special = opening.special(hours, day)
        name, openings = (
            (special.name, special.openings) if special else (hours.holidays[day], hours.week.get(day.isoweekday(), ()))
        )
        found[day] = (holiday(name, words().language), openings)
    return list(found.items())


def _typed(openings: tuple[Opening, ...]) -> str:
    return stretches.written((one.from_minute, one.to_minute) for one in openings)
