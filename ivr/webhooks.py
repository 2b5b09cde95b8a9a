"""The doors: every webhook of interface.md, and those that our own TwiML leads to. Signed, or 403 and nothing stored.

The first webhook of a call (application/x-www-form-urlencoded), shortened; it is answered with TwiML:

    CallSid=CA…&AccountSid=AC…&From=%2B4520123456&To=%2B4563186363&CallStatus=ringing&Direction=inbound&ApiVersion=2010-04-01

The end of a Dial: CallSid, CallStatus=in-progress, DialCallSid, DialCallStatus=completed, DialCallDuration=1020, DialBridged=true.
A status callback: CallSid, CallStatus=completed, CallDuration, Timestamp (RFC 2822), SequenceNumber; for a supporter ParentCallSid.

A step that raises has committed nothing: the caller hears an apology, then the last question again; a second error takes the caller
to where nobody answers, and when even that fails to the emergency number (R14, R21). A supporter's leg is hung up.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog
from flask import Blueprint, Response, abort, current_app, request, send_from_directory
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from ivr import addresses, fallback, forms, reporting, signature, twiml
from ivr.doors import Doors
from ivr.forms import BadWebhook, Webhook
from ivr.switchboard import NoSuchLine, NoSuchTurn
from models import Leg
from models.values import Language, e164, masked

GIVES_UP_AT: Final = 2
MOST_ERRORS: Final = 4  # the question that came behind giving up is put once more; then only the fallback is left
SOUNDS: Final = Path(__file__).parent / "sounds"
blueprint = Blueprint("ivr", __name__)
log = structlog.get_logger()


def doors() -> Doors:
    """What this application's doors were given (app.wsgi.create_app)."""
    given: Doors = current_app.extensions["doors"]
    return given


@blueprint.before_request
def signed() -> None:
    """403 for whatever Twilio did not sign; sounds are public."""
    if request.endpoint == "ivr.sound":
        return
    if not signature.is_genuine(request, base_url=doors().base_url, tokens=doors().tokens):
        log.warning("webhook_refused", path=request.path)
        abort(403)


@blueprint.errorhandler(BadWebhook)
def bad_webhook(problem: BadWebhook) -> Response:
    """400 with what was wrong; nothing was written."""
    log.warning("webhook_malformed", path=request.path, problem=str(problem))
    return Response(f"{problem}\n", 400, mimetype="text/plain")


@blueprint.post("/twilio/voice")
def voice() -> Response:
    """Somebody dialled one of our numbers; `To` chooses the line."""
    webhook = forms.read(request.form)
    if not webhook.dialled:
        raise BadWebhook("To is missing")
    try:
        return _xml(_dialled(webhook))
    except NoSuchLine:
        log.warning("no_such_line", line=masked(webhook.dialled))
        return _xml(twiml.speak_and_hang_up("no_line"))
    except Exception:
        log.exception("turn_failed", call=webhook.sid, turn=1)
        again = addresses.voice_again(doors().base_url)
        return _xml(_emergency(webhook) if _again() else twiml.speak_and_redirect("apology", Language.DANISH, again))


@blueprint.post("/twilio/turn/<int:leg>/<int:number>")
def turn(leg: int, number: int) -> Response:
    """The next turn of a leg: keys, the end of a Dial or a recording, or some music that has passed."""
    webhook = forms.read(request.form)
    try:
        with doors().database.writing() as session:
            now = doors().clock()
            return _xml(doors().switchboard.turn(session, leg, number, webhook, now=now, again=_again()))
    except NoSuchTurn as problem:
        log.warning("no_such_turn", call=webhook.sid, turn=number, problem=str(problem))
        return _xml(twiml.hang_up())
    except Exception:
        log.exception("turn_failed", call=webhook.sid, leg=leg, turn=number)
        return _xml(_after_error(leg, number, webhook))


@blueprint.post("/twilio/status", defaults={"leg": None})
@blueprint.post("/twilio/status/<int:leg>")
def status(leg: int | None) -> Response:
    """A status callback of the caller's leg, or of a supporter's."""
    webhook = forms.read(request.form)
    with doors().database.writing() as session:
        new = reporting.status(session, webhook, leg, now=doors().clock())
    log.info("status", call=webhook.sid, status=webhook.call_status, new=new)
    return Response(status=204)


@blueprint.post("/twilio/fallback")
def failed() -> Response:
    """Twilio could not get an answer from us. Needs no database: a sentence, then the emergency number."""
    webhook = forms.read(request.form)
    log.error("fallback", call=webhook.sid, error=webhook.report.get("ErrorCode"))
    return _xml(twiml.hang_up() if webhook.parent_sid else _emergency(webhook))


@blueprint.post("/twilio/fallback/screen")
def fallback_screen() -> Response:
    """The emergency number answered: only a pressed 1 connects."""
    return _xml(fallback.screen(doors().base_url))


@blueprint.post("/twilio/fallback/answer")
def fallback_answer() -> Response:
    """Whoever answered the emergency number pressed a key."""
    return _xml(fallback.answer(forms.read(request.form).keys))


@blueprint.post("/twilio/fallback/over", defaults={"since": None})
@blueprint.post("/twilio/fallback/over/<int:since>")
def fallback_over(since: int | None) -> Response:
    """The emergency call is over, or nobody took it. `since` is when it began, in seconds of the epoch."""
    webhook = forms.read(request.form)
    try:
        with doors().database.writing() as session:
            now = doors().clock()
            began = now if since is None else datetime.fromtimestamp(min(since, int(now.timestamp())), UTC)
            reporting.parted(session, webhook, began, now=now)
    except Exception:
        log.exception("report_failed", call=webhook.sid)
    return _xml(fallback.over(webhook.report.get("DialBridged")))


@blueprint.get("/sounds/<name>")
def sound(name: str) -> Response:
    """Music for those who wait."""
    return send_from_directory(SOUNDS, name, max_age=86_400)


def _dialled(webhook: Webhook) -> str:
    """Opens the call; a second first webhook that came at the same moment waits for the first and then gets its answer."""
    try:
        with doors().database.writing() as session:
            return doors().switchboard.dialled(session, webhook, now=doors().clock())
    except IntegrityError:
        with doors().database.writing() as session:
            return doors().switchboard.dialled(session, webhook, now=doors().clock())


def _after_error(leg: int, number: int, webhook: Webhook) -> str:
    """What is said after an error: an apology and the question again; at the second error the end of the search; then help."""
    if webhook.parent_sid:
        return twiml.speak_and_hang_up("apology_end")
    _keep_report(leg, number, webhook)
    errors = 0
    try:
        with doors().database.writing() as session:
            count = update(Leg).where(Leg.id == leg).values(errors=Leg.errors + 1).returning(Leg.errors)
            errors = session.scalar(count.execution_options(synchronize_session=False)) or 0
        if errors > MOST_ERRORS:
            return _emergency(webhook)
        if errors == GIVES_UP_AT:
            with doors().database.writing() as session:
                return doors().switchboard.give_up(session, leg, number, webhook, now=doors().clock())
    except Exception:
        log.exception("turn_failed_again", call=webhook.sid, leg=leg, turn=number)
        if errors > 1 or _again():
            return _emergency(webhook)
    again = addresses.turn(doors().base_url, leg, number, again=True)
    return twiml.speak_and_redirect("apology", Language.DANISH, again)


def _keep_report(leg: int, number: int, webhook: Webhook) -> None:
    """The end of a Dial that came with the failed turn is not asked for again: it is kept by itself (R9, R21)."""
    try:
        with doors().database.writing() as session:
            doors().switchboard.report(session, leg, number, webhook, now=doors().clock(), again=_again())
    except Exception:
        log.exception("report_failed", call=webhook.sid, leg=leg, turn=number)


def _emergency(webhook: Webhook) -> str:
    """Help by EMERGENCY_NUMBER; who calls from it is not put through to themselves (pitfall A8)."""
    number = doors().emergency_number
    if number == e164(webhook.caller, None):
        number = None
    return fallback.caller(doors().base_url, number=number, line=webhook.dialled, since=doors().clock())


def _again() -> bool:
    return request.args.get("again") == "1"


def _xml(text: str) -> Response:
    return Response(text, mimetype="text/xml")
