"""What an argument may be. Everything is checked before a database is opened; a fault is one sentence and exit status 2."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from billing.purchases import LONGEST_REFERENCE, MOST_POINTS
from helpdesk import customers
from helpdesk.customers import Unknown
from models.corrections import CorrectionReason
from models.local import NoSuchLocalTime, from_local
from models.supporters import LONGEST_RING, SHORTEST_RING
from models.values import E164, Flow, e164

YEARS: Final = range(2000, 2100)
LONGEST_MAIL_ADDRESS: Final = 254
LONGEST_KEY: Final = 64
LONGEST_NOTE: Final = 400
LONGEST_ACTOR: Final = 100
LAST_QUARTER: Final = 1_000
LAST_TIER: Final = 1_000
MOST_ROWS: Final = 10_000
MINUTES_A_DAY: Final = 1_440
MOST_WORKERS: Final = 1_000
LONGEST_ROW: Final = 18
LAST_ROW: Final = 2**31 - 1  # of an Integer column on PostgreSQL
LAST_PORT: Final = 65_535
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
WITH_OFFSET: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]+ ?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)")
LONGEST_ECHO: Final = 120
Day = TypeVar("Day", date, datetime)


class Argument(click.ParamType[Any, str]):
    """A sort of argument: how its text is read. `read` raises ValueError with what an argument of this sort must be."""

    def __init__(self, name: str, read: Callable[[str], object]) -> None:
        self.name = name
        self._read = read

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - whatever `read` gives
        """The value that the text means."""
        try:
            return self._read(value)
        except NoSuchLocalTime as fault:
            self.fail(str(fault), param, ctx)
        except ValueError as fault:
            self.fail(f"{fault}, not {_echo(value)}" if value else f"{fault}.", param, ctx)


def name(text: str) -> str:
    """A name of 1 to 200 characters that can be seen. Of spaces at its ends, and of more than one, nothing is kept.

    One that begins with a dash is an option that nobody knows.
    """
    try:
        clean = customers.named(text)
    except ValueError:
        clean = ""
    if not clean or not clean.isprintable() or CONTROL.search(text.strip()):
        raise ValueError("it must have 1 to 200 characters, all of them visible")
    if clean.startswith("-"):
        raise ValueError("it must not begin with a dash")
    return clean


def key(text: str) -> str:
    """The number of a customer or a case. Whether there is one is another question."""
    return _given_out(text, "it must be a number that was given out, like 10001")


def call_sid(text: str) -> str:
    """The CallSid of a call. Whether there is one is another question."""
    return _given_out(text, "it must be a CallSid (`doegnvagt call list` shows them)")


def note(text: str) -> str:
    """A sentence for the books, or for a customer to read."""
    return _visible(text.strip(), LONGEST_NOTE)


def who(text: str) -> str:
    """Somebody's name, as it stands behind what they did."""
    return _visible(name(text), LONGEST_ACTOR)


def reference(text: str) -> str:
    """Where a purchase came from."""
    return _visible(text.strip(), LONGEST_REFERENCE)


def phone(text: str) -> E164:
    """A telephone number in E.164, or eight Danish digits."""
    number = e164(text)
    if number is None:
        raise ValueError("it must be a telephone number, like +4520304050 or 20304050")
    return number


def mail_address(text: str) -> str:
    """A mail address, loosely."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text) or not text.isprintable() or len(text) > LONGEST_MAIL_ADDRESS:
        raise ValueError("it must be a mail address, like anna@example.com")
    return text


def local_time(text: str) -> datetime:
    """A naive local time, YYYY-MM-DDTHH:MM, that the clocks show. Raises NoSuchLocalTime, or ValueError."""
    example = "like 2026-11-23T16:00"
    if WITH_OFFSET.fullmatch(text):
        raise ValueError(f"it must be a local time (Europe/Copenhagen) without Z or UTC offset, {example}")
    moment = _iso(text, r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}", datetime.fromisoformat, f"a local time {example}")
    from_local(moment)
    return moment


def day(text: str) -> date:
    """A day, YYYY-MM-DD."""
    return _iso(text, r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date.fromisoformat, "a day like 2026-11-23")


def _iso(text: str, form: str, read: Callable[[str], Day], what: str) -> Day:
    """What a text of that form says, in one of our years."""
    try:
        found = read(text) if re.fullmatch(form, text) else None
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise ValueError(f"it must be {what}, in the years {YEARS[0]} to {YEARS[-1]}")
    return found


def toml_file(path: str) -> str:
    """The text of a file, as it came, but for the mark (BOM) that some editors put before it."""
    try:
        return Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it must be a text file in UTF-8") from None
    except (OSError, ValueError) as problem:
        raise ValueError(f"it must be a file that can be read ({getattr(problem, 'strerror', 'no file')})") from None


def address(text: str) -> str:
    """HOST:PORT to listen on."""
    found = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[0-9A-Za-z.-]+):([0-9]{1,5})", text)
    if found is None or not 1 <= int(found[2]) <= LAST_PORT:
        raise ValueError("it must be HOST:PORT, like 127.0.0.1:8000")
    return text


def _echo(text: str) -> str:
    return repr(text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}…")


def _visible(clean: str, most: int) -> str:
    if not clean or not clean.isprintable() or len(clean) > most:
        raise ValueError(f"it must have 1 to {most} characters, all of them visible")
    return clean


def _given_out(text: str, fault: str) -> str:
    if not text.strip() or not text.isprintable() or len(text) > LONGEST_KEY:
        raise ValueError(fault)
    return text.strip()


def whole(first: int, last: int) -> Callable[[str], int]:
    """Reads a whole number from `first` to `last`, in plain digits."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,18}", text) or not first <= int(text) <= last:
            raise ValueError(f"it must be a whole number from {first:,} to {last:,}")
        return int(text)

    return read


def row(text: str) -> int:
    """The number that a person, a supporter, a shift or a task was given. One that no database can give names nothing: Unknown."""
    if not re.fullmatch(r"[0-9]+", text):
        raise ValueError("it must be a whole number")
    if len(text) > LONGEST_ROW or int(text) > LAST_ROW:
        raise Unknown(f"there is nothing with the number {text}")
    return int(text)


def one_of(kind: type[StrEnum]) -> Argument:
    """One of the words of an enumeration."""
    words = [word.value for word in kind]

    def read(text: str) -> StrEnum:
        if text not in words:
            raise ValueError(f"it must be one of {', '.join(words)}")
        return kind(text)

    return Argument("|".join(words), read)


NAME: Final = Argument("text", name)
KEY: Final = Argument("text", key)
CALL_SID: Final = Argument("callsid", call_sid)
ROW: Final = Argument("number", row)
REFERENCE: Final = Argument("text", reference)
NOTE: Final = Argument("text", note)
WHO: Final = Argument("name", who)
REASON: Final = one_of(CorrectionReason)
QUARTER: Final = Argument("n", whole(1, LAST_QUARTER))
PHONE: Final = Argument("e164", phone)
MAIL: Final = Argument("address", mail_address)
LOCAL_TIME: Final = Argument("local", local_time)
LOCAL_START: Final = Argument("local", lambda text: from_local(local_time(text)))
LOCAL_END: Final = Argument("local", lambda text: from_local(local_time(text), last=True))
DAY: Final = Argument("local-date", day)
ICS_FILE: Final = Argument("file.ics", toml_file)
TOML_FILE: Final = Argument("file.toml", toml_file)
ADDRESS: Final = Argument("host:port", address)
POINTS: Final = Argument("points", whole(1, MOST_POINTS))
CREDIT: Final = Argument("points", whole(0, MOST_POINTS))
TIER: Final = Argument("n", whole(1, LAST_TIER))
RING_TIME: Final = Argument("seconds", whole(SHORTEST_RING, LONGEST_RING))
WORKERS: Final = Argument("n", whole(1, MOST_WORKERS))
LIMIT: Final = Argument("n", whole(1, MOST_ROWS))
HOURS_AHEAD: Final = Argument("hours", whole(0, 7 * 24))
MINUTES: Final = Argument("minutes", whole(1, MINUTES_A_DAY))


OF_LINE: Final = click.option(
    "--line", type=one_of(Flow), default=Flow.SUPPORT.value, show_default=True, help="The line, by its conversation."
)
