"""The web application, put together for gunicorn (Procfile): doors, pages, and what both are given."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import partial
from typing import Final

import structlog
from flask import Flask

from app import clock as clocks
from app import doctor, health, logs, readiness, settings, telephone_page
from app.clock import Clock
from app.database import Database
from app.patience import ANSWERING
from app.settings import Settings
from helpdesk import endpoints, second_factor
from helpdesk.password_links import PasswordLinks
from helpdesk.pins import PinKeys
from helpdesk.sealing import Seal
from ivr import webhooks
from ivr.doors import Doors
from ivr.story import Terms
from ivr.switchboard import Switchboard
from web import building
from web.given import Given, Vouching, unexamined
from web.issuer.trips import BACK, OWNER

log = structlog.get_logger()
BODY_LIMIT: Final = 64 * 1024


def create_app(given: Settings | None = None, *, database: Database | None = None, clock: Clock | None = None) -> Flask:
    """The web application. Without arguments it reads the environment, as gunicorn wants it (Procfile).

    Raises app.settings.WrongSettings, app.revisions.NotMigrated or helpdesk.pins.KeyGone: then it must not start. A database
    that is out of reach keeps nothing from starting: /twilio/fallback works without one, and the others as soon as it is back.
    """
    environment = given or settings.from_env(os.environ, needs_secret=True)
    logs.configure(environment)
    keys = PinKeys.derive(environment.with_secret().secret_keys)
    database = database or readiness.existing(environment.database_url, limits=ANSWERING)
    if not readiness.require_ready(database, keys):
        log.warning("database_out_of_reach_at_start")
    terms = Terms(shop=environment.shop_address, continues_within=timedelta(minutes=environment.continue_within))
    app = Flask("app", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.config["MAX_FORM_MEMORY_SIZE"] = BODY_LIMIT
    clock = clock or clocks.of(environment)
    app.extensions["doors"] = Doors(
        database=database,
        clock=clock,
        switchboard=Switchboard(base_url=environment.public_base_url, pin_keys=keys, terms=terms),
        base_url=environment.public_base_url,
        tokens=environment.twilio_auth_tokens,
        emergency_number=environment.emergency_number,
    )
    app.register_blueprint(webhooks.blueprint)
    programs = [webhooks.blueprint]
    if environment.demo:
        programs.append(telephone_page.blueprint(environment, database=database, keys=keys, clock=clock))
        app.register_blueprint(programs[-1])
    pages = _given(environment, database, clock, keys, reads_environment=given is None)
    building.put_up(app, pages, roots=environment.secret_keys, programs=programs)
    return app


def _given(environment: Settings, database: Database, clock: Clock, keys: PinKeys, *, reads_environment: bool) -> Given:
    return Given(
        database=database,
        clock=clock,
        pin_keys=keys,
        seal=Seal.derive(environment.secret_keys, second_factor.PURPOSE),
        hook_seal=Seal.derive(environment.secret_keys, endpoints.PURPOSE),
        base_url=environment.public_base_url,
        health=health.of(database, has_account=environment.has_account),
        links=PasswordLinks.derive(environment.secret_keys, environment.public_base_url),
        sends_mail=bool(environment.smtp_url and environment.mail_from),
        is_demo=environment.demo,
        second_factor=not environment.demo,
        correction_limit=environment.correction_limit,
        metrics_token=environment.metrics_token,
        issuer=_issuer(environment),
        trip_seal=Seal.derive(environment.secret_keys, OWNER),
        examine=partial(doctor.examine, os.environ) if reads_environment else unexamined,
    )


def _issuer(environment: Settings) -> Vouching | None:
    """Who vouches for users, if anybody; its tokens go by the world's time, in the demo too."""
    if environment.oidc is None:
        return None
    from web.issuer.issuer import Issuer  # noqa: PLC0415 - what Authlib takes to load, only those wait for who need it

    return Issuer(environment.oidc, back_to=environment.public_base_url + BACK, clock=clocks.wall)
