"""What a webhook's form says, checked: the parameters we use, everything else left alone (twilio-contract.md §1.3, §1.4).

A parameter that says whose webhook it is must be right. Anything else that cannot be read is left out, as if it had not come, and
is named in `unread`: somebody waits at the telephone for the answer, and a word that is new at Twilio must not end the call (R21).

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
    "AnsweredBy",
)


class BadWebhook(ValueError):
    """A webhook that cannot be understood; the message says which parameter is wrong."""


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """One webhook. `keys` has only 0-9, * and #, and `only_keys` says that nothing else came; `report` is what may be kept.

    `recording_seconds` is None where nobody said how long a recording is; `unread` names what could not be read;
    `is_outgoing`: it is of a leg that we rang by ourselves.
    """

    sid: str
    parent_sid: str | None
    caller: str
    dialled: str
    call_status: str | None
    keys: str
    only_keys: bool
    dial_status: str | None
    recording_url: str | None
    recording_seconds: int | None
    happened_at: datetime | None
    report: dict[str, Any]
    unread: tuple[str, ...] = ()
    is_outgoing: bool = False

    @property
    def is_recorded(self) -> bool:
        """Whether something was recorded: where its length is not told it may be much, and is not thrown away."""
        return self.recording_url is not None and self.recording_seconds != 0


def read(sent: Mapping[str, str]) -> Webhook:
    """The webhook that a form describes. Raises BadWebhook, naming every parameter of whose it is that is wrong."""
    wrong = [f"{name} is not CA and 32 characters" for name in ("CallSid", "ParentCallSid") if not _is_sid(sent, name)]
    if wrong:
        raise BadWebhook("; ".join(wrong))
    unread = tuple(name for name, check in CHECKS.items() if sent.get(name) and not check(sent[name]))
    form = {name: text for name, text in sent.items() if name not in unread}
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
        recording_seconds=int(form["RecordingDuration"]) if form.get("RecordingDuration") else None,
        happened_at=_moment(form["Timestamp"]) if form.get("Timestamp") else None,
        report={name: form[name][:100] for name in KEPT if form.get(name)},
        unread=unread,
        is_outgoing=form.get("Direction") == "outbound-api",
    )


def _is_sid(sent: Mapping[str, str], name: str) -> bool:
    """Whether that is a CallSid; only the call's own must be there."""
    sid = sent.get(name, "")
    return re.fullmatch(r"CA[0-9A-Za-z]{32}", sid) is not None or (name != "CallSid" and not sid)


def _printable(text: str) -> str:
    """The text without what no database column takes (NUL) and no screen shows."""
    return "".join(letter for letter in text if letter.isprintable()).strip()


def _seconds(text: str) -> object:
    return re.fullmatch(r"[0-9]{1,9}", text)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


CHECKS: Final[Mapping[str, Callable[[str], object]]] = {
    "CallStatus": CALL_STATUSES.__contains__,
    "DialCallStatus": re.compile(r"[a-z-]{1,20}").fullmatch,  # Whatever the word: that Dial is over.
    "RecordingDuration": _seconds,
    "CallDuration": _seconds,
    "DialCallDuration": _seconds,
    "RecordingUrl": re.compile(rf"https?://.{{1,{LONGEST_URL}}}").fullmatch,
    "DialBridged": {"true", "false"}.__contains__,
    "AnsweredBy": re.compile(r"[a-z_]{1,30}").fullmatch,
    "Timestamp": _moment,
}
"""What is read only where it fulfils this."""
