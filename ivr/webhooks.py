"""The doors: every webhook of interface.md, and those that our own TwiML leads to. Signed, or 403 and nothing stored.

The first webhook of a call (application/x-www-form-urlencoded), shortened; it is answered with TwiML:

    CallSid=CA…&AccountSid=AC…&From=%2B4520123456&To=%2B4563186363&CallStatus=ringing&Direction=inbound&ApiVersion=2010-04-01

The end of a Dial: CallSid, CallStatus=in-progress, DialCallSid, DialCallStatus=completed, DialCallDuration=1020, DialBridged=true.
A status callback: CallSid, CallStatus=completed, CallDuration, Timestamp (RFC 2822), SequenceNumber; for a supporter ParentCallSid.

What a turn does wrong is ivr.mishaps' business.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

import structlog
from flask import Blueprint, Response, abort, g, request, send_from_directory
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ivr import answering, callbacks, fallback, forms, mishaps, readiness, reporting, signature, traces, twiml
from ivr.answering import LAST, doors, write
from ivr.callbacks import CameMeanwhile
from ivr.forms import BadWebhook, Webhook
from ivr.legs import NoSuchTurn
from ivr.switchboard import NoSuchLine
from ivr.traces import Outcome
from models.values import masked

SOUNDS: Final = Path(__file__).parent / "sounds"
T = TypeVar("T")
blueprint = Blueprint("ivr", __name__)
log = structlog.get_logger()


@blueprint.before_request
def signed() -> None:
    """403 for whatever Twilio did not sign; sounds are public."""
    traces.ends()
    answering.begin()
    if request.endpoint == "ivr.sound":
        return
    if not signature.is_genuine(request, base_url=doors().base_url, tokens=doors().tokens):
        if signature.is_probe(request):
            log.info("probe_refused", path=request.path)
        else:
            log.warning("webhook_refused", path=request.path)
        abort(403)


@blueprint.teardown_request
def over(_problem: BaseException | None) -> None:
    """The thread's next webhook is another one."""
    traces.ends()


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
    traces.begins(webhook, turn=1)
    try:
        return _turn(_dialled(webhook))
    except NoSuchLine:
        log.warning("no_such_line", line=masked(webhook.dialled))
        return _turn(twiml.speak_and_hang_up("no_line"), Outcome.REFUSED)
    except Exception as problem:
        log.exception("turn_failed")
        return _turn(mishaps.at_the_door(webhook, problem), Outcome.FAILED)


@blueprint.post("/twilio/turn/<int:leg>/<int:number>")
def turn(leg: int, number: int) -> Response:
    """The next turn of a leg: keys, the end of a Dial or a recording, or some music that has passed."""
    webhook, again = mishaps.as_told(forms.read(request.form)), mishaps.times() > 0
    traces.begins(webhook, leg=leg, turn=number)
    try:
        return _turn(write(lambda session, now: doors().switchboard.turn(session, leg, number, webhook, now=now, again=again)))
    except NoSuchTurn as problem:
        log.warning("no_such_turn", problem=str(problem))
        return _turn(mishaps.nowhere(webhook), Outcome.REFUSED)
    except Exception as problem:
        log.exception("turn_failed")
        return _turn(mishaps.in_a_turn(leg, number, webhook, problem), Outcome.FAILED)


@blueprint.post("/twilio/status", defaults={"leg": None})
@blueprint.post("/twilio/status/<int:leg>")
def status(leg: int | None) -> Response:
    """A status callback of the caller's leg, or of a supporter's. 503 where it cannot be kept now: it may come again."""
    webhook = forms.read(request.form)
    traces.begins(webhook, leg=leg)
    try:
        new = write(lambda session, now: reporting.status(session, webhook, leg, machine=doors().machine, now=now))
    except mishaps.OUT_OF_REACH:
        log.exception("status_lost", status=webhook.call_status)
        return Response(status=503)
    log.info("status", status=webhook.call_status, new=new)
    return Response(status=204)


@blueprint.post("/twilio/readiness/<int:test>/<int:number>")
def test_turn(test: int, number: int) -> Response:
    """The next turn of a test of a supporter's telephone: it was picked up, or keys were pressed."""
    webhook, again = forms.read(request.form), mishaps.times() > 0
    traces.begins(webhook, turn=number)
    board = doors().switchboard
    try:
        return _turn(write(lambda session, now: readiness.turn(board, session, (test, number), webhook, now=now, again=again)))
    except NoSuchTurn as problem:
        log.warning("no_such_turn", problem=str(problem))
        return _turn(twiml.hang_up(), Outcome.REFUSED)
    except Exception:
        log.exception("turn_failed")
        return _turn(mishaps.in_a_test(test, number), Outcome.FAILED)


@blueprint.post("/twilio/readiness/<int:test>/status")
def test_status(test: int) -> Response:
    """What becomes of a test, as a status callback tells it, and later whether a machine picked up. 503 as `status`."""
    webhook = forms.read(request.form)
    traces.begins(webhook)
    try:
        write(lambda session, now: readiness.status(session, test, webhook, now=now))
    except NoSuchTurn as problem:
        log.warning("no_such_test", problem=str(problem))
    except mishaps.OUT_OF_REACH:
        log.exception("status_lost", status=webhook.call_status)
        return Response(status=503)
    return Response(status=204)


@blueprint.post("/twilio/callback/<int:callback>/1")
def callback_turn(callback: int) -> Response:
    """A supporter picked up to ring a customer: their leg's first turn. It goes on at `turn`."""
    webhook = forms.read(request.form)
    traces.begins(webhook, turn=1)
    board = doors().switchboard
    try:
        return _turn(_once_more(lambda session, now: callbacks.picked_up(board, session, callback, webhook, now=now)))
    except NoSuchTurn as problem:
        log.warning("no_such_callback", problem=str(problem))
        return _turn(twiml.hang_up(), Outcome.REFUSED)
    except Exception:
        log.exception("turn_failed")
        return _turn(twiml.speak_and_hang_up("apology_callback"), Outcome.FAILED)


@blueprint.post("/twilio/callback/<int:callback>/status")
def callback_status(callback: int) -> Response:
    """What becomes of a supporter's leg, as a status callback tells it. 503 as `status`."""
    webhook = forms.read(request.form)
    traces.begins(webhook)
    try:
        _once_more(lambda session, now: callbacks.status(session, callback, webhook, machine=doors().machine, now=now))
    except NoSuchTurn as problem:
        log.warning("no_such_callback", problem=str(problem))
    except mishaps.OUT_OF_REACH:
        log.exception("status_lost", status=webhook.call_status)
        return Response(status=503)
    return Response(status=204)


@blueprint.post("/twilio/fallback/readiness")
def test_failed() -> Response:
    """Twilio could not get an answer about a test: no emergency, it ends."""
    traces.begins(forms.read(request.form))
    log.error("fallback", error=request.form.get("ErrorCode"))
    return _xml(twiml.speak_and_hang_up("apology_test"))


@blueprint.post("/twilio/fallback")
def failed() -> Response:
    """Twilio could not get an answer from us. Needs no database: a sentence, then the emergency number."""
    webhook = forms.read(request.form)
    traces.begins(webhook)
    log.error("fallback", error=webhook.report.get("ErrorCode"))
    return _xml(twiml.hang_up() if webhook.parent_sid else mishaps.emergency(webhook))


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
    traces.begins(webhook)

    def parted(session: Session, now: datetime) -> None:
        began = now if since is None else datetime.fromtimestamp(min(since, int(now.timestamp())), UTC)
        reporting.parted(session, webhook, began, bridged=request.args.get("bridged") != "false", now=now)

    try:
        write(parted, by=LAST)
    except Exception:
        log.exception("report_failed")
    return _xml(fallback.over(webhook.report.get("DialBridged")))


@blueprint.get("/sounds/<name>")
def sound(name: str) -> Response:
    """Music for those who wait."""
    return send_from_directory(SOUNDS, name, max_age=86_400)


def _dialled(webhook: Webhook) -> str:
    """Opens the call."""
    return _once_more(lambda session, now: doors().switchboard.dialled(session, webhook, now=now))


def _once_more(work: Callable[[Session, datetime], T]) -> T:
    """Does it again where the same first webhook came at the same moment: it waits for that one, and gets its answer."""
    try:
        return write(work)
    except (IntegrityError, CameMeanwhile):
        return write(work)


def _turn(text: str, outcome: Outcome | None = None) -> Response:
    traces.answered(g.began, outcome)
    return _xml(text)


def _xml(text: str) -> Response:
    return Response(text, mimetype="text/xml")
