"""Duty as an iCalendar file (RFC 5545), in the words of one language.

Moments are UTC: there is one reading of them in both nights on which the clocks turn, and every calendar shows them by its own
clock. Who is on duty is not busy: an entry takes no time away (TRANSPARENT).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import icalendar
from icalendar import Event

from helpdesk.calendars import Calendar, Entry
from web.papers import duties
from web.words import N_, Words

TYPE: Final = "text/calendar; charset=utf-8"
MAKER: Final = "-//Doegnvagt//Duty//DA"
AGAIN_AFTER: Final = timedelta(hours=1)
MINE: Final = N_("On duty: {line}, tier {tier}")
THEIRS: Final = N_("{name}: {line}, tier {tier}")


def digest(told: Calendar) -> str:
    """What two calendars share that tell the same: the file says besides when it was made."""
    return sha256(repr((told.owner, told.is_own, told.language, told.entries, sorted(told.names.items()))).encode()).hexdigest()[
        :32
    ]


def rendered(told: Calendar, words: Words, *, host: str, made_at: datetime) -> bytes:
    """The file; `host` stands behind each entry's name, so that no other house has the same."""
    book, title = icalendar.Calendar(), words(N_("On duty: {owner}"), owner=told.owner)
    for name, value in (("prodid", MAKER), ("version", "2.0"), ("method", "PUBLISH"), ("name", title), ("x-wr-calname", title)):
        book.add(name, value)
    book.add("refresh-interval", AGAIN_AFTER, parameters={"value": "DURATION"})
    book.add("x-published-ttl", "PT1H")
    for entry in told.entries:
        book.add_component(_event(entry, told, words, host=host, made_at=made_at))
    file: bytes = book.to_ical()
    return file


def _event(entry: Entry, told: Calendar, words: Words, *, host: str, made_at: datetime) -> Event:
    said = {"line": entry.line, "tier": entry.tier}
    event = Event()
    event.add("uid", f"{entry.key}@{host}")
    event.add("dtstamp", made_at)
    event.add("dtstart", entry.span.starts_at)
    event.add("dtend", entry.span.ends_at)
    event.add("summary", words(MINE, **said) if told.is_own else words(THEIRS, name=told.names[entry.supporter], **said))
    event.add("description", duties.why(entry.grounds, told.names, words))
    event.add("transp", "TRANSPARENT")
    return event
