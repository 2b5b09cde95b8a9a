"""A calendar of somebody else's (iCalendar), as occurrences: what recurs is unrolled, and every fault named at once. Pure.

A moment without a time zone is local, and a whole day is a local day. An event that was cancelled is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Final

from models.local import NoSuchLocalTime, from_local, midnight, reached
from oncall.reading import Fault, Wrong
from oncall.spans import Span

MOST: Final = 5_000
LONGEST_KEY: Final = 200
LONGEST_TITLE: Final = 200


class BadCalendar(Exception):
    """A file that cannot be used; the message says all its faults in one line."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"the calendar cannot be used: {'; '.join(map(str, faults))}")
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class Occurrence:
    """One event, or one time that a recurring one happens. `key` names it in its file, wherever it is moved to.

    `title` is its summary, `addresses` the mail addresses of whoever attends, in small letters.
    """

    key: str
    title: str
    addresses: tuple[str, ...]
    span: Span


def read(text: str, during: Span) -> list[Occurrence]:
    """The occurrences that touch a span, by their start. Raises BadCalendar, which names every fault at once."""
    import icalendar  # noqa: PLC0415 - a quarter of a second that only an import has to wait
    import recurring_ical_events  # type: ignore[import-untyped]  # noqa: PLC0415 - as above; it ships no types

    try:
        book = icalendar.Calendar.from_ical(text)
    except (ValueError, IndexError) as problem:
        raise BadCalendar([Fault(Wrong.NO_CALENDAR, {"why": problem})]) from problem
    events: list[Any] = list(book.walk("VEVENT"))
    faults = [fault for event in events for fault in _faults(event)]
    faults += [Fault(Wrong.THERE_TWICE, where=_named(event)) for event in _again(events)]
    if not events:
        faults.append(Fault(Wrong.NO_EVENT))
    if faults:
        raise BadCalendar(faults)
    named = Counter(str(event["uid"]) for event in events)
    recurring = {str(one["uid"]) for one in events if "rrule" in one or "rdate" in one or named[str(one["uid"])] > 1}
    try:
        found = recurring_ical_events.of(book).between(during.starts_at, during.ends_at)
    except Exception as problem:  # whatever the library stumbles over in somebody's rule
        raise BadCalendar([Fault(Wrong.RECURS, {"why": problem})]) from problem
    return _occurrences([one for one in found if str(one.get("status", "")).upper() != "CANCELLED"], recurring)


def _occurrences(found: list[Any], recurring: set[str]) -> list[Occurrence]:
    if len(found) > MOST:
        raise BadCalendar([Fault(Wrong.TOO_MANY, {"most": f"{MOST:,}"})])
    faults, made = [], []
    for event in found:
        try:
            span = Span(starts_at=_moment(event["dtstart"].dt), ends_at=_moment(event["dtend"].dt, last=True))
        except NoSuchLocalTime as problem:
            faults.append(Fault(Wrong.SKIPPED, {"why": problem}, _named(event)))
            continue
        if span.ends_at <= span.starts_at:
            faults.append(Fault(Wrong.LATER, {"key": "DTEND", "than": "DTSTART"}, _named(event)))
        made.append(Occurrence(key=_key(event, recurring), title=_title(event), addresses=tuple(_addresses(event)), span=span))
    twice = [key for key, count in Counter(one.key for one in made).items() if count > 1]
    faults += [Fault(Wrong.THERE_TWICE, where=key) for key in twice]
    if faults:
        raise BadCalendar(faults)
    return sorted(made, key=lambda one: (one.span.starts_at, one.key))


def _faults(event: Any) -> Iterator[Fault]:  # noqa: ANN401 - the library's own
    """What is wrong with an event before it is unrolled."""
    for name, why in event.errors:
        yield Fault(Wrong.PROPERTY, {"name": name, "why": why}, _named(event))
    wrong = {name for name, _ in event.errors}
    if not str(event.get("uid", "")).strip():
        yield Fault(Wrong.MISSING, {"key": "UID"}, _named(event))
    if "dtstart" not in event and "DTSTART" not in wrong:
        yield Fault(Wrong.MISSING, {"key": "DTSTART"}, _named(event))
    if _ends_early(_said(event, "dtstart"), _said(event, "dtend")):
        yield Fault(Wrong.LATER, {"key": "DTEND", "than": "DTSTART"}, _named(event))  # unrolled, the two would change places


def _again(events: list[Any]) -> Iterator[Any]:
    """Events of a name that one before them has, of which only one would be unrolled."""
    seen = set()
    for event in (one for one in events if not one.errors):
        name = (str(event.get("uid", "")).strip(), _said(event, "recurrence-id"))
        if name in seen and name[0]:
            yield event
        seen.add(name)


def _ends_early(starts: Any, ends: Any) -> bool:  # noqa: ANN401 - what cannot be compared has another fault, or is none
    try:
        return starts is not None and ends is not None and bool(ends < starts)
    except TypeError:
        return False


def _said(event: Any, name: str) -> Any:  # noqa: ANN401 - as above
    """The moment or day of an event that was read without a fault; None where it says none."""
    return None if event.errors else getattr(event.get(name), "dt", None)


def _named(event: Any) -> str:  # noqa: ANN401 - as above
    """An event as people find it again in their calendar."""
    return f"event {_title(event) or str(event.get('uid', ''))[:LONGEST_TITLE] or 'without a name'!r}"


def _title(event: Any) -> str:  # noqa: ANN401 - as above
    return " ".join(str(event.get("summary", "")).split())[:LONGEST_TITLE]


def _key(event: Any, recurring: set[str]) -> str:  # noqa: ANN401 - as above
    """UID; of what recurs, with the moment at which this one would have begun had nobody moved it."""
    uid = " ".join(str(event["uid"]).split())
    if str(event["uid"]) in recurring:
        uid += f" {_reached(event['recurrence-id'].dt):%Y%m%dT%H%MZ}"
    return uid if len(uid) <= LONGEST_KEY and uid.isprintable() else sha256(uid.encode()).hexdigest()


def _addresses(event: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    found = event.get("attendee", [])
    for one in found if isinstance(found, list) else [found]:
        yield str(one).lower().removeprefix("mailto:")


def _reached(value: date) -> datetime:
    """A moment that only names something: one that the clock jumps over is that of the jump."""
    return reached(value) if isinstance(value, datetime) and value.tzinfo is None else _moment(value)


def _moment(value: date, *, last: bool = False) -> datetime:
    if not isinstance(value, datetime):
        return midnight(value)
    return from_local(value, last=last) if value.tzinfo is None else value.astimezone(UTC)
