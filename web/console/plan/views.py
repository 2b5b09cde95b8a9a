"""The plan of a week or a month, and who is on call at a moment. Everybody who signs in sees it."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from flask import request
from werkzeug.wrappers import Response

from helpdesk import desks, line_hours, rota_drafts
from helpdesk.duty_plan import duty_plan
from helpdesk.on_call import next_change, on_call
from models.local import NoSuchLocalTime, from_local, midnight, to_local
from models.values import Role
from oncall import roster
from oncall.rota import Span
from web.console.blueprint import console
from web.console.plan import lists, pictures
from web.console.plan.agreed import agreed
from web.console.plan.forms import Forms
from web.console.plan.lines import chosen
from web.console.plan.windows import A_DAY, YEARS, Window, of_day, window
from web.given import given
from web.page import page, words
from web.papers import duties
from web.visitors import EVERYBODY, opens_to, visitor

WRONG: Final = HTTPStatus.UNPROCESSABLE_ENTITY


@console.get("/duty")
@opens_to(*EVERYBODY)
def duty() -> Response:
    """The plan."""
    now = given().clock()
    today, status, wrong = to_local(now).date(), HTTPStatus.OK, None
    try:
        shown = window(week=request.args.get("week"), month=request.args.get("month"), today=today)
    except (ValueError, OverflowError):
        shown, status, wrong = of_day(today, "week"), WRONG, words()("That is no week and no month. This week is shown instead.")
    return drawn(shown, now=now, status=status, wrong=wrong)


@console.get("/duty/now")
@opens_to(*EVERYBODY)
def on_call_now() -> Response:
    """Who is on call, now or at the moment in the address, and why."""
    now, asked = given().clock(), request.args.get("at", "").strip()
    try:
        at, wrong = _moment(asked) if asked else now, None
    except NoSuchLocalTime:
        at, wrong = now, words()("No clock shows that time: that night the clocks go forward over it.")
    except (ValueError, OverflowError):
        at, wrong = now, words()("Write a date and a time, like 2026-12-24T20:00.")
    with given().reading() as session:
        choice = chosen(session)
        found = on_call(session, at, line=choice.line)
        next_at = next_change(session, at, line=choice.line)
    return page(
        "console/plan/on_call.html",
        WRONG if wrong or choice.wrong else HTTPStatus.OK,
        found=found,
        line=choice,
        is_now=not asked or wrong is not None,
        next_at=next_at,
        asked=asked if wrong else f"{to_local(at):%Y-%m-%dT%H:%M}",
        wrong=wrong,
        week=of_day(to_local(at).date(), "week"),
        where=lambda one: pictures.where(one, words()),
        steps=lambda one: duties.steps(one.grounds, found.names, words()),
        address=pictures.address,
    )


def drawn(
    shown: Window, *, now: datetime, status: int = HTTPStatus.OK, wrong: str | None = None, forms: Forms | None = None
) -> Response:
    """The page of the plan."""
    with given().reading() as session:
        choice, coming = chosen(session), Span(starts_at=now, ends_at=now + roster.AHEAD)
        found = duty_plan(session, shown.span, line=choice.line)
        ahead = line_hours.while_open(session, roster.gaps(session, coming, line=choice.line), line=choice.line)
        forms = forms or Forms.blank()
        forms.offer(desks.supporters(session), found.agreed)
        drafts = rota_drafts.listed(session, choice.line) if visitor().may(Role.ADMINISTRATOR, Role.AUDITOR) else ()
    picture, listed = pictures.weeks(found, shown, words(), now=now), lists.days(found, shown, words(), now=now)
    today_day = to_local(now).date()
    return page(
        "console/plan/plan.html",
        WRONG if choice.wrong else status,
        plan=found,
        line=choice,
        window=shown,
        weeks=picture,
        days=listed,
        ahead=ahead,
        wrong=wrong or choice.wrong,
        this={kind: of_day(today_day, kind) for kind in ("week", "month")},
        other={kind: of_day(max(shown.first, min(today_day, shown.end)), kind) for kind in ("week", "month")},
        now=now,
        last_day=midnight(shown.end - A_DAY),
        week_of=lambda gap: of_day(to_local(gap.starts_at).date(), "week").name,
        forms=forms,
        drafts=drafts,
        agreed=agreed(found, words(), now=now),
    )


def _moment(text: str) -> datetime:
    """Local time, or a moment with its offset. Raises ValueError, or NoSuchLocalTime for one that the clocks jump over."""
    found = datetime.fromisoformat(text)
    at = from_local(found) if found.tzinfo is None else found.astimezone(UTC)
    if at.year not in YEARS:
        raise ValueError(text)
    return at
