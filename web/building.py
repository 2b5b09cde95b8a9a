"""Puts the browser's side of the application up: sessions, forms that only our own pages may send, headers, pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFError, CSRFProtect

from helpdesk.sealing import derived
from models.values import masked
from web import page
from web.api import building as programs_door
from web.api.asking import api
from web.browsers import browser
from web.console import (
    alarms,
    audit,
    board,
    calendars,
    cases,
    duty,
    duty_report,
    figures,
    hours,
    lock_outs,
    reconciliation,
    recordings,
    search,
    system,
    tasks,
    tokens,
    typing,
)
from web.console.billing import corrections, disputes, giving, statements
from web.console.billing import log as journals
from web.console.blueprint import console
from web.console.calls import log
from web.console.calls import views as calls
from web.console.customers import cards, persons
from web.console.customers import views as customers
from web.console.plan import agreements, imports, swapping
from web.console.plan import drafts as rota_drafts
from web.console.plan import views as plans
from web.console.prices import drafts, lists
from web.console.rooms import ROLE_NAMES, rooms
from web.console.users import telephone as user_telephones
from web.console.users import views as users
from web.feed import MOST as CALENDARS_A_MINUTE
from web.feed import RATES as CALENDAR_RATES
from web.feed import calendar
from web.filters import RowNumber
from web.given import EXTENSION, Given
from web.metrics import measure, metrics
from web.pages import pages
from web.rates import Rates
from web.signing import elsewhere, linking, passkeys, passwords
from web.signing.account import account
from web.signing.views import signing
from web.visitors import anybody, recognised, require_all_said, way_to

# Each hangs its pages on the console, or on signing in, as it is loaded.
OF_CALLS: Final = (board, tasks, recordings, alarms, log, calls, cases, search, figures)
OF_DUTY: Final = (plans, agreements, rota_drafts, imports, swapping, duty, duty_report)
OF_PEOPLE: Final = (customers, persons, cards, lock_outs, users, user_telephones, audit, passkeys, passwords, elsewhere, linking)
OF_POINTS: Final = (journals, statements, giving, corrections, disputes, lists, drafts, reconciliation)
ROOMS: Final = (*OF_CALLS, *OF_DUTY, *OF_POINTS, *OF_PEOPLE, hours, system, tokens, calendars, typing)
LASTS: Final = timedelta(days=14)


def put_up(app: Flask, given: Given, *, roots: Sequence[str], programs: Sequence[Blueprint]) -> None:
    """Adds every page. `roots` are the root keys that sign sessions; `programs` are the doors of programs, which send no forms."""
    is_https = given.base_url.startswith("https:")
    keys = [derived(root, "session").hex() for root in roots]
    app.config.update(
        SECRET_KEY=keys[0],
        SECRET_KEY_FALLBACKS=keys[1:],
        SESSION_COOKIE_NAME="__Host-doegnvagt" if is_https else "doegnvagt",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=LASTS,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form that stood open over night still goes
        WTF_CSRF_SSL_STRICT=False,  # the token is enough, and a proxy may hide the address
    )
    protection = CSRFProtect(app)
    for blueprint in (*programs, api):
        protection.exempt(blueprint)
    app.register_error_handler(CSRFError, lambda _problem: page.page("stale.html", HTTPStatus.BAD_REQUEST))
    app.extensions[EXTENSION] = given
    app.before_request(recognised)
    page.guard(app)
    app.jinja_env.filters["browser"] = browser
    app.jinja_env.filters["telephone"] = telephone
    app.jinja_env.filters["masked"] = masked
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: {"visitor": anybody(), "way_to": way_to, "rooms": rooms, "role_names": ROLE_NAMES})
    for blueprint in programs:
        measure(app, blueprint)
    app.extensions[CALENDAR_RATES] = Rates(most=CALENDARS_A_MINUTE)
    app.url_map.converters["int"] = RowNumber
    for blueprint in (pages, metrics, calendar, signing, account, console):
        app.register_blueprint(blueprint)
    programs_door.put_up(app, per_minute=given.api_rate)
    for blueprint in (account, console):
        require_all_said(app, blueprint)


def telephone(number: str | None, *, whole: bool) -> str:
    """A telephone number for somebody who may see it, else masked (R23); empty where there is none."""
    return (number if whole else masked(number)) if number else ""
