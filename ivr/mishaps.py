"""When a turn went wrong: what the caller hears, and what is kept of what the webhook told (R14, R21).

Whatever raised has committed nothing. The caller hears an apology, then the last question again; a second error of ours takes the
caller to where nobody answers, and when even that fails to the emergency number. A supporter's leg is hung up: only a pressed 1
connects.

A database out of reach is no error of ours, and cannot count any, so the address does (`?again=2&since=…`). With an emergency
number the caller is put through to it at the second one. Without one, waiting is better than being sent away: a caller is asked to
hold the line for a minute and a half, in which most databases come back. How a Dial ended is told only once, so the address carries
that too when it could not be kept: what a talk costs depends on it. Twilio signs the address, so it says what we wrote (ADR 7).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from flask import request
from sqlalchemy import update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as WaitedTooLong

from ivr import addresses, fallback, twiml
from ivr.answering import COUNT, LAST, REPORT, came_at, doors, write
from ivr.forms import Webhook
from models import Leg
from models.values import Language, e164

OUT_OF_REACH: Final = (OperationalError, InterfaceError, WaitedTooLong)
LONGEST_WAIT: Final = timedelta(seconds=90)
GIVES_UP_AT: Final = 2
MOST_ERRORS: Final = 4  # the question that came behind giving up is put once more; then only the fallback is left
CARRIED: Final = {"DialCallStatus": "dial", "DialBridged": "bridged", "DialCallDuration": "seconds", "DialCallSid": "leg"}
log = structlog.get_logger()


def times() -> int:
    """How many errors came just before this webhook, as its address says."""
    said = request.args.get("again", "")
    return int(said) if re.fullmatch(r"[1-9][0-9]?", said) else 0


def as_told(webhook: Webhook) -> Webhook:
    """The webhook, dated by when it came; with the end of a Dial that an earlier one told and that could not be kept."""
    told = {name: request.args[short] for name, short in CARRIED.items() if short in request.args}
    if not told:
        return replace(webhook, happened_at=webhook.happened_at or _since())
    report = {**webhook.report, **told}
    return replace(webhook, dial_status=told.get("DialCallStatus"), report=report, happened_at=_since())


def at_the_door(webhook: Webhook, problem: Exception) -> str:
    """What is said when the first turn of a call failed: an apology and the same again; then help."""
    if times() and not _may_wait(webhook, problem):
        return emergency(webhook)
    return _apology(addresses.voice_again(doors().base_url, _said_of_it({})))


def in_a_turn(leg: int, number: int, webhook: Webhook, problem: Exception) -> str:
    """What is said when a later turn failed: an apology and the question again; at the second error the end of the search."""
    if webhook.parent_sid:
        return twiml.speak_and_hang_up("apology_dialled")
    untold = {} if _keep_report(leg, number, webhook) else _untold(webhook)
    if isinstance(problem, OUT_OF_REACH):
        answer, is_hopeless = None, times() > 0 and not _may_wait(webhook, problem)
    else:
        answer, is_hopeless = _end_of_the_search(leg, number, webhook)
    if answer is not None:
        return answer
    if is_hopeless:
        return emergency(webhook)
    return _apology(addresses.turn(doors().base_url, leg, number, told=_said_of_it(untold)))


def in_a_test(test: int, number: int) -> str:
    """What is said when a turn of a test failed: an apology and the question again; at the second error nothing was found out."""
    if times():
        return twiml.speak_and_hang_up("apology_test")
    return _apology(addresses.readiness_turn(doors().base_url, test, number, told=_said_of_it({})))


def nowhere(webhook: Webhook) -> str:
    """What is said where nothing led to a turn: its call may be lost with a database that was not followed closely enough."""
    return twiml.hang_up() if webhook.parent_sid else twiml.speak_and_hang_up("apology_end")


def emergency(webhook: Webhook) -> str:
    """The emergency number, or a sentence; needs no database.

    Who has just talked with a supporter needs no other, and a supporter whom we rang needs none.
    """
    bridged = webhook.report.get("DialBridged")
    if bridged == "true":
        return twiml.speak_and_hang_up("apology_talk")
    if webhook.is_outgoing:
        return twiml.speak_and_hang_up("apology_callback")
    helper, line = _helper(webhook), webhook.dialled
    return fallback.caller(doors().base_url, number=helper, line=line, since=_since(), bridged=bridged != "false")


def _end_of_the_search(leg: int, number: int, webhook: Webhook) -> tuple[str | None, bool]:
    """Counts an error of ours. What is said at the second one, and whether nothing more can be tried."""
    errors = 0
    try:
        errors = _count_error(leg)
        if errors == GIVES_UP_AT:
            return write(lambda session, now: doors().switchboard.give_up(session, leg, number, webhook, now=now), by=LAST), False
    except Exception as problem:
        log.exception("turn_failed_again")
        return None, (errors > 1 or times() > 0) and not _may_wait(webhook, problem)
    return None, errors > MOST_ERRORS


def _count_error(leg: int) -> int:
    """How many turns of this leg went wrong, this one included."""
    count = update(Leg).where(Leg.id == leg).values(errors=Leg.errors + 1).returning(Leg.errors)
    counting = count.execution_options(synchronize_session=False)
    return write(lambda session, _now: session.scalar(counting), by=COUNT) or 0


def _keep_report(leg: int, number: int, webhook: Webhook) -> bool:
    """The end of a Dial that came with the failed turn is not told again: it is kept by itself (R9, R21). Whether that worked."""
    again = times() > 0
    try:
        write(lambda session, now: doors().switchboard.report(session, leg, number, webhook, now=now, again=again), by=REPORT)
    except Exception:
        log.exception("report_failed")
        return False
    return True


def _untold(webhook: Webhook) -> dict[str, object]:
    """What the address must carry because nobody could write it down: how a Dial ended."""
    return {short: webhook.report[name] for name, short in CARRIED.items() if name in webhook.report}


def _apology(address: str) -> str:
    return twiml.speak_and_redirect("apology_wait" if times() else "apology", Language.DANISH, address)


def _said_of_it(untold: Mapping[str, object]) -> dict[str, object]:
    """What the next address says of the errors so far."""
    return {"again": times() + 1, "since": int(_since().timestamp()), **untold}


def _since() -> datetime:
    """When the webhook came that met the first of the errors, which came one after another: this one, where none came before."""
    said = request.args.get("since", "")
    return datetime.fromtimestamp(int(said), UTC) if re.fullmatch(r"[0-9]{1,10}", said) else came_at()


def _may_wait(webhook: Webhook, problem: Exception) -> bool:
    """Whether the caller is asked to hold the line once more: the database may come back, an error of ours does not pass."""
    if not isinstance(problem, OUT_OF_REACH):
        return False
    return not times() if _helper(webhook) else doors().clock() - _since() < LONGEST_WAIT


def _helper(webhook: Webhook) -> str | None:
    """EMERGENCY_NUMBER; who calls from it is not put through to themselves (pitfall A8)."""
    number = doors().emergency_number
    return None if number == e164(webhook.caller, None) else number
