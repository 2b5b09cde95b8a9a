"""What a webhook's form says, checked: the parameters we use, everything else left alone (twilio-contract.md §1.3, §1.4).

BadWebhook   a parameter that we need is missing or malformed; answered with 400, nothing written
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

CALL_STATUSES: Final = frozenset(
    {"queued", "initiated", "ringing", "in-progress", "completed", "busy", "no-answer", "failed", "canceled"}
)
MOST_KEYS: Final = 32
LONGEST_URL: Final = 480
# What is kept of a report: never Digits (R2), never a number of anybody's (R23).
KEPT: Final = (
    "CallStatus",
    "CallDuration",
    "Duration",
    "Timestamp",
    "SequenceNumber",
    "SipResponseCode",
    "DialCallStatus",
    "DialCallSid",
    "DialCallDuration",
    "DialBridged",
    "ErrorCode",
)


class BadWebhook(ValueError):
    """A webhook that cannot be understood; the message says which parameter is wrong."""


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """One webhook. `keys` has only 0-9, * and #, and `only_keys` says that nothing else came; `report` is what may be kept."""

    sid: str
    parent_sid: str | None
    caller: str
    dialled: str
    call_status: str | None
    keys: str
    only_keys: bool
    dial_status: str | None
    recording_url: str | None
    recording_seconds: int
    happened_at: datetime | None
    report: dict[str, Any]


def read(form: Mapping[str, str]) -> Webhook:
    """The webhook that a form describes. Raises BadWebhook, naming every wrong parameter."""
    problems = [f"{name} is {problem}" for name, problem in _problems(form)]
    if problems:
        raise BadWebhook("; ".join(problems))
    return Webhook(
        sid=form["CallSid"],
        parent_sid=form.get("ParentCallSid") or None,
        caller=_printable(form.get("From", "")),
        dialled=_printable(form.get("To", "")),
        call_status=form.get("CallStatus") or None,
        keys="".join(re.findall(r"[0-9*#]", form.get("Digits", "")))[:MOST_KEYS],
        only_keys=re.fullmatch(r"[0-9*#]*", form.get("Digits", "")) is not None,
        dial_status=form.get("DialCallStatus") or None,
        recording_url=form.get("RecordingUrl") or None,
        recording_seconds=int(form.get("RecordingDuration") or 0),
        happened_at=_moment(form["Timestamp"]) if form.get("Timestamp") else None,
        report={name: form[name][:100] for name in KEPT if form.get(name)},
    )


def _problems(form: Mapping[str, str]) -> list[tuple[str, str]]:
    checks: tuple[tuple[str, Callable[[str], object], str], ...] = (
        ("ParentCallSid", _sid, "not CA and 32 characters"),
        ("CallStatus", CALL_STATUSES.__contains__, "no status that Twilio documents"),
        ("DialCallStatus", (CALL_STATUSES | {"answered"}).__contains__, "no status that Twilio documents"),
        ("RecordingDuration", _seconds, "no whole number of seconds"),
        ("CallDuration", _seconds, "no whole number of seconds"),
        ("DialCallDuration", _seconds, "no whole number of seconds"),
        ("RecordingUrl", re.compile(rf"https?://.{{1,{LONGEST_URL}}}").fullmatch, "no address"),
        ("DialBridged", {"true", "false"}.__contains__, "neither true nor false"),
        ("Timestamp", _moment, "no RFC 2822 moment"),
    )
    first = [] if _sid(form.get("CallSid", "")) else [("CallSid", "not CA and 32 characters")]
    return first + [(name, problem) for name, check, problem in checks if form.get(name) and not check(form[name])]


def _printable(text: str) -> str:
    """The text without what no database column takes (NUL) and no screen shows."""
    return "".join(letter for letter in text if letter.isprintable()).strip()


def _sid(text: str) -> object:
    return re.fullmatch(r"CA[0-9A-Za-z]{32}", text)


def _seconds(text: str) -> object:
    return re.fullmatch(r"[0-9]{1,9}", text)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
