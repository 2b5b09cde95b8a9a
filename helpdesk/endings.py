"""How and when a talk ended, as the reports of a call tell it. Pure: rows in, facts out (R7, R11, R20)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from billing.quarters import LIMIT_SLACK
from models import Attempt, Call, Report
from models.values import ReportKind

OVER: Final = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


def caller_is_gone(call: Call, report: Report) -> bool:
    """The caller's own leg is over, whichever report of it says so; that of a Dial tells it too (pitfall B1)."""
    return report.kind == ReportKind.GONE or (report.sid == call.sid and report.payload.get("CallStatus") in OVER)


def tells_of_an_end(kind: ReportKind, payload: dict[str, Any]) -> bool:
    """Whether a report can move a fact: a callback by which a leg only goes on says nothing that a call's facts follow from."""
    return kind != ReportKind.STATUS or payload.get("CallStatus") in OVER


def given_up(reports: list[Report]) -> Report | None:
    """Our own word that nobody will tell any more (R20); None while it was not given."""
    return next((report for report in reports if report.kind == ReportKind.GIVEN_UP), None)


def bridged(dial: list[Report], attempt: Attempt, gone: list[Report]) -> bool | None:
    """Whether caller and supporter were bridged, as far as anybody said so; None while nobody did (pitfalls A1, A3)."""
    said = {report.payload.get("DialBridged") for report in dial}
    if "true" in said:
        return True
    if "false" in said:
        return False
    if any(report.happened_at < _whole(attempt.accepted_at) for report in gone):
        return False
    if dial:
        return any(report.payload.get("DialCallStatus") in {"completed", "answered"} for report in dial)
    return None


def ends_bridge(report: Report, attempt: Attempt) -> bool:
    """Whether a report says that this attempt's bridge is over, and not only that the caller has left."""
    if report.kind == ReportKind.PARTED:
        return report.happened_at >= _whole(attempt.accepted_at)
    if report.kind == ReportKind.CUT:
        return True
    if report.attempt_id != attempt.id:
        return False
    return report.kind == ReportKind.DIAL or (
        report.kind in {ReportKind.STATUS, ReportKind.ASKED} and report.payload.get("CallStatus") in OVER
    )


def ended_at(ends: list[Report], attempt: Attempt) -> datetime:
    """When the talk ended: of several reports the earliest counts (R7).

    Where only the caller's own leg is known to have ended, the carrier's limit had ended the bridge before: what the caller did
    afterwards (an emergency call, ivr.fallback) is no talk. And a supporter's leg that lasted as long as the limit was ended by it,
    however wrong the clock was that kept the acceptance (R8).
    """
    earliest = min(_end(report, attempt) for report in ends)
    if any(ends_bridge(report, attempt) for report in ends) and not any(_lasted_to_the_limit(report, attempt) for report in ends):
        return earliest
    return min(earliest, (attempt.accepted_at or earliest) + timedelta(seconds=attempt.time_limit))


def witness(reports: list[Report], call: Call, attempt: Attempt | None) -> Report | None:
    """Whose word the end of a call is: of several reports the earliest; None where the carrier's limit, or nobody, ended it.

    Of those of one second our own cutting, which the others only followed, is that word.

    `attempt` is the accepted one of a call that was talked.
    """
    gone = [report for report in reports if caller_is_gone(call, report)]
    if attempt is None:
        return min(gone, key=lambda report: report.happened_at, default=given_up(reports))
    ends = [report for report in reports if report in gone or ends_bridge(report, attempt)]
    if not ends:
        return given_up(reports)
    earliest = min(ends, key=lambda report: (_whole(_end(report, attempt)), report.kind != ReportKind.CUT, report.id))
    return earliest if _whole(_end(earliest, attempt)) <= ended_at(ends, attempt) else None


def is_the_limits(lasted: int, time_limit: int) -> bool:
    """Whether a supporter's leg of so many seconds lasted as long as its time limit lets it. Longer is a limit that failed."""
    return time_limit <= lasted <= time_limit + LIMIT_SLACK


def _lasted_to_the_limit(report: Report, attempt: Attempt) -> bool:
    """Whether a report tells that of the supporter's leg."""
    told = report.payload.get("DialCallDuration" if report.kind == ReportKind.DIAL else "CallDuration") or ""
    lasted = int(told) if report.attempt_id == attempt.id and told.isdecimal() else 0
    return is_the_limits(lasted, attempt.time_limit)


def _end(report: Report, attempt: Attempt) -> datetime:
    """When a report says that the talk ended: as it says, unless that was before it began, which only a wrong clock can tell.

    A status callback of that moment is believed to be of the moment at which it came; an answer to our own question, which may
    have been asked an hour later, to be of the beginning.
    """
    begun = _whole(attempt.accepted_at)
    if report.happened_at >= begun:
        return report.happened_at
    return begun if report.kind in {ReportKind.ASKED, ReportKind.GIVEN_UP} else report.received_at


def _whole(moment: datetime | None) -> datetime:
    """The whole second of our mark: reports carry no fractions."""
    if moment is None:
        raise ValueError("an attempt that nobody accepted has no such moment")
    return moment.replace(microsecond=0)
