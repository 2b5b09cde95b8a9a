"""The door of calendar programs: `/calendar/SECRET.ics`, without a log-in. The address is the secret, and stands in no log.

What somebody asks whose address was replaced is answered as an address that never was.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Response, abort, current_app, request
from werkzeug.exceptions import HTTPException

from helpdesk import calendars
from web.given import given
from web.rates import Rates
from web.words import Words

log = structlog.get_logger()
MOST: Final = 12
"""How often a minute one address is answered: calendar programs ask a few times an hour."""
RATES: Final = "calendar rates"
calendar = Blueprint("calendar", __name__)


@calendar.get("/calendar/<secret>.ics")
def feed(secret: str) -> Response:
    """The duty that the address is for; without a body where the asker has it already."""
    from web.papers import calendar_file  # noqa: PLC0415 - its library is loaded when the first calendar is asked for

    house, now = given(), given().clock()
    with house.reading() as session:
        found = calendars.of_secret(session, secret)
        if found is None:
            abort(HTTPStatus.NOT_FOUND)
        rates: Rates = current_app.extensions[RATES]
        if (asked := rates.count(found.id, now)).too_often:
            return Response(status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": asked.headers["RateLimit-Reset"]})
        told = calendars.calendar(session, found, now=now)
        address_id = found.id if calendars.is_stale(found, now=now) else None
    if address_id is not None:
        with house.writing() as session:
            calendars.used(session, address_id, now=now)
    response = Response(content_type=calendar_file.TYPE)
    response.set_etag(calendar_file.digest(told), weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    if request.if_none_match.contains_weak(calendar_file.digest(told)):
        response.status_code = HTTPStatus.NOT_MODIFIED
    else:
        host = urlsplit(house.base_url).hostname or "doegnvagt"
        response.data = calendar_file.rendered(told, Words(told.language), host=host, made_at=now)
    return response


@calendar.errorhandler(Exception)
def failed(problem: Exception) -> Response | HTTPException:
    """What nobody foresaw: logged without the address it came to."""
    if isinstance(problem, HTTPException):
        return problem
    log.error("calendar_failed", exc_info=problem)
    return Response(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "60"})
